using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <content>One commit on the loop, with the disks that join and leave by it.</content>
/// <remarks>
/// A disk joins in this order: its copy gets the next generation, its header gets the group, every holder gets the next
/// generation. It leaves in the reverse order: the others get a generation without it, its header loses the group. So a
/// disk whose header names the group is never behind because of a join, and a crash in between leaves at most a disk
/// that
/// names the group and is in none of its records, which the next import takes out.
/// </remarks>
public sealed partial class ConfigurationStore
{
    private async Task<Outcome<GroupConfiguration>> ApplyAsync(
        Func<GroupConfiguration, Outcome<GroupConfiguration>> change, StoreMembership membership)
    {
        if (IsDisabled)
        {
            return RefuseDisabled();
        }

        Outcome<GroupConfiguration> computed = change(Current);
        if (!computed.IsDone)
        {
            return computed;
        }

        GroupConfiguration next = ToDurable(computed.Value);
        CopyImage before = set.Durable!; // there since the first commit
        ConfigurationDelta delta = set.DeltaTo(next);
        CheckChange(before.Configuration, next, delta, membership);
        if (membership.Joining.Count == 0 && membership.LeavingDiskIds.Count == 0 && delta.IsEmpty)
        {
            return Current;
        }

        List<Holder> leaving = FindLeaving(next, membership);
        if (leaving.Count == set.Holders.Count && membership.Joining.Count == 0)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"disassociating disk-media {NameOf(before.Configuration, leaving[0])}: " +
                "Cannot remove last disk group configuration copy",
                "V-5-1-10128");
        }

        Outcome<List<Holder>> joining = await PrepareAsync(membership.Joining);
        if (!joining.IsDone)
        {
            return joining.Refusal;
        }

        if (!set.Fits(next, joining.Value))
        {
            return new Refusal(
                ErrorCode.TooMany,
                $"{DurableName}: Configuration too large for configuration copies",
                "V-5-1-2928");
        }

        set.Remove(leaving);
        if (await JoinAsync(next, joining.Value) is Refusal notJoined)
        {
            // A holder that was to be written anew is left out: what is on it now is not known.
            leaving.Where(holder => !IsAmong(joining.Value, holder)).ToList().ForEach(set.Add);
            published = Snapshot(isDisabled: false);
            return notJoined;
        }

        return await WriteAsync(next, joining.Value, leaving);
    }

    private async Task<Outcome<GroupConfiguration>> WriteAsync(
        GroupConfiguration next, List<Holder> joining, List<Holder> leaving)
    {
        if (!await set.CommitAsync(next, asCheckpoint: joining.Count > 0))
        {
            published = Snapshot(isDisabled: true);
            return RefuseDisabled();
        }

        published = Snapshot(isDisabled: false);
        foreach (Holder holder in leaving.Where(holder => !IsAmong(joining, holder)))
        {
            // When it fails, the header still names the group: the next import sees a stranger and takes it out.
            await WriteHeaderAsync(holder, WithoutGroup(holder.Header));
        }

        return Current;
    }

    /// <summary>Reads the copies of the disks that are to join and refuses those that belong elsewhere.</summary>
    private async Task<Outcome<List<Holder>>> PrepareAsync(IReadOnlyList<GroupDisk> disks)
    {
        var joining = new List<Holder>();
        string groupId = set.Durable!.Configuration.Group.GroupId; // there since the first commit
        foreach (GroupDisk disk in disks)
        {
            if (FindOwner(disk, groupId, hostId) is Refusal owned)
            {
                return owned;
            }

            DiskHeader header = disk.Header with { GroupId = groupId, GroupName = DurableName, HostId = hostId };
            CopyReading copy = await CopyReader.ReadAsync(disk.Lun, header, CancellationToken.None);
            if (disk.Header.GroupId == groupId && copy is { Status: ReadStatus.Valid, Image: CopyImage image } &&
                !ImportRule.IsOfHistory(image, set.Durable))
            {
                return new Refusal(
                    ErrorCode.InvalidState,
                    $"Device {disk.DeviceName}: Disk group adddisk failed: Split Brain: the disk was changed " +
                    $"separately (generation {image.Generation}); initialise it again to use it in {DurableName}");
            }

            joining.Add(new Holder(disk.DeviceName, disk.Lun, header, new CopyWriter(disk.Lun, header, copy)));
        }

        return joining;
    }

    /// <summary>Gives the joining disks their copy and then their header; all of them, or none and a refusal.</summary>
    private async Task<Refusal?> JoinAsync(GroupConfiguration next, List<Holder> joining)
    {
        if (joining.Count == 0)
        {
            return null;
        }

        joining.ForEach(set.Add);
        bool isJoined = await set.WriteAheadAsync(next, joining);
        foreach (Holder holder in joining)
        {
            isJoined = isJoined && await WriteHeaderAsync(holder, holder.Header);
        }

        if (isJoined)
        {
            return null;
        }

        set.Remove(joining);
        set.SkipAttempt();
        foreach (Holder holder in joining)
        {
            await WriteHeaderAsync(holder, WithoutGroup(holder.Header));
        }

        string names = string.Join(", ", joining.Select(holder => holder.DeviceName));
        return new Refusal(
            ErrorCode.InputOutput, $"Device {names}: Disk group adddisk failed: Disk I/O error", "V-5-1-543");
    }

    private Task<Outcome<GroupConfiguration>> RenameAsync(string name) => ApplyAsync(
        current => current with { Group = current.Group with { Name = name } }, new StoreMembership());

    /// <summary>Rewrites every holder's header on giving up the group, and ends the store. When not one disk took it,
    /// the group is not given up: the disks that take their old header again stay its holders.</summary>
    private async Task<Outcome> ReleaseAsync(string failure, Func<DiskHeader, DiskHeader> change)
    {
        (Holder Holder, DiskHeader Before)[] holders = [.. set.Holders.Select(holder => (holder, holder.Header))];
        bool[] written = await Task.WhenAll(holders.Select(each => WriteHeaderAsync(each.Holder, change(each.Before))));
        if (written.Contains(true))
        {
            End();
            return Outcome.Done;
        }

        bool[] kept = await Task.WhenAll(holders.Select(each => WriteHeaderAsync(each.Holder, each.Before)));
        set.Remove([.. holders.Where((_, index) => !kept[index]).Select(each => each.Holder)]);
        published = Snapshot(isDisabled: set.Holders.Count == 0);
        return new Refusal(
            ErrorCode.InputOutput,
            $"{failure}: Disk I/O error on every disk; the disk group " +
            (IsDisabled ? "is disabled" : "stays imported"));
    }

    private GroupConfiguration ToDurable(GroupConfiguration visible) =>
        visible.Group.Name == temporaryName ? WithName(visible, DurableName) : visible;

    /// <summary>A change that breaks the rules, or cannot be read back, is a bug of the one who made it.</summary>
    private static void CheckChange(
        GroupConfiguration? before, GroupConfiguration next, ConfigurationDelta delta, StoreMembership membership)
    {
        IReadOnlyList<string> violations =
        [
            .. before is null ? ConfigurationChecks.Validate(next) : ChangeChecks.Validate(before, next, delta),
            .. ConfigurationText.FindUnwritable(next, delta),
        ];
        if (violations.Count > 0)
        {
            throw new InvariantViolationException(string.Join("; ", violations));
        }

        HashSet<string> members = next.MemberDiskIds();
        Invariant.Holds(membership.Joining.All(disk => members.Contains(disk.Header.DiskId)));
    }

    private List<Holder> FindLeaving(GroupConfiguration next, StoreMembership membership)
    {
        HashSet<string> members = next.MemberDiskIds();
        HashSet<string> joining = [.. membership.Joining.Select(disk => disk.Header.DiskId)];
        return [.. set.Holders.Where(holder => !members.Contains(holder.Header.DiskId) ||
            membership.LeavingDiskIds.Contains(holder.Header.DiskId) || joining.Contains(holder.Header.DiskId))];
    }

    private static bool IsAmong(List<Holder> holders, Holder holder) =>
        holders.Exists(other => other.Header.DiskId == holder.Header.DiskId);

    private static string NameOf(GroupConfiguration configuration, Holder holder) =>
        configuration.Disks.Values.FirstOrDefault(disk => disk.DiskId == holder.Header.DiskId)?.Name ??
        holder.DeviceName;

    private Refusal RefuseDisabled() => new(
        ErrorCode.InputOutput,
        $"Disk group {DurableName}: update failed: Disk group has no valid configuration copies",
        "V-5-1-124");

    private static async Task<bool> WriteHeaderAsync(Holder holder, DiskHeader header)
    {
        DiskHeaderWritten written = await VmDisk.WriteHeaderAsync(holder.Lun, header, CancellationToken.None);
        holder.Header = written.Header;
        return written.Status == IoStatus.Success;
    }
}
