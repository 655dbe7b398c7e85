using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays;

/// <summary>
/// The families of arrays that can be emulated. A kind decides which vital product data pages the LUNs answer and how
/// their ports behave; which support library claims them is decided from the bytes alone.
/// </summary>
public static class ArrayKinds
{
    /// <summary>The kind of virtual disks of a hypervisor.</summary>
    public const string VirtualDisk = "vmware";

    private static readonly ArrayKind[] Known =
    [
        new("emc-symmetrix", ArrayAccess.ActiveActive, VolumeIdForm.Hexadecimal, 0x000097),
        new("emc-clariion", ArrayAccess.Alua, VolumeIdForm.Decimal, 0x006016),
        new("emc-clariion-pf", ArrayAccess.ActivePassiveExplicit, VolumeIdForm.Decimal, 0x006016),
        new("ibm-ds8000", ArrayAccess.ActiveActive, VolumeIdForm.Hexadecimal, 0x005076),
        new("ibm-svc", ArrayAccess.Alua, VolumeIdForm.Decimal, 0x005076),
        new("hitachi", ArrayAccess.ActiveActive, VolumeIdForm.Hexadecimal, 0x0060E8),
        new("hitachi-df", ArrayAccess.ActivePassive, VolumeIdForm.Decimal, 0x0060E8),
        new("hpe-3par", ArrayAccess.ActiveActive, VolumeIdForm.Decimal, 0x0002AC),
        new("pure", ArrayAccess.Alua, VolumeIdForm.Hexadecimal, 0x24A937, AreAllPortsPreferred: true),
        new("netapp", ArrayAccess.Alua, VolumeIdForm.Decimal, 0x00A098),
        new(VirtualDisk, ArrayAccess.Disk, VolumeIdForm.None, 0x000C29),
        new("disk", ArrayAccess.Disk, VolumeIdForm.None, 0x000C50),
    ];

    /// <summary>The names that `kind` in `lab.yaml` takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(kind => kind.Name)];

    internal static ArrayKind? Find(string name) =>
        Array.Find(Known, kind => string.Equals(kind.Name, name, StringComparison.Ordinal));
}

/// <summary>One emulated family.</summary>
/// <param name="Name">The word in `lab.yaml`.</param>
/// <param name="Access">How the ports relate.</param>
/// <param name="VolumeIds">How the array writes its volume ids.</param>
/// <param name="Company">IEEE company id of the NAA identifiers.</param>
/// <param name="AreAllPortsPreferred">ALUA arrays that present all ports as optimized.</param>
internal sealed record ArrayKind(
    string Name, ArrayAccess Access, VolumeIdForm VolumeIds, int Company, bool AreAllPortsPreferred = false)
{
    /// <summary>Whether its LUNs answer the vendor page with cabinet serial and volume id.</summary>
    public bool HasArrayPage => Access != ArrayAccess.Disk;
}

/// <summary>How an array writes its volume ids.</summary>
internal enum VolumeIdForm
{
    /// <summary>It has none.</summary>
    None = 1,

    /// <summary>Lower-case hexadecimal, at least four digits.</summary>
    Hexadecimal = 2,

    /// <summary>Decimal without leading zeroes.</summary>
    Decimal = 3,
}
