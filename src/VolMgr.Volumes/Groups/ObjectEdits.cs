using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>Names, attributes, read policies, repair by hand: changes of records that move no data.</summary>
internal sealed class ObjectEdits(GroupCore core)
{
    public async Task<Outcome> SetReadPolicyAsync(string volume, ReadPolicy policy, string? preferredPlex)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume, toleratesCopies: true);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        RecordId? preferred = null;
        if (preferredPlex is not null)
        {
            if (core.Current.FindPlex(preferredPlex) is not { } plex)
            {
                return Refusals.NoPlex(preferredPlex);
            }
            preferred = plex.Id;
        }
        return await core.Started.ChangeAsync(
            [turn.Volume],
            configuration => VolumeOperations.SetReadPolicy(configuration, turn.Volume, policy, preferred));
    }

    public Task<Outcome> RenameAsync(string oldName, string newName) =>
        CommitAsync(configuration => VolumeOperations.RenameObject(configuration, oldName, newName));

    public Task<Outcome> SetAttributesAsync(string name, IReadOnlyList<KeyValuePair<string, string>> attributes) =>
        CommitAsync(configuration => VolumeOperations.SetAttributes(configuration, name, attributes));

    public Task<Outcome> ClearUtilityAsync(string field, IReadOnlyList<string> names) =>
        CommitAsync(configuration => VolumeOperations.ClearUtility(configuration, field, names));

    public Task<Outcome> FixPlexAsync(string plex, PlexFix fix) => ChangePlexAsync(plex, (configuration, id) =>
    {
        Outcome<GroupConfiguration> mended = VolumeOperations.FixPlex(configuration, id, fix);
        if (!mended.IsDone || fix != PlexFix.Active)
        {
            return mended;
        }
        // Two plexes that are both declared good need not agree: the next start makes them equal.
        RecordId volume = mended.Value.Plexes[id].VolumeId!.Value; // FixPlex works on associated plexes only
        int trusted = mended.Value.DataPlexesOf(volume).Count(PlexQueries.IsTrusted);
        return trusted < 2
            ? mended
            : mended.Value.With(mended.Value.Volumes[volume] with { PUtil0 = StartPlan.FullResyncMark });
    });

    public Task<Outcome> MendOffAsync(string plex, bool force) =>
        ChangePlexAsync(plex, (configuration, id) => VolumeOperations.MendOff(configuration, id, force));

    public Task<Outcome> MendOnAsync(string plex) => ChangePlexAsync(plex, VolumeOperations.MendOn);

    public async Task<Outcome> FixEmptyAsync(string volume)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return await CommitAsync(configuration => VolumeOperations.FixEmpty(configuration, turn.Volume));
    }

    /// <summary>Removes a record that is not a started volume nor part of one.</summary>
    public async Task<Outcome> RemoveAsync(string name, bool recursive, bool force)
    {
        RecordId? volume = null;
        if (core.Current.FindObject(name) is PlexRecord plex)
        {
            volume = plex.VolumeId;
            if (volume is null && core.Started.IsBusy(plex.Id))
            {
                return Refusals.IsLeaving(plex);
            }
        }
        return volume is { } id
            ? await core.Started.ChangeAsync(
                [id], configuration => VolumeOperations.RemoveObject(configuration, name, recursive, force))
            : await CommitAsync(configuration => VolumeOperations.RemoveObject(configuration, name, recursive, force));
    }

    private async Task<Outcome> ChangePlexAsync(
        string plexName, Func<GroupConfiguration, RecordId, Outcome<GroupConfiguration>> change)
    {
        if (core.Current.FindPlex(plexName) is not { } plex)
        {
            return Refusals.NoPlex(plexName);
        }
        if (plex.VolumeId is not { } id || !core.Current.Volumes.TryGetValue(id, out VolumeRecord? volume))
        {
            return new Refusal(ErrorCode.Dissociated, $"Plex {plexName} is not associated with a volume", "V-5-1-388");
        }
        Outcome<VolumeTurn> entered = await core.EnterAsync(volume.Name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return await core.Started.ChangeAsync([id], configuration => change(configuration, plex.Id));
    }

    private async Task<Outcome> CommitAsync(Func<GroupConfiguration, Outcome<GroupConfiguration>> change)
    {
        Outcome<GroupConfiguration> committed = await core.CommitAsync(change);
        return committed.IsDone ? Outcome.Done : committed.Refusal;
    }
}
