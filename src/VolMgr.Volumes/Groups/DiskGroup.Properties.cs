using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <content>Properties of the group and tags (vxdg flush, upgrade, set, reminor; vxassist settag).</content>
public sealed partial class DiskGroup
{
    /// <summary>Writes the configuration to its copies anew (vxdg flush).</summary>
    public Task<Outcome> FlushAsync() => CommitAsync(configuration => configuration);

    /// <summary>Raises the version of the group (vxdg upgrade).</summary>
    public Task<Outcome> UpgradeAsync(int version) =>
        CommitAsync(configuration => VolumeOperations.UpgradeGroup(configuration, version));

    /// <summary>Makes the group one with 8 KiB alignment, or lifts that (vxdg set cds).</summary>
    public Task<Outcome> SetCdsAsync(bool isCds) =>
        CommitAsync(configuration => VolumeOperations.SetCds(configuration, isCds));

    /// <summary>Sets the first minor number (vxdg reminor).</summary>
    public Task<Outcome> ReminorAsync(int baseMinor) =>
        CommitAsync(configuration => VolumeOperations.Reminor(configuration, baseMinor));

    /// <summary>Gives a volume a tag (vxassist settag).</summary>
    public Task<Outcome> SetTagAsync(string volume, string tag) =>
        CommitAsync(configuration => VolumeOperations.SetTag(configuration, volume, tag));

    /// <summary>Takes a tag away (vxassist removetag).</summary>
    public Task<Outcome> RemoveTagAsync(string volume, string name) =>
        CommitAsync(configuration => VolumeOperations.RemoveTag(configuration, volume, name));

    /// <summary>Takes a tag away and gives another, in one change (vxassist replacetag).</summary>
    public Task<Outcome> ReplaceTagAsync(string volume, string name, string tag) => CommitAsync(
        configuration => VolumeOperations.RemoveTag(configuration, volume, name)
            .Then(without => VolumeOperations.SetTag(without, volume, tag)));

    /// <summary>Gives back to the array what no subdisk of a thin disk covers (vxdisk reclaim): bytes of it.</summary>
    public Task<Outcome<long>> ReclaimAsync(string media) => new Reclamation(core).ReclaimAsync(media);
}
