using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Volumes.Hosts;

/// <content>Groups that are split, joined and restored.</content>
public sealed partial class VolumeHost
{
    /// <summary>Makes a new group of objects of another one, with their disks and all that lies on them (vxdg
    /// split).</summary>
    public Task<Outcome> SplitGroupAsync(
        DiskGroup source, string target, IReadOnlyList<string> objects, bool expands) =>
        new GroupMoves(this).SplitAsync(source, target, objects, expands);

    /// <summary>Takes objects of a group to another one (vxdg move), or all of them (vxdg join) where
    /// <paramref name="objects"/> is null.</summary>
    public Task<Outcome> MoveObjectsAsync(
        DiskGroup source, DiskGroup target, IReadOnlyList<string>? objects, bool expands) =>
        new GroupMoves(this).MoveAsync(source, target, objects, expands);

    /// <summary>Makes groups of what a crash left on its way from one group to another (vxdg recover); their
    /// names.</summary>
    public Task<Outcome<IReadOnlyList<string>>> RecoverMovesAsync() => new GroupMoves(this).RecoverAsync();

    /// <summary>Makes a group of its records, on its disks (vxconfigrestore).</summary>
    public Task<Outcome> RestoreGroupAsync(GroupConfiguration records) => new GroupMoves(this).RestoreAsync(records);

    /// <summary>Whether <see cref="RestoreGroupAsync"/> would find its disks.</summary>
    public Outcome CanRestoreGroup(GroupConfiguration records) =>
        new GroupMoves(this).Find(records) is { IsDone: false } refused ? refused.Refusal : Outcome.Done;
}
