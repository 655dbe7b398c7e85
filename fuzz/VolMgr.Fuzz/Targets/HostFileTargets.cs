using VolMgr.Arrays;
using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Multipath;
using VolMgr.Blocks;

namespace VolMgr.Fuzz.Targets;

/// <summary>Files in which a host keeps names and settings, which administrators edit.</summary>
internal static class HostFileTargets
{
    private const string File = "etc/vx/file";
    private static readonly string[] Settings = ["etc/vx/dmppolicy.info", "etc/vx/ddl.info"];

    private static readonly Grammar SettingLines = new(
        ("lines", ["", "@line@\n@lines@"]),
        ("line", ["@scope@ @subject@ @name@ @value@", "# @word@", "@word@", "@scope@ @subject@"]),
        ("scope", ["enclosure", "arrayname", "arraytype", "tunable", "path", "jbod", "exclusion", "names", "@word@"]),
        ("subject", ["emc0", "EMC", "A%2FA", "VENDOR:PRODUCT", "%20", "-", "%zz", "@word@"]),
        ("name", ["iopolicy", "partitionsize", "recoveryoption", "redundancy", "serialnum", "dmp_retry_count",
            "dmp_restore_interval", "pathtype", "use_all_paths", "exclude", "@word@"]),
        ("value", ["1", "minimumq", "round-robin", "adaptive", "timebound:@number@", "fixedretry:@number@", "@number@",
            "18/131/16/12", "@number@/@number@/@number@/@number@", "yes", "active", "@word@"]));

    private static readonly Grammar NameLines = new(
        ("lines", ["", "@line@\n@lines@"]),
        ("line", ["@name@ @key@", "# @word@", "@word@", "@name@ @key@ @key@",
            "enclosure vendor=\"EMC\" product=\"SYMMETRIX\" serial=\"@cabinet@\" name=\"emc0\"",
            "\tdmpnode serial=\"@key@\" name=\"@name@\"", "dmpnode @word@=\"@word@\""]),
        ("name", ["emc0_1", "payroll", "sda", "@word@", "emc0_01f4"]),
        ("cabinet", ["000190300123", "@word@"]),
        ("key", ["EMC%2FSYMM", "A.b-c%5F1", "%zz", "@word@"]));

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new TextTarget(
            "settings", "settings of multipathing and discovery, and what they mean", SettingLines, ReadSettings),
        new TextTarget("names", "persistent device names, and vxddladm assign names file=", NameLines, ReadNames),
    ];

    private static void ReadSettings(string text)
    {
        MemoryHostFiles files = new();
        files.Write(File, text);
        SettingsFile settings = new(File);
        List<string> problems = [];
        settings.Load(files, problems);
        foreach ((SettingKey key, string value) in settings.All)
        {
            _ = JbodRule.Parse(key.Subject, value, value, key.Name);
            _ = JbodRule.Create(key.Subject, key.Name, value);
            string? refusal = MultipathAttributes.Check(key.Name, value);
            MultipathSettings read = MultipathAttributes.Read(key.Subject, name => name == key.Name ? value : null);
            Invariant.Holds(read is not null && (refusal is null || refusal.Length > 0));
            _ = IoPolicyWords.Parse(value);
            _ = new DmpTunables().Set(key.Name, value);
        }

        settings.Save(files);
        SettingsFile again = new(File);
        again.Load(files, problems);
        List<KeyValuePair<SettingKey, string>> kept = [.. settings.All.Where(each => each.Key.Scope.Length > 0
            && each.Key.Subject.Length > 0 && each.Key.Name.Length > 0 && each.Value.Length > 0)];
        Invariant.Holds(kept.All(again.All.Contains));
        Boot(text);
    }

    /// <summary>A host with that text in each of its files scans its devices.</summary>
    private static void Boot(string text)
    {
        using HostFileWorld world = new();
        foreach (string file in Settings)
        {
            world.Files.Write(file, text);
        }

        world.Scan();
    }

    private static void ReadNames(string text)
    {
        List<string> problems = [];
        NameFile names = NameFile.Read(File, text, problems);
        NameFile again = NameFile.Read(File, names.ToText(), problems);
        Invariant.Holds(again.ToText() == names.ToText());
        using HostFileWorld world = new();
        world.Files.Write("etc/vx/disk.info", text);
        world.Files.Write("etc/vx/array.info", text);
        world.Scan();
        (IReadOnlyList<(DmpNode Node, string Name)> given, string? refusal) =
            NameAssignment.Read(text, world.Devices.Nodes);
        Invariant.Holds(refusal is null || given.Count == 0);
        Invariant.Holds(world.Devices.Nodes.Select(node => node.Name).Distinct().Count() == world.Devices.Nodes.Count);
        Invariant.Holds(NameAssignment.Read(NameAssignment.Write(world.Devices.Nodes), world.Devices.Nodes).Refusal
            is null);
    }
}
