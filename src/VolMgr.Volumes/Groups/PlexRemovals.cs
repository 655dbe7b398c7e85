using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>
/// Takes plexes out of volumes. The last complete plex of a volume with contents stays unless forced.
/// </summary>
/// <remarks>
/// On a started volume the order is: close the gate and drain everything in flight; flush what remains (a plex that is
/// only detached or dissociated too: its contents may be asked for again); commit the records without the plex; publish
/// the smaller set; open the gate; whatever still held the plex's device finds it revoked. Only then may its space go
/// to somebody else, and since the commit that frees it runs inside the closed gate, it does.
/// </remarks>
internal sealed class PlexRemovals(GroupCore core)
{
    /// <summary>Of a volume with a DCO, what is written from now on is tracked, so that the plex comes back by copying
    /// that.</summary>
    public Task<Outcome> DetachAsync(string? volume, string plex, bool force)
    {
        int? map = null;
        return RemoveAsync(
            volume,
            plex,
            (configuration, id) =>
            {
                Outcome<GroupConfiguration> detached = VolumeOperations.DetachPlex(configuration, id, force);
                return detached.IsDone && detached.Value.Plexes[id].State == PlexState.Stale
                    ? detached.Value.With(detached.Value.Plexes[id] with { DetachMap = map })
                    : detached;
            },
            async device => map = await core.Dcos.BeginMapAsync(device));
    }

    public Task<Outcome> DissociateAsync(string? volume, string plex, bool remove, bool force)
    {
        if (core.Current.FindPlex(plex) is { VolumeId: null } alone)
        {
            return RemoveAloneAsync(alone, volume, remove);
        }
        return RemoveAsync(
            volume,
            plex,
            (configuration, id) => remove
                ? VolumeOperations.RemovePlex(configuration, id, removeSubdisks: true, force)
                : VolumeOperations.DissociatePlex(configuration, id, force),
            leavesForGood: remove);
    }

    public async Task<Outcome> RemoveMirrorAsync(string volume, StorageSpecification storage, int? remaining)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return await core.Started.ChangeAsync([turn.Volume], configuration =>
        {
            Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> removed =
                VolumeOperations.RemoveMirror(configuration, turn.Volume, storage, core.Disks.Sites, remaining);
            return removed.IsDone ? removed.Value.Configuration : removed.Refusal;
        });
    }

    private async Task<Outcome> RemoveAsync(
        string? volumeName,
        string plexName,
        Func<GroupConfiguration, RecordId, Outcome<GroupConfiguration>> change,
        Func<VolumeDevice, Task>? prepare = null,
        bool leavesForGood = false)
    {
        if (core.Current.FindPlex(plexName) is not { } asked)
        {
            return Refusals.NoPlex(plexName);
        }
        if (asked.VolumeId is not { } id || !core.Current.Volumes.TryGetValue(id, out VolumeRecord? volume))
        {
            return new Refusal(ErrorCode.Dissociated, $"Plex {plexName} is not associated with a volume", "V-5-1-388");
        }
        if (volumeName is not null && volume.Name != volumeName)
        {
            return Refusals.NotAssociated(plexName, volumeName);
        }
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume.Name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return await core.Started.ChangeAsync(
            [id],
            configuration => configuration.Plexes.TryGetValue(asked.Id, out PlexRecord? plex) && plex.VolumeId == id
                ? change(configuration, plex.Id)
                : Refusals.PlexIsGone,
            prepare: prepare,
            leaving: leavesForGood ? asked.Id : null);
    }

    private async Task<Outcome> RemoveAloneAsync(PlexRecord plex, string? volume, bool remove)
    {
        if (volume is not null)
        {
            return Refusals.NotAssociated(plex.Name, volume);
        }
        if (!remove)
        {
            return new Refusal(ErrorCode.Dissociated, $"Plex {plex.Name} is dissociated already");
        }
        if (core.Started.IsBusy(plex.Id))
        {
            return Refusals.IsLeaving(plex);
        }
        Outcome<GroupConfiguration> committed = await core.CommitAsync(configuration =>
            VolumeOperations.RemovePlex(configuration, plex.Id, removeSubdisks: true, force: false));
        return committed.IsDone ? Outcome.Done : committed.Refusal;
    }
}
