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
        using IDisposable space = await core.SpaceGate.EnterAsync();
        RecordId id = turn.Volume;
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
                ? new Refusal(ErrorCode.WrongUse, $"Volume {name}: the disk group changed meanwhile; try again")
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
        return await ResizeAsync(
            turn.Volume, configuration => VolumeOperations.ShrinkVolume(configuration, turn.Volume, newLength));
    }

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
            return new Refusal(
                ErrorCode.InvalidState,
                $"Volume {core.Current.Volumes[id].Name} is being recovered; resize it after its task has ended");
        }
        return await core.Started.ChangeLogAsync(id, change);
    }

    private static bool SameSubdisks(GroupConfiguration one, GroupConfiguration other, RecordId volume) =>
        one.DataPlexesOf(volume).SelectMany(plex => one.SubdisksOf(plex.Id))
            .SequenceEqual(other.DataPlexesOf(volume).SelectMany(plex => other.SubdisksOf(plex.Id)));
}
