using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Movers.Moves;

/// <summary>When passes over changed blocks end.</summary>
internal sealed record TrackingLimits
{
    /// <summary>Bytes of a tracked region.</summary>
    public long RegionSize { get; init; } = 64 << 10;

    /// <summary>So little left is copied while the guest stands still.</summary>
    public long Threshold { get; init; } = 1 << 20;

    /// <summary>Passes while the guest runs, at most.</summary>
    public int MaximumPasses { get; init; } = 100;
}

/// <summary>
/// Changed-block tracking: a full copy, then passes over what was written meanwhile, until little is left; the rest
/// while the guest stands still.
/// </summary>
/// <remarks>
/// The marks are the engine's maps of detached plexes: a region's bit is set before its data is written. Two maps take
/// turns, changed behind the closed gate, so that whatever a pass may have copied half is marked in the next one's map.
/// The log of the maps is in memory: a host that dies has nothing to continue, the move begins anew.
/// </remarks>
internal sealed class TrackedMove : DiskMove
{
    private readonly TrackingLimits limits;
    private readonly DiskCopy copy;
    private readonly DetachMapGeometry geometry;
    private DetachMaps? maps;
    private int map;
    private bool isLost;
    private IReadOnlyList<ByteRange> left = [];

    /// <summary>A move of one disk.</summary>
    public TrackedMove(
        GuestDisk disk, IExtentDevice target, string place, MovePace pace, TrackingLimits limits)
        : base(disk, target, place)
    {
        this.limits = limits;
        geometry = DetachMapGeometry.For(disk.Volume.Length, limits.RegionSize);
        copy = new DiskCopy(disk.Name, disk.Device, target, pace, disk.Engine);
    }

    /// <inheritdoc/>
    public override long BytesMirrored => 0;

    /// <summary>Bytes that are left for the time in which the guest stands still.</summary>
    public long Left => left.Sum(range => range.Length);

    /// <inheritdoc/>
    public override async Task<DiskMoveState> RunAsync()
    {
        maps = await DetachMaps.LoadAsync(
            new MemoryDevice(geometry.Length), geometry, [], () => Task.FromResult(isLost = true));
        Invariant.Holds(maps is not null);
        await TurnAsync();
        IReadOnlyList<ByteRange>? only = null;
        while (true)
        {
            (DiskMoveState state, long bytes) = await PassAsync(only, isStunned: false);
            if (state != DiskMoveState.Ready)
            {
                return state;
            }

            await TurnAsync();
            if (isLost || Left <= limits.Threshold)
            {
                return isLost ? DiskMoveState.TrackingLost : DiskMoveState.Ready;
            }

            if (Left >= bytes || Passes.Count >= limits.MaximumPasses)
            {
                return DiskMoveState.NotConverging;
            }

            only = left;
        }
    }

    /// <inheritdoc/>
    public override async Task<bool> SwitchAsync(Func<Task<bool>> inside)
    {
        bool isSwitched = await ChangePlacesAsync(inside);
        if (isSwitched)
        {
            await copy.DisposeAsync();
        }

        return isSwitched;
    }

    private Task<bool> ChangePlacesAsync(Func<Task<bool>> inside) =>
        Disk.Volume.ReconfigureAsync(async plexes =>
        {
            left = Union(left, maps?.Marked(map, Disk.Volume.Length) ?? []);
            (DiskMoveState state, _) = isLost
                ? (DiskMoveState.TrackingLost, 0) : await PassAsync(left, isStunned: true);
            if (state != DiskMoveState.Ready || !await inside())
            {
                return (false, null);
            }

            RecordId source = Disk.Current;
            var plex = new RecordId(Disk.NextPlex());
            PlexSet moved = plexes.WithAttaching(plex, Place, WholePlex.Over(plex.Value, Place, Target))
                .WithReadable(plex).Without(source);
            EndTracking();
            Disk.MovedTo(plex, Place, Target);
            return (true, (VolumeChange?)new VolumeChange(moved));
        });

    /// <summary>As <see cref="SwitchAsync"/> without any pass before: everything is copied while the guest stands
    /// still.</summary>
    public Task<bool> SwitchWholeAsync(Func<Task<bool>> inside)
    {
        left = [new ByteRange(0, Disk.Volume.Length)];
        return SwitchAsync(inside);
    }

    /// <inheritdoc/>
    public override async Task AbandonAsync()
    {
        await Disk.Volume.ReconfigureAsync(_ =>
        {
            EndTracking();
            return Task.FromResult((true, (VolumeChange?)null));
        });
        await copy.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void StopCopy() => copy.Stop(IoStatus.NotReachable);

    private void EndTracking() => Disk.Volume.Core.DetachMaps = null;

    private async Task<(DiskMoveState State, long Bytes)> PassAsync(IReadOnlyList<ByteRange>? only, bool isStunned)
    {
        if (IsStopped)
        {
            return (DiskMoveState.Stopped, 0);
        }

        long began = Disk.Engine.Time.GetTimestamp();
        PlexCopyResult result = await copy.RunAsync(only);
        Note(result.BytesCopied, Disk.Engine.Time.GetElapsedTime(began), isStunned);
        DiskMoveState state = IsStopped ? DiskMoveState.Stopped : result.State switch
        {
            PlexCopyState.Completed => DiskMoveState.Ready,
            PlexCopyState.SourceFailed => DiskMoveState.SourceFailed,
            PlexCopyState.TargetFailed => DiskMoveState.TargetFailed,
            PlexCopyState.Aborted or PlexCopyState.Suspended => DiskMoveState.Stopped,
        };
        return (state, result.BytesCopied + result.BytesSkipped);
    }

    /// <summary>Takes the other map into use; what the one before holds is left to copy.</summary>
    private Task<bool> TurnAsync() => Disk.Volume.ReconfigureAsync<bool>(async _ =>
    {
        Invariant.Holds(maps is not null);
        bool isFirst = Disk.Volume.Core.DetachMaps is null;
        int next = isFirst ? 0 : 1 - map;
        isLost |= !await maps.BeginAsync(next);
        left = isFirst ? [] : maps.Marked(map, Disk.Volume.Length) ?? [];
        maps.Keep([next]);
        map = next;
        Disk.Volume.Core.DetachMaps = maps;
        return (true, null);
    });

    private static List<ByteRange> Union(IEnumerable<ByteRange> some, IEnumerable<ByteRange> others)
    {
        List<ByteRange> union = [];
        foreach (ByteRange range in some.Concat(others).OrderBy(range => range.Offset))
        {
            if (union.Count > 0 && union[^1].End >= range.Offset)
            {
                ByteRange last = union[^1];
                union[^1] = last with { Length = Math.Max(last.End, range.End) - last.Offset };
            }
            else
            {
                union.Add(range);
            }
        }

        return union;
    }
}
