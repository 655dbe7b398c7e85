using System.Globalization;

namespace VolMgr.Arrays.Topology;

/// <summary>Reads the hosts of a topology, whose adapters and hidden LUNs refer to the arrays read before.</summary>
internal sealed class HostReader
{
    private readonly IReadOnlyList<ArrayTopology> arrays;
    private readonly ProblemList problems;
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> hostNames = new(StringComparer.Ordinal);

    public HostReader(IReadOnlyList<ArrayTopology> arrays, ProblemList problems)
    {
        this.arrays = arrays;
        this.problems = problems;
    }

    public HostTopology Read(YamlNode node, string path)
    {
        FieldReader fields = new(node, path, problems);
        string name = fields.Text("name", TextRule.FileName);
        string? hostName = fields.Optional("hostname", TextRule.FileName);
        HostTopology host = new()
        {
            Name = name,
            HostName = hostName ?? name,
            Hbas = Hbas(fields),
            BootLun = BootLun(fields),
            EnablesDiskUuid = fields.Flag("enable_uuid", standard: true),
            Unpresented = Unpresented(fields),
        };
        fields.Once("name", name, names, "give each host a name of its own");
        fields.Once(hostName is null ? "name" : "hostname", host.HostName, hostNames,
            "host locks go by the host name, so give each host one of its own");
        fields.Finish();
        return host;
    }

    private List<HbaTopology> Hbas(FieldReader host)
    {
        Dictionary<string, int> controllers = new(StringComparer.Ordinal);
        List<HbaTopology> hbas = [];
        foreach ((YamlNode node, string path) in host.List("hbas", mayBeEmpty: false))
        {
            FieldReader hba = new(node, path, problems);
            string controller = hba.Text("controller", TextRule.Controller);
            hba.Once("controller", controller, controllers, "give each adapter of a host a controller of its own");
            List<PortTarget> targets = [];
            foreach ((YamlNode item, string itemPath) in hba.List("arrays"))
            {
                if (Target(item, itemPath, targets) is { } target)
                {
                    targets.Add(target);
                }
            }

            hba.Finish();
            hbas.Add(new HbaTopology { Controller = controller, Targets = targets });
        }

        return hbas;
    }

    private PortTarget? Target(YamlNode node, string path, IReadOnlyList<PortTarget> before)
    {
        if (Word(node, path, TextRule.Target) is not { } text)
        {
            return null;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        int? port = colon < 0 ? null : int.Parse(text[(colon + 1)..], NumberStyles.None);
        ArrayTopology? array = arrays.FirstOrDefault(item => string.Equals(item.Name, name, StringComparison.Ordinal));
        if (array is null)
        {
            string known = string.Join(", ", arrays.Select(item => item.Name));
            string other = known.Length > 0 ? $"use one of {known}, or " : "";
            problems.Add(node.Line, path, $"there is no array '{name}'; {other}add it under arrays.");
            return null;
        }

        if (port is < 1 || port > array.PortCount)
        {
            problems.Add(node.Line, path, $"array {name} has no port {port}; its ports are 1 to {array.PortCount}.");
        }

        PortTarget target = new(name, port);
        if (before.Any(other => string.Equals(other.Array, name, StringComparison.Ordinal)
            && (port is null || other.Port is null || other.Port == port)))
        {
            problems.Add(node.Line, path, $"'{text}' is reached by this adapter already; take this item out.");
        }

        return target;
    }

    private string BootLun(FieldReader host)
    {
        string name = host.Optional("boot", TextRule.Any) ?? "";
        if (name.Length > 0 && !arrays.SelectMany(array => array.Luns)
            .Any(lun => string.Equals(lun.Name, name, StringComparison.Ordinal)))
        {
            host.Complain(
                "boot", $"there is no LUN '{YamlTree.Printable(name)}'; write array and LUN such as emc0/01f4.");
        }

        return name;
    }

    private List<string> Unpresented(FieldReader host)
    {
        List<string> hidden = [];
        foreach ((YamlNode node, string path) in host.List("unpresented", isRequired: false))
        {
            if (Word(node, path, TextRule.Any) is not { } name)
            {
                continue;
            }

            if (!arrays.SelectMany(array => array.Luns)
                .Any(lun => string.Equals(lun.Name, name, StringComparison.Ordinal)))
            {
                problems.Add(node.Line, path, $"there is no LUN '{name}'; write array and LUN such as emc0/01f4.");
            }
            else if (hidden.Contains(name, StringComparer.Ordinal))
            {
                problems.Add(node.Line, path, $"LUN '{name}' stands here twice; take one of them out.");
            }

            hidden.Add(name);
        }

        return hidden;
    }

    private string? Word(YamlNode node, string path, TextRule rule)
    {
        if (node is not YamlScalar { Text: { } text })
        {
            problems.Add(node.Line, path, $"one word is needed here; use {rule.Words}.");
            return null;
        }

        if (!rule.Pattern.IsMatch(text))
        {
            problems.Add(node.Line, path, $"'{YamlTree.Printable(text)}' cannot stand here; use {rule.Words}.");
            return null;
        }

        return text;
    }
}
