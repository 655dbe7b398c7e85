using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <content>Records that an administrator makes and changes by hand (vxmake, vxsd, vxvol set len).</content>
public sealed partial class DiskGroup
{
    /// <summary>Makes subdisks, then plexes, then volumes, all or none (vxmake).</summary>
    public Task<Outcome> MakeAsync(
        IReadOnlyList<SubdiskMakeRequest> subdisks,
        IReadOnlyList<PlexMakeRequest> plexes,
        IReadOnlyList<VolumeMakeRequest> volumes) => CommitAsync(configuration =>
        {
            Outcome<GroupConfiguration> made = configuration;
            made = subdisks.Aggregate(made, (current, sd) => current.Then(c => VolumeOperations.MakeSubdisk(c, sd)));
            made = plexes.Aggregate(made, (current, plex) => current.Then(c => VolumeOperations.MakePlex(c, plex)));
            return volumes.Aggregate(
                made, (current, volume) => current.Then(c => VolumeOperations.MakeVolume(c, volume)));
        });

    /// <summary>Puts free subdisks into a plex (vxsd assoc).</summary>
    public Task<Outcome> AssociateSubdisksAsync(string plex, IReadOnlyList<SubdiskPlace> places) => CommitAsync(
        configuration => configuration.FindPlex(plex) is { } record
            ? VolumeOperations.AssociateSubdisks(configuration, record.Id, places)
            : Refusals.NoPlex(plex));

    /// <summary>Takes a subdisk out of its plex (vxsd dis), and deletes it if asked.</summary>
    public Task<Outcome> DissociateSubdiskAsync(string subdisk, bool remove) => CommitAsync(
        configuration => configuration.FindSubdisk(subdisk) is not { } record ? NoRecord(subdisk)
            : record.PlexId is { } plex && core.Started.IsBusy(plex)
                && configuration.Plexes[plex].VolumeId is null
                ? Refusals.IsLeaving(configuration.Plexes[plex])
            : VolumeOperations.DissociateSubdisk(configuration, record.Id, remove));

    /// <summary>Cuts a subdisk in two (vxsd split).</summary>
    public Task<Outcome> SplitSubdiskAsync(string subdisk, long length, string? first, string second) => CommitAsync(
        configuration => configuration.FindSubdisk(subdisk) is { } record
            ? VolumeOperations.SplitSubdisk(configuration, record.Id, length, first, second)
            : NoRecord(subdisk));

    /// <summary>Makes one subdisk of several (vxsd join).</summary>
    public Task<Outcome> JoinSubdisksAsync(IReadOnlyList<string> subdisks, string name) => CommitAsync(configuration =>
    {
        List<RecordId> ids = [];
        foreach (string subdisk in subdisks)
        {
            if (configuration.FindSubdisk(subdisk) is not { } record)
            {
                return NoRecord(subdisk);
            }

            ids.Add(record.Id);
        }

        return VolumeOperations.JoinSubdisks(configuration, ids, name);
    });

    /// <summary>Declares the contents of one plex of an EMPTY volume good (vxvol init clean).</summary>
    public Task<Outcome> InitializeCleanAsync(string plex) => CommitAsync(
        configuration => configuration.FindPlex(plex) is { } record
            ? VolumeOperations.InitializeClean(configuration, record.Id)
            : Refusals.NoPlex(plex));

    /// <summary>
    /// Sets the length of a volume without giving or taking space (vxvol set len): its plexes must reach so far. What a
    /// started volume grows by is cleared first.
    /// </summary>
    public async Task<Outcome> SetLengthAsync(string volume, long length)
    {
        if (Current.FindVolume(volume) is not { } record)
        {
            return Refusals.NoVolume(volume);
        }

        IEnumerable<PlexRecord> plexes = Current.DataPlexesOf(record.Id);
        PlexRecord? shortPlex = plexes.FirstOrDefault(plex => PlexMap.Of(Current, plex.Id).Length < length);
        if (shortPlex is not null)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Volume {volume}: Plex {shortPlex.Name} is shorter than {length / 512} blocks");
        }

        return length > record.Length && record.State != VolumeState.Empty
            ? await GrowAsync(volume, length, StorageSpecification.Any)
            : await sizing.SetLengthAsync(volume, length);
    }

    private static Refusal NoRecord(string name) =>
        new(ErrorCode.NotFound, $"Record {name} not in disk group configuration", "V-5-1-926");

    private async Task<Outcome> CommitAsync(Func<GroupConfiguration, Outcome<GroupConfiguration>> change)
    {
        if (core.CheckClosed() is { } closed)
        {
            return closed;
        }

        using IDisposable space = await core.SpaceGate.EnterAsync();
        Outcome<GroupConfiguration> committed = await core.CommitAsync(change);
        return committed.IsDone ? Outcome.Done : committed.Refusal;
    }
}
