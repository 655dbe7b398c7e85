using VolMgr.Arrays.Discovery;

namespace VolMgr.Arrays;

/// <summary>
/// An array, or a category of disks, as one host sees it. Once discovered it stays known until the host stops.
/// </summary>
public sealed class Enclosure
{
    private volatile IReadOnlyList<DmpNode> nodes = [];

    internal Enclosure(EnclosureKey key)
    {
        Key = key;
        Type = key.Type;
        Serial = key.CabinetSerial;
    }

    /// <summary>
    /// The host's name of it, such as emc0. Numbered at first discovery and kept in etc/vx/array.info, until the
    /// administrator gives it another.
    /// </summary>
    public string Name { get; internal set; } = "";

    /// <summary>Array type, such as EMC; Disk and OTHER_DISKS for the categories.</summary>
    public string Type { get; }

    /// <summary>Cabinet serial number; DISKS and OTHER_DISKS for the categories.</summary>
    public string Serial { get; }

    /// <summary>How its paths behave, such as A/A, ALUA, Disk.</summary>
    public string ArrayType { get; internal set; } = "";

    /// <summary>Firmware version of the array; `-` where the devices do not tell.</summary>
    public string Firmware { get; internal set; } = "-";

    /// <summary>The array support library that claims its LUNs, such as libvxemc.so.</summary>
    public string Asl { get; internal set; } = "";

    /// <summary>Whether any path to it works.</summary>
    public bool IsConnected => nodes.Any(node => node.HasEnabledPath);

    /// <summary>How many of its LUNs the newest scan saw.</summary>
    public int LunCount => nodes.Count;

    internal EnclosureKey Key { get; }

    internal void SetNodes(IReadOnlyList<DmpNode> seen) => nodes = seen;
}
