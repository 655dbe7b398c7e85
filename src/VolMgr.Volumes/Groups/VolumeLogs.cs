using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>Adding and removing dirty region logs.</summary>
/// <remarks>
/// On a started volume the log changes under the closed gate, after a flush of all plexes: nothing is dirty then, so a
/// new log begins empty. A volume whose recovery still runs has dirty regions that only the old log knows, so its log
/// stays.
/// </remarks>
internal sealed class VolumeLogs(GroupCore core)
{
    public async Task<Outcome> AddAsync(LogRequest request)
    {
        Outcome<VolumeTurn> entered = await EnterAsync(request.Volume);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        using IDisposable space = await core.SpaceGate.EnterAsync();
        LogRequest complete = request with { Sites = core.Disks.Sites };
        return await core.Started.ChangeLogAsync(
            turn.Volume,
            configuration =>
            {
                Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> added =
                    VolumeOperations.AddLog(configuration, complete);
                return added.IsDone ? added.Value.Configuration : added.Refusal;
            });
    }

    public async Task<Outcome> RemoveAsync(string volume, StorageSpecification storage, int remaining)
    {
        Outcome<VolumeTurn> entered = await EnterAsync(volume);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return await core.Started.ChangeLogAsync(
            turn.Volume,
            configuration => Remove(configuration, turn.Volume, storage, remaining));
    }

    private Outcome<GroupConfiguration> Remove(
        GroupConfiguration configuration, RecordId volume, StorageSpecification storage, int remaining)
    {
        int count = configuration.PlexesOf(volume).Count(plex => plex.IsLog);
        if (remaining < 0 || count <= remaining)
        {
            return new Refusal(
                ErrorCode.NotFound, $"Volume {configuration.Volumes[volume].Name} has {count} logs: nothing to remove");
        }
        for (int left = count; left > remaining; left--)
        {
            Outcome<(GroupConfiguration Configuration, RecordId PlexId)> removed =
                VolumeOperations.RemoveLog(configuration, volume, storage, core.Disks.Sites);
            if (!removed.IsDone)
            {
                return removed.Refusal;
            }
            configuration = removed.Value.Configuration;
        }
        return configuration;
    }

    private async Task<Outcome<VolumeTurn>> EnterAsync(string volume)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume);
        if (!entered.IsDone)
        {
            return entered;
        }
        if (core.Current.Volumes[entered.Value.Volume].State is VolumeState.Sync or VolumeState.NeedSync)
        {
            entered.Value.Dispose();
            return new Refusal(
                ErrorCode.InvalidState,
                $"Volume {volume} is being recovered; change its log after its task has ended");
        }
        return entered;
    }
}
