using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Groups;

/// <content>The dirty region log in a DCO.</content>
internal sealed partial class VolumeDcos
{
    /// <summary>Where the DCO of a volume keeps a dirty region log that takes marks; empty without one.</summary>
    public IEnumerable<LogPlex> LogSpaces(GroupConfiguration configuration, RecordId volumeId)
    {
        if (configuration.DcoOf(volumeId) is { IsLogging: true } dco
            && core.Started.Find(dco.LogVolumeId) is { } log)
        {
            long maps = dco.Geometry(configuration.Volumes[dco.LogVolumeId].Length).Length;
            yield return new LogPlex(dco.Id, dco.Name, new DcoLogSpace(log, maps));
        }
    }

    /// <summary>Before a volume opens, with its log volume started: false where its log missed marks and has to be laid
    /// out anew. A log that cannot be reached is recorded as lost, so that no later start believes it.</summary>
    public async Task<bool> PrepareLogAsync(RecordId volumeId)
    {
        if (core.Current.DcoOf(volumeId) is not { HasLog: true } dco)
        {
            return true;
        }

        bool isHere = core.Started.Find(dco.LogVolumeId) is not null;
        if (!isHere && !dco.IsLogLost)
        {
            await core.Owner.DetachPlexAsync(volumeId, dco.Id, IoStatus.NotReachable);
        }

        return !isHere || !dco.IsLogLost;
    }

    /// <summary>A log that is about to be laid out takes marks again: with nothing written that only it would
    /// know.</summary>
    public async Task ReviveLogAsync(RecordId volumeId)
    {
        if (core.Current.DcoOf(volumeId) is { HasLog: true, IsLogLost: true } dco
            && core.Started.Find(dco.LogVolumeId) is not null)
        {
            await core.CommitAsync(configuration => configuration.Dcos.TryGetValue(dco.Id, out DcoRecord? lost)
                ? configuration.With(lost with { IsLogLost = false })
                : configuration);
        }
    }
}
