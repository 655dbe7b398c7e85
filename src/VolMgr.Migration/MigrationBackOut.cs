using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Migration;

/// <summary>
/// Takes back what a migration added: its copies end, its plexes, logs and disks leave the group. Can be run again
/// after a refusal or a crash.
/// </summary>
internal sealed class MigrationBackOut(VolumeHost host, DiskGroup group, MigrationLog log)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(50);

    // A lock without a task is one of a copy that just begins or just ended, or an administrator's (vxedit set tutil0).
    private static readonly TimeSpan TasklessPatience = TimeSpan.FromSeconds(2);

    public async Task<Outcome> RunAsync()
    {
        foreach (string plex in log.Journal.AddedPlexes)
        {
            Outcome removed = await RemovePlexAsync(plex);
            if (!removed.IsDone)
            {
                return removed;
            }
        }

        foreach (string disk in log.Journal.AddedDisks.Where(name => group.Current.FindDisk(name) is not null))
        {
            Outcome removed = await log.StepAsync(
                $"vxdg -g {group.Name} rmdisk {disk}", () => group.RemoveDiskAsync(disk, keepRecord: false));
            if (!removed.IsDone)
            {
                return removed;
            }
        }

        return Outcome.Done;
    }

    /// <summary>
    /// Removes one plex. The copy to it, begun by the migration or by the boot after a crash, is ended first; it takes
    /// the plex away itself.
    /// </summary>
    private async Task<Outcome> RemovePlexAsync(string name)
    {
        await EndCopyAsync(name);
        return group.Current.FindPlex(name) is null
            ? Outcome.Done
            : await log.StepAsync($"vxplex -g {group.Name} -o rm dis {name}", () => RemoveWhenFreeAsync(name));
    }

    /// <summary>
    /// Removes a plex as soon as nobody else holds its volume. A copy to it that begins meanwhile is ended too.
    /// </summary>
    private async Task<Outcome> RemoveWhenFreeAsync(string name)
    {
        TimeSpan taskless = TimeSpan.Zero;
        while (group.Current.FindPlex(name) is { } plex)
        {
            string? volume = plex.VolumeId is { } id ? group.Current.Volumes.GetValueOrDefault(id)?.Name : null;
            Outcome removed = await group.DissociatePlexAsync(volume, name, remove: true, force: false);
            if (removed.IsDone || removed.Refusal.Code != ErrorCode.Locked || taskless >= TasklessPatience)
            {
                return removed;
            }

            taskless = Tasks.Any(task => task.VolumeName == volume) ? TimeSpan.Zero : taskless + LockPoll;
            await host.Engine.DelayAsync(LockPoll, CancellationToken.None);
            await EndCopyAsync(name);
        }

        return Outcome.Done;
    }

    private async Task EndCopyAsync(string plex)
    {
        if (Tasks.FirstOrDefault(task => task.PlexName == plex) is { } copy)
        {
            copy.Abort();
            await copy.Completion;
        }
    }

    private IEnumerable<VolumeTask> Tasks => host.Tasks.List.Where(task => task.GroupName == group.Name);
}
