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
    /// the plex away itself. Where another operation holds the volume, that one ends first.
    /// </summary>
    private async Task<Outcome> RemovePlexAsync(string name)
    {
        while (group.Current.FindPlex(name) is { } plex)
        {
            VolumeTask? copy = Tasks.FirstOrDefault(task => task.PlexName == name);
            if (copy is not null)
            {
                copy.Abort();
                await copy.Completion;
                continue;
            }

            string? volume = plex.VolumeId is { } id ? group.Current.Volumes.GetValueOrDefault(id)?.Name : null;
            Outcome removed = await log.StepAsync(
                $"vxplex -g {group.Name} -o rm dis {name}",
                () => group.DissociatePlexAsync(volume, name, remove: true, force: false));
            bool isHeld = !removed.IsDone
                && removed.Refusal.Code == ErrorCode.Locked
                && Tasks.Any(task => task.VolumeName == volume);
            if (!isHeld)
            {
                return removed;
            }

            await host.Engine.DelayAsync(LockPoll, CancellationToken.None);
        }

        return Outcome.Done;
    }

    private IEnumerable<VolumeTask> Tasks => host.Tasks.List.Where(task => task.GroupName == group.Name);
}
