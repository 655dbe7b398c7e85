using VolMgr.Arrays;
using VolMgr.Commands.Captures;

namespace VolMgr.Cli.Labs.Import;

/// <summary>
/// The emulated array behind the enclosure of a capture: by the type that vxdmpadm showed, or by the enclosure's name.
/// </summary>
internal static class ImportedArrays
{
    private static readonly Family[] families =
    [
        new("EMC", "emc", "emc-symmetrix", "EMC", "SYMMETRIX", "5978"),
        new("EMC_CLARiiON", "emc_clariion", "emc-clariion", "DGC", "VRAID", "0533"),
        new("IBM_DS8x00", "ibm_ds8x00", "ibm-ds8000", "IBM", "2107900", "1060"),
        new("SAN_VC", "san_vc", "ibm-svc", "IBM", "2145", "0000"),
        new("Hitachi_VSP", "hitachi_vsp", "hitachi", "HITACHI", "OPEN-V", "8001"),
        new("HDS9500V", "hds9500v", "hitachi-df", "HITACHI", "DF600F", "0000"),
        new("3PARDATA", "3pardata", "hpe-3par", "3PARdata", "VV", "3213"),
        new("PURE", "pure", "pure", "PURE", "FlashArray", "8888"),
        new("NETAPP", "netapp", "netapp", "NETAPP", "LUN C-Mode", "9111"),
        new("Disk", "disk", "disk", "VOLMGR", "DISK", "1.0"),
    ];

    /// <summary>The array of an enclosure; a type without a family of its own is noted.</summary>
    public static ArrayTopology Of(
        string name, CapturedEnclosure? seen, int index, IReadOnlyList<LunTopology> luns, List<string> notes)
    {
        string type = seen?.Type ?? "";
        Family? family = families.FirstOrDefault(each => Same(each.Type, type))
            ?? families.Where(each => name.StartsWith(each.Prefix, StringComparison.OrdinalIgnoreCase))
                .MaxBy(each => each.Prefix.Length);
        if (type.Length > 0 && family is null)
        {
            notes.Add($"{name}: there is no emulated array of type {type}; it becomes one of type EMC");
        }

        Family built = family ?? families[0];
        string serial = seen?.Serial is { Length: > 0 and <= 32 } captured && built.Kind != "disk"
            ? captured : DefaultSerial(built, index);
        return new ArrayTopology
        {
            Name = name,
            Kind = built.Kind,
            Vendor = built.Vendor,
            Product = built.Product,
            Revision = built.Revision,
            Serial = serial,
            Luns = [.. luns.Select(lun => Identified(lun, built, index))],
        };
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string DefaultSerial(Family family, int index) =>
        family.Kind == "pure" ? $"CB6F{index:X8}" : $"0001903{index:d5}";

    /// <summary>The identity of a LUN by its family: what the support library recognises.</summary>
    private static LunTopology Identified(LunTopology lun, Family family, int index) => family.Kind switch
    {
        "pure" => lun with { Serial = $"624a9370cb6f{index:x8}{lun.Number:x12}" },
        "disk" => lun with { Serial = $"D{lun.Number:x8}", ArrayVolumeId = "" },
        "emc-symmetrix" => lun with { Serial = $"{index:x2}{lun.Number:X6}00" },
        "hitachi" or "ibm-ds8000" => lun with { Serial = $"{index:x2}{lun.Number:x10}" },
        _ => lun with { Serial = $"{index:x2}{lun.Number:x10}", ArrayVolumeId = $"{lun.Number}" },
    };

    private sealed record Family(
        string Type, string Prefix, string Kind, string Vendor, string Product, string Revision);
}
