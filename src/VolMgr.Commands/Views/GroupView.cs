using VolMgr.Commands.Captures;
using VolMgr.Commands.Text;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Views;

/// <summary>What listings show of one imported group: its configuration at one moment and the devices of its
/// disks.</summary>
internal sealed record GroupView
{
    /// <summary>All records.</summary>
    public required GroupConfiguration Configuration { get; init; }

    /// <summary>Device names by disk; a disk without a device is not in it.</summary>
    public IReadOnlyDictionary<RecordId, string> Devices { get; init; } = new Dictionary<RecordId, string>();

    /// <summary>Number of the last committed change.</summary>
    public long Generation { get; init; }

    /// <summary>Whether all configuration copies were lost.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Whether the next boot leaves the group alone.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Device names of the disks that hold a copy of the configuration.</summary>
    public IReadOnlyList<string> ConfigurationDevices { get; init; } = [];

    /// <summary>Names of volumes that clients have open.</summary>
    public IReadOnlySet<string> OpenVolumes { get; init; } = new HashSet<string>();

    /// <summary>How lengths and offsets are written.</summary>
    public LengthStyle Lengths { get; init; } = LengthStyle.Sectors;

    /// <summary>What the group was imported from; null for a group that was made here.</summary>
    public CapturedGroup? Imported { get; init; }

    /// <summary>The group's name.</summary>
    public string Name => Configuration.Group.Name;

    /// <summary>Device name of a disk, or empty if no device holds it.</summary>
    public string DeviceOf(RecordId disk) => Devices.GetValueOrDefault(disk, "");

    /// <summary>A length or an offset as text.</summary>
    public string Length(long bytes) => Lengths.Of(bytes);
}
