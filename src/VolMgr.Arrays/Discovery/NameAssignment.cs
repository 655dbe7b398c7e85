using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VolMgr.Arrays.Discovery;

/// <summary>
/// The text of `vxgetdmpnames`, which `vxddladm assign names file=` reads back:
/// <code>
/// enclosure vendor="EMC" product="SYMMETRIX" serial="000190300123" name="emc0"
///     dmpnode serial="90001F4000" name="payroll_data1"
/// </code>
/// Enclosures and devices are meant by serial; blank lines and lines that begin with # are comments.
/// </summary>
internal static partial class NameAssignment
{
    /// <summary>The names of these devices as text.</summary>
    public static string Write(IEnumerable<DmpNode> nodes)
    {
        StringBuilder text = new();
        foreach (IGrouping<Enclosure, DmpNode> group in nodes.Where(node => node.IsNamePersistent)
            .GroupBy(node => node.Enclosure).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            DmpNode first = group.First();
            text.Append(CultureInfo.InvariantCulture,
                $"enclosure vendor=\"{first.Vendor}\" product=\"{first.Product}\" serial=\"{group.Key.Serial}\" " +
                $"name=\"{group.Key.Name}\"\n");
            foreach (DmpNode node in group.OrderBy(node => node.LunSerial, StringComparer.Ordinal))
            {
                text.Append(
                    CultureInfo.InvariantCulture, $"\tdmpnode serial=\"{node.LunSerial}\" name=\"{node.Name}\"\n");
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// Reads such a text: the devices with their names, or the first thing that is wrong with it. A name may stand
    /// once, must not be that of a device that the text does not name, and every serial has to be there.
    /// </summary>
    public static (IReadOnlyList<(DmpNode Node, string Name)> Names, string? Refusal) Read(
        string text, IReadOnlyList<DmpNode> nodes)
    {
        List<(DmpNode Node, string Name)> names = [];
        string? cabinet = null;
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            Dictionary<string, string> values = Attribute().Matches(line)
                .DistinctBy(match => match.Groups["name"].Value)
                .ToDictionary(
                    match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.Ordinal);
            string? refusal = line.Split(' ')[0] switch
            {
                "enclosure" => ReadEnclosure(values, nodes, out cabinet),
                "dmpnode" => ReadNode(values, cabinet, nodes, names),
                _ => "expected enclosure or dmpnode, such as: dmpnode serial=\"SERIAL\" name=\"NAME\"",
            };
            if (refusal is not null)
            {
                return ([], $"line {index + 1}: {refusal}");
            }
        }

        DmpNode? holder = nodes.FirstOrDefault(node =>
            names.Exists(each => each.Name == node.Name) && !names.Exists(each => ReferenceEquals(each.Node, node)));
        return holder is null ? (names, null) : ([], $"Device {holder.Name}: Name is already used");
    }

    private static string? ReadEnclosure(
        Dictionary<string, string> values, IReadOnlyList<DmpNode> nodes, out string? cabinet)
    {
        string? serial = values.GetValueOrDefault("serial");
        cabinet = serial;
        return serial is null ? "enclosure without serial"
            : nodes.Any(node => node.CabinetSerial == serial) ? null
            : $"there is no enclosure with serial {serial}";
    }

    private static string? ReadNode(
        Dictionary<string, string> values, string? cabinet, IReadOnlyList<DmpNode> nodes,
        List<(DmpNode Node, string Name)> names)
    {
        if (cabinet is null)
        {
            return "dmpnode before any enclosure";
        }

        if (!values.TryGetValue("serial", out string? serial) || !values.TryGetValue("name", out string? name))
        {
            return "dmpnode without serial or name";
        }

        if (nodes.FirstOrDefault(node => node.CabinetSerial == cabinet && node.LunSerial == serial) is not { } found)
        {
            return $"enclosure {cabinet} has no device with serial {serial}";
        }

        if (!NameFile.IsLegal(name))
        {
            return $"{name}: Invalid name";
        }

        if (names.Exists(each => each.Name == name || ReferenceEquals(each.Node, found)))
        {
            return $"name {name} or serial {serial} stands twice";
        }

        names.Add((found, name));
        return null;
    }

    [GeneratedRegex("(?<name>[a-z]+)=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Attribute();
}
