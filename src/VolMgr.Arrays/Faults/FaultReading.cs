using VolMgr.Arrays.Scsi;
using VolMgr.Arrays.Topology;

namespace VolMgr.Arrays.Faults;

/// <summary>From a fault's words to the fault, or to the first thing that is wrong with them.</summary>
internal static class FaultReading
{
    /// <summary>The fault, without number; or why it cannot be, in one sentence.</summary>
    public static (LabFault? Fault, string? Refusal) Read(
        LabTopology lab, string name, string target, IReadOnlyList<string> options)
    {
        if (FaultCatalogue.Find(name) is not { } definition)
        {
            return (null, $"{name}: there is no such fault");
        }

        if (FaultTargets.Check(lab, definition.Place, target) is { } wrong)
        {
            return (null, wrong);
        }

        Dictionary<string, string> values = new(definition.Options, StringComparer.Ordinal);
        foreach (string option in options)
        {
            string[] parts = option.Split('=', 2);
            if (parts.Length != 2 || !values.ContainsKey(parts[0]))
            {
                string known = values.Count == 0 ? "it takes none" : $"it takes {string.Join("=, ", values.Keys)}=";
                return (null, $"{option}: {name} has no such option; {known}");
            }

            values[parts[0]] = parts[1];
        }

        string? refusal = values.Select(option => CheckValue(lab, definition, target, option.Key, option.Value))
            .FirstOrDefault(each => each is not null);
        return refusal is null ? (new LabFault(0, definition, target, values), null) : (null, refusal);
    }

    private static string? CheckValue(
        LabTopology lab, FaultDefinition definition, string target, string option, string value) => option switch
        {
            "at" => EnginePoints.Has(value)
                ? null : $"at={value}: there is no such point; 'volmgr fault points' shows them",
            "by" when definition.Name == "clock-step" => TimeText.Parse(value) is { } step && step != TimeSpan.Zero
                ? null : $"by={value}: expected a duration such as 1h or -30s",
            "ms" or "count" => int.TryParse(value, out int number) && number > 0
                ? null : $"{option}={value}: expected a number from 1 to {int.MaxValue}",
            "by" or "length" => SizeText.Parse(value) is not { Size: > 0 and var size }
                ? $"{option}={value}: expected a size"
                : option == "by" && definition.Name != "lun-grown" ? CheckInside(lab, target, option, value, size)
                : null,
            "offset" => value == "0" ? null
                : SizeText.Parse(value) is { Size: > 0 and var offset }
                    ? CheckInside(lab, target, option, value, offset)
                    : $"offset={value}: expected an offset",
            "of" => CheckOther(lab, definition, target, value),
            "to" when definition.Name == "zone-wrong" => lab.Arrays.Any(array => array.Name == value)
                ? null : $"to={value}: expected an array of the lab",
            "to" when definition.Name == "trespass" => CheckTrespass(lab, target, value),
            "to" when definition.Name == "lun-renumbered" => int.TryParse(value, out int lunNumber) && lunNumber > 0
                ? null : $"to={value}: expected a number above zero",
            _ => value.Length > 0 ? null : $"{option}=: expected a value",
        };

    /// <summary>A place behind the end of a LUN would never be met.</summary>
    private static string? CheckInside(LabTopology lab, string target, string option, string value, long size) =>
        lab.FindLun(target) is { } lun && size >= lun.Size
            ? $"{option}={value}: {target} has {lun.Size} bytes"
            : null;

    private static string? CheckOther(LabTopology lab, FaultDefinition definition, string target, string value) =>
        lab.FindLun(value) is null || value == target ? $"of={value}: expected the name of another LUN"
        : definition.Name == "duplicate-lun" && value.Split('/')[0] != target.Split('/')[0]
            ? $"of={value}: expected another LUN of array {target.Split('/')[0]}"
            : null;

    private static string? CheckTrespass(LabTopology lab, string target, string value)
    {
        ArrayTopology? array = lab.Arrays.FirstOrDefault(each => each.Name == target.Split('/')[0]);
        return array is null || lab.FindLun(target) is not { } lun ? null
            : EmulatedLun.OwnerOf(array, lun) == 0
                ? $"{target}: all controllers of {array.Name} are equal, none owns a LUN"
                : int.TryParse(value, out int port) && port >= 1 && port <= array.PortCount ? null
                : $"to={value}: expected a controller from 1 to {array.PortCount}";
    }
}
