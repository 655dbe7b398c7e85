using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Makes durable what the acknowledgement of a request depends on. Never waits for a gate: the requests that call it
/// hold one. The smaller plex set is published later, by work of its own.
/// </summary>
/// <remarks>
/// Always true: a plex that missed something is out of the volume in the newest durable configuration before the
/// request that found it ends; callers that report the same plex share one commit; the last complete plex stays. A plex
/// that was being attached is dissociated rather than marked IOFAIL, so that no later boot believes its copy record.
/// </remarks>
internal sealed class PlexFaultRecorder(GroupCore core) : IVolumeOwner
{
    private readonly Lock guard = new();
    private readonly Dictionary<RecordId, Task<bool>> running = [];

    /// <inheritdoc/>
    public ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason)
    {
        TaskCompletionSource<bool> mine;
        lock (guard)
        {
            if (running.TryGetValue(plex, out Task<bool>? other))
            {
                return new ValueTask<bool>(other);
            }
            mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            running.Add(plex, mine.Task);
        }
        return DetachAsync(volume, plex, reason, mine);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> MarkDirtyAsync(RecordId volume)
    {
        Outcome<GroupConfiguration> outcome = await core.CommitAsync(
            configuration => VolumeOperations.MarkDirty(configuration, volume));
        return outcome.IsDone;
    }

    private async ValueTask<bool> DetachAsync(
        RecordId volume, RecordId plex, IoStatus reason, TaskCompletionSource<bool> mine)
    {
        bool isOut = false;
        try
        {
            Outcome<GroupConfiguration> outcome = await core.CommitAsync(
                configuration => Detach(configuration, volume, plex));
            isOut = outcome.IsDone;
        }
        finally
        {
            lock (guard)
            {
                running.Remove(plex);
            }
            mine.SetResult(isOut);
        }
        if (isOut)
        {
            Report(volume, plex, reason);
            core.Attaches.NoteLost(plex, reason);
            core.Work.Start(() => core.Started.PublishAsync(volume));
            core.Relocation.NoteFailed(volume, plex);
        }
        return isOut;
    }

    private static Outcome<GroupConfiguration> Detach(GroupConfiguration configuration, RecordId volume, RecordId plex)
    {
        if (configuration.Dcos.TryGetValue(plex, out DcoRecord? dco))
        {
            return dco.IsLogging && dco.VolumeId == volume
                ? configuration.With(dco with { IsLogLost = true })
                : configuration;
        }
        if (!configuration.Plexes.TryGetValue(plex, out PlexRecord? record)
            || record.VolumeId != volume || record.KernelState != PlexKernelState.Enabled)
        {
            return configuration; // out already
        }
        if (record.IsAttaching())
        {
            // what still writes to it has not drained: it leaves now, its space is freed later
            return configuration.With(BackOut.Mark(record));
        }
        return VolumeOperations.FailPlex(configuration, plex);
    }

    private void Report(RecordId volume, RecordId plex, IoStatus reason)
    {
        string volumeName = core.Current.Volumes.TryGetValue(volume, out VolumeRecord? v) ? v.Name : volume.ToString();
        if (core.Current.Dcos.TryGetValue(plex, out DcoRecord? dco))
        {
            core.Log($"VxVM vxio WARNING V-5-0-3212 DRL of {dco.Name} lost ({reason}): volume {volumeName} logs "
                + "no more dirty regions until it is started again");
            return;
        }
        string plexName = core.Current.Plexes.TryGetValue(plex, out PlexRecord? p) ? p.Name : plex.ToString();
        core.Log($"VxVM vxio WARNING V-5-0-4 Plex {plexName} detached from volume {volumeName} ({reason})");
        core.Log($"VxVM vxconfigd NOTICE V-5-1-526 Detached plex {plexName} in volume {volumeName}");
    }
}
