using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Groups;

/// <content>Parts of the group that go to another one. The caller has the host's turn for membership.</content>
public sealed partial class DiskGroup
{
    /// <summary>Stops volumes, or refuses with those that were started still started.</summary>
    internal async Task<Outcome> StopAllAsync(IReadOnlyList<VolumeRecord> volumes)
    {
        List<string> stopped = [];
        foreach (VolumeRecord volume in volumes.Where(volume => volume.KernelState == VolumeKernelState.Enabled)
            .OrderBy(volume => Current.DepthOf(volume.Id)))
        {
            if (core.Started.Find(volume.Id) is null)
            {
                continue; // stopped with the volume that needs it
            }
            Outcome outcome = await StopVolumeAsync(volume.Name, force: false);
            if (!outcome.IsDone)
            {
                foreach (string name in stopped)
                {
                    await StartVolumeAsync(name);
                }
                return outcome;
            }
            stopped.Add(volume.Name);
        }
        return Outcome.Done;
    }

    /// <summary>Takes a part out, with its disks. Its volumes are stopped.</summary>
    internal async Task<Outcome> LetGoAsync(IReadOnlyList<string> objects, bool expands)
    {
        Outcome<GroupPart> part = GroupPart.Of(Current, objects, expands);
        if (!part.IsDone)
        {
            return part.Refusal;
        }
        string[] devices = [.. part.Value.Disks.Select(disk => core.Disks.Find(disk.Id)?.Node.Name).OfType<string>()];
        Outcome<GroupConfiguration> left = await core.Store.CommitAsync(
            configuration =>
            {
                Outcome<GroupPart> now = GroupPart.Of(configuration, objects, expands);
                bool isSame = now.IsDone
                    && now.Value.Disks.SequenceEqual(part.Value.Disks)
                    && now.Value.Plexes.SequenceEqual(part.Value.Plexes)
                    && now.Value.Subdisks.SequenceEqual(part.Value.Subdisks)
                    && now.Value.Volumes.All(volume => volume.KernelState == VolumeKernelState.Disabled);
                return isSame
                    ? now.Value.Rest
                    : new Refusal(ErrorCode.WrongUse, $"Disk group {Name}: it changed meanwhile; try again");
            },
            new StoreMembership { LeavingDiskIds = [.. part.Value.Disks.Select(disk => disk.DiskId)] });
        core.Disks.Unbind();
        await core.Host.Table.RefreshAsync(devices);
        return left.IsDone ? Outcome.Done : left.Refusal;
    }

    /// <summary>Takes a part of another group in, with its disks, and starts its volumes.</summary>
    internal async Task<Outcome> TakeInAsync(GroupPart part, IReadOnlyList<GroupDisk> disks)
    {
        using (await core.SpaceGate.EnterAsync())
        {
            Outcome<GroupConfiguration> joined = await core.Store.CommitAsync(
                part.Into, new StoreMembership { Joining = disks });
            await core.Host.Table.RefreshAsync(disks.Select(disk => disk.DeviceName));
            core.Disks.Unbind();
            core.Disks.Bind();
            if (!joined.IsDone)
            {
                return joined.Refusal;
            }
        }
        foreach (VolumeRecord volume in part.Volumes.Where(volume => volume.State != VolumeState.Empty
            && part.SubVolumes.All(sub => sub.VolumeId != volume.Id)))
        {
            Outcome started = await StartVolumeAsync(volume.Name);
            if (!started.IsDone)
            {
                core.Log($"VxVM vxvol ERROR {started.Refusal.MessageId} {started.Refusal.Message}");
            }
        }
        return Outcome.Done;
    }
}
