using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxtrace;

/// <summary>Names of what plexes lie on: disks, or the volumes below a layered one.</summary>
internal sealed class GroupNames(DiskGroup group)
{
    /// <summary>The name of a disk or a volume below.</summary>
    public string Of(RecordId id) =>
        group.Current.Disks.TryGetValue(id, out DiskRecord? disk) ? disk.Name
        : group.Current.Volumes.TryGetValue(id, out VolumeRecord? volume) ? volume.Name
        : "-";
}
