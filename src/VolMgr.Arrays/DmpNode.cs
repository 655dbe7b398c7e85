using VolMgr.Blocks;
using VolMgr.Arrays.Discovery;
using VolMgr.Arrays.Multipath;

namespace VolMgr.Arrays;

/// <summary>
/// One LUN as one host sees it: identity, name, and all paths to it. The object and its <see cref="Device"/> stay the
/// same over rescans, also when the LUN disappears and comes back.
/// </summary>
public sealed class DmpNode
{
    private readonly MultipathDevice device;

    internal DmpNode(FoundDevice found, Enclosure enclosure, string name, MultipathDevice device)
    {
        this.device = device;
        Udid = found.Udid;
        Enclosure = enclosure;
        Update(found, name);
    }

    /// <summary>The device access (DA) name, such as emc0_01f4.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The enclosure that holds the LUN.</summary>
    public Enclosure Enclosure { get; }

    /// <summary>Unique disk identifier, percent-encoded: vendor, product, cabinet serial, LUN serial.</summary>
    public string Udid { get; }

    /// <summary>Serial number of the LUN; empty where it reports none.</summary>
    public string LunSerial { get; private set; } = "";

    /// <summary>Serial number of the cabinet, or the category's word.</summary>
    public string CabinetSerial => Enclosure.Serial;

    /// <summary>The array's own id of the LUN; empty where the support library gives none.</summary>
    public string ArrayVolumeId { get; private set; } = "";

    /// <summary>Vendor identification, without padding.</summary>
    public string Vendor { get; private set; } = "";

    /// <summary>Product identification, without padding.</summary>
    public string Product { get; private set; } = "";

    /// <summary>Product revision, without padding.</summary>
    public string Revision { get; private set; } = "";

    /// <summary>The LUN's designator as `vxdmpadm list dmpnode` shows it, such as NAA:6006..., or `-`.</summary>
    public string ScsiDesignator { get; private set; } = "-";

    /// <summary>Every path, by operating system name in the order of discovery.</summary>
    public IReadOnlyList<DevicePath> Paths => device.Paths;

    /// <summary>Operating system name of the first path.</summary>
    public string OsName => device.Paths[0].Name;

    /// <summary>Size in bytes as the newest scan read it.</summary>
    public long Length => device.Length;

    /// <summary>Whether the array provisions the LUN thinly and reclaims space.</summary>
    public bool IsThin { get; private set; }

    /// <summary>
    /// Whether the name survives reboots and other discovery orders; false for devices without a serial.
    /// </summary>
    public bool IsNamePersistent { get; private set; }

    /// <summary>
    /// Whether an I/O could reach the LUN: a path is enabled and the LUN itself answered when last asked.
    /// </summary>
    public bool IsReachable => device.IsReachable;

    /// <summary>
    /// The LUN over its enabled paths. Stable for the life of the host's devices; not to be disposed.
    /// </summary>
    public IBlockDevice Device => device;

    /// <summary>The lab's name of the LUN, such as emc0/01f4.</summary>
    public string LunName { get; private set; } = "";

    /// <summary>How I/O is spread over the paths.</summary>
    public IoPolicy Policy => device.Settings.Policy;

    /// <summary>How many enabled paths it should have; 0 where nothing is asked.</summary>
    public int Redundancy => device.Settings.Redundancy;

    /// <summary>Whether the host boots from it: the volume manager leaves it alone.</summary>
    public bool IsBootDisk { get; internal set; }

    /// <summary>What was asked of it since statistics are gathered.</summary>
    public IoCounts Counts => device.Counter.Counts;

    /// <summary>The LUN's persistent reservations, as this host sends commands about them.</summary>
    public NodeReservations Reservations => new(device);

    /// <summary>The policy that discovery asks for while nothing is set for its enclosure; null for none.</summary>
    internal IoPolicy? ClaimedPolicy { get; private set; }

    /// <summary>Whether another driver controls it (`vxddladm addforeign`).</summary>
    public bool IsForeign { get; internal set; }

    internal bool HasEnabledPath => device.HasEnabledPath;

    internal MultipathDevice Multipath => device;

    internal void Update(FoundDevice found, string name)
    {
        Name = name;
        device.Name = name;
        LunName = found.Lun.Name;
        LunSerial = found.Claim.LunSerial;
        ArrayVolumeId = found.Claim.ArrayVolumeId;
        Vendor = found.Standard.Vendor;
        Product = found.Standard.Product;
        Revision = found.Standard.Revision;
        ScsiDesignator = found.ScsiDesignator;
        IsThin = found.IsThin;
        IsNamePersistent = found.Claim.HasStableIdentity;
        ClaimedPolicy = found.Claim.Policy;
    }
}
