using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>Growing and shrinking volumes.</summary>
/// <remarks>
/// The area that a volume grows into is cleared on every plex, and flushed, while nobody can reach it yet; only then is
/// the new length committed. So the area is the same on all plexes and a client never reads what was there before. The
/// space is held by the group's space gate meanwhile. A new log for the new length is laid out under the closed gate:
/// everything is flushed there, so it begins clean.
/// </remarks>
internal sealed class VolumeSizing(GroupCore core)
{
    public async Task<Outcome> GrowAsync(string name, long newLength, StorageSpecification storage)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        using IDisposable below = await core.EnterBelowAsync(turn.Volume);
        using IDisposable space = await core.SpaceGate.EnterAsync();
        return Refuse(turn.Volume) is { } refusal ? refusal
            : core.Current.IsLayered(turn.Volume) ? await GrowLayeredAsync(turn.Volume, newLength, storage)
            : await GrowAsync(turn.Volume, newLength, storage);
    }

    /// <summary>The volumes below grow one after the other, each as a whole; then the volume takes what they have. A
    /// crash between leaves them longer than their volume needs, which harms nothing.</summary>
    private async Task<Outcome> GrowLayeredAsync(RecordId id, long newLength, StorageSpecification storage)
    {
        Outcome<GroupConfiguration> planned = VolumeOperations.GrowVolume(
            core.Current, id, newLength, storage, core.Disks.Sites);
        if (!planned.IsDone)
        {
            return planned.Refusal;
        }
        foreach (RecordId part in core.Current.VolumesBelow(id))
        {
            long length = planned.Value.Volumes[part].Length;
            Outcome grown = length > core.Current.Volumes[part].Length
                ? await GrowAsync(part, length, storage) : Outcome.Done;
            if (!grown.IsDone)
            {
                return grown;
            }
        }
        return await ResizeAsync(id, configuration => VolumeOperations.WithPartLengths(
            configuration, id, planned.Value.Volumes[id].Length));
    }

    private async Task<Outcome> GrowAsync(RecordId id, long newLength, StorageSpecification storage)
    {
        IReadOnlyList<DiskSite> sites = core.Disks.Sites;
        Outcome<GroupConfiguration> planned = VolumeOperations.GrowVolume(core.Current, id, newLength, storage, sites);
        if (!planned.IsDone)
        {
            return planned.Refusal;
        }
        if (await ClearNewAreaAsync(planned.Value, id) is { } failed)
        {
            return failed;
        }
        await core.Host.Options.Steps.ReachedAsync(DataPathStep.AreaCleared, 0, newLength);
        // Nobody else takes space while the gate is held, and nobody else changes this volume: the change that is
        // committed is the one that was cleared, or none.
        return await ResizeAsync(id, configuration =>
        {
            Outcome<GroupConfiguration> grown =
                VolumeOperations.GrowVolume(configuration, id, newLength, storage, sites);
            bool isSame = grown.IsDone && SameSubdisks(grown.Value, planned.Value, id);
            return grown.IsDone && !isSame
                ? new Refusal(
                    ErrorCode.WrongUse,
                    $"Volume {core.Current.Volumes[id].Name}: the disk group changed meanwhile; try again")
                : grown;
        });
    }

    public async Task<Outcome> ShrinkAsync(string name, long newLength)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        using IDisposable below = await core.EnterBelowAsync(turn.Volume);
        RecordId id = turn.Volume;
        Outcome shrunk = Refuse(id) is { } refusal ? refusal
            : await ResizeAsync(id, configuration => VolumeOperations.ShrinkVolume(configuration, id, newLength));
        foreach (SubVolumeRecord sub in core.Current.SubVolumes.Values
            .Where(sub => shrunk.IsDone && core.Current.Plexes[sub.PlexId].VolumeId == id).ToList())
        {
            shrunk = await ResizeAsync(
                sub.VolumeId, configuration => VolumeOperations.ShrinkVolume(configuration, sub.VolumeId, sub.Length));
        }
        return shrunk;
    }

    /// <summary>Neither a part of a layered volume by itself, nor a layered volume with a part that is busy.</summary>
    private Refusal? Refuse(RecordId id) => VolumeOperations.RefuseSubVolume(core.Current, id)
        ?? (core.Current.VolumesBelow(id).Select(below => core.Current.Volumes[below])
            .FirstOrDefault(volume => volume.TUtil0.Length > 0) is { } locked ? AttachLock.Refuse(locked)
            : core.Current.VolumesBelow(id).Select(below => core.Current.Volumes[below])
                .FirstOrDefault(volume => volume.State is VolumeState.Sync or VolumeState.NeedSync) is { } busy
            ? IsRecovering(busy) : null);

    private static Refusal IsRecovering(VolumeRecord volume) => new(
        ErrorCode.InvalidState,
        $"Volume {volume.Name} is being recovered; resize it after its task has ended");

    /// <summary>Sets the length alone: subdisks stay.</summary>
    public async Task<Outcome> SetLengthAsync(string name, long length)
    {
        Outcome<VolumeTurn> entered = await core.EnterAsync(name);
        if (!entered.IsDone)
        {
            return entered.Refusal;
        }
        using VolumeTurn turn = entered.Value;
        return await ResizeAsync(
            turn.Volume, configuration => VolumeOperations.SetLength(configuration, turn.Volume, length));
    }

    public Outcome<long> MaximumSize(VolumeRequest request) =>
        VolumeOperations.MaximumSize(core.Current, request with { Sites = core.Disks.Sites });

    public Outcome<long> MaximumGrow(string name, StorageSpecification storage) =>
        core.Current.FindVolume(name) is { } volume
            ? VolumeOperations.MaximumGrow(core.Current, volume.Id, storage, core.Disks.Sites)
            : Refusals.NoVolume(name);

    private async Task<Refusal?> ClearNewAreaAsync(GroupConfiguration planned, RecordId id)
    {
        long before = core.Current.Volumes[id].Length;
        long after = planned.Volumes[id].Length;
        int index = 0;
        foreach (PlexRecord plex in planned.DataPlexesOf(id))
        {
            bool isHere = planned.SubdisksOf(plex.Id).All(subdisk => core.Disks.IsHere(subdisk.DiskId));
            if (!isHere && plex.KernelState != PlexKernelState.Enabled && !plex.IsTrusted())
            {
                continue; // out of date and unreachable: it is copied whole before it is used again
            }
            ByteRange area = core.Host.Options.Steps.NewArea(index++, new ByteRange(before, after - before));
            IoStatus status = await Clearing.ZeroAsync(
                PlexMap.Of(planned, plex.Id), core.Disks.PublicRegion, area.Offset, area.Length);
            if (status != IoStatus.Success)
            {
                return new Refusal(
                    ErrorCode.InputOutput,
                    $"Volume {planned.Volumes[id].Name}, plex {plex.Name}: the new area cannot be cleared: {status}");
            }
        }
        return null;
    }

    private async Task<Outcome> ResizeAsync(
        RecordId id, Func<GroupConfiguration, Outcome<GroupConfiguration>> change)
    {
        if (core.Current.Volumes[id].State is VolumeState.Sync or VolumeState.NeedSync)
        {
            return IsRecovering(core.Current.Volumes[id]);
        }
        return await core.Started.ChangeLogAsync(id, change);
    }

    private static bool SameSubdisks(GroupConfiguration one, GroupConfiguration other, RecordId volume) =>
        one.DataPlexesOf(volume).SelectMany(plex => one.SubdisksOf(plex.Id))
            .SequenceEqual(other.DataPlexesOf(volume).SelectMany(plex => other.SubdisksOf(plex.Id)));
}
