using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Movers.Moves;

/// <summary>
/// One pass: the target takes the guest's writes from the first moment, as a plex that is attached (everything) or as a
/// mirror driver does it (where the copy has been).
/// </summary>
internal sealed class MirroredMove : DiskMove
{
    private readonly MovePace pace;
    private readonly long number;
    private readonly MirrorDriverLeg? leg;
    private readonly PlexDevice plex;
    private readonly long writtenBefore;
    private PlexCopy? copy;
    private PlexCopyState? stopped;

    /// <summary>A move of one disk.</summary>
    public MirroredMove(GuestDisk disk, IExtentDevice target, string place, MovePace pace, bool isDriver)
        : base(disk, target, place)
    {
        this.pace = pace;
        number = disk.NextPlex();
        leg = isDriver ? new MirrorDriverLeg(target) : null;
        plex = WholePlex.Over(number, place, leg ?? target);
        leg?.Bind(plex);
        writtenBefore = disk.Volume.Statistics.Writes.Bytes;
        disk.WhenLost((lost, reason) =>
        {
            if (lost == Plex)
            {
                stopped ??= PlexCopyState.TargetFailed;
                copy?.LoseTarget(reason);
            }
        });
    }

    /// <summary>The plex of the second place.</summary>
    public RecordId Plex => new(number);

    /// <inheritdoc/>
    public override long BytesMirrored => leg is not null
        ? Math.Max(0, leg.Written - Passes.Sum(pass => pass.Bytes))
        : Disk.Volume.Statistics.Writes.Bytes - writtenBefore;

    /// <inheritdoc/>
    public override async Task<DiskMoveState> RunAsync()
    {
        await Disk.Volume.ReconfigureAsync(plexes => Task.FromResult(
            (true, (VolumeChange?)new VolumeChange(plexes.WithAttaching(Plex, Place, plex)))));
        if (IsStopped)
        {
            return DiskMoveState.Stopped;
        }

        copy = new PlexCopy(new PlexCopyOptions
        {
            Volume = Disk.Volume,
            Target = Plex,
            IoSize = pace.IoSize,
            Workers = pace.Workers,
            Throttle = pace.Throttle,
        });
        long began = Disk.Engine.Time.GetTimestamp();
        PlexCopyResult result = await copy.RunAsync();
        Note(result.BytesCopied, Disk.Engine.Time.GetElapsedTime(began), isStunned: false);
        return IsStopped ? DiskMoveState.Stopped : result.State switch
        {
            PlexCopyState.Completed => DiskMoveState.Ready,
            PlexCopyState.SourceFailed => DiskMoveState.SourceFailed,
            PlexCopyState.TargetFailed => DiskMoveState.TargetFailed,
            PlexCopyState.Aborted or PlexCopyState.Suspended => DiskMoveState.Stopped,
        };
    }

    /// <inheritdoc/>
    public override Task<bool> SwitchAsync(Func<Task<bool>> inside) => SwitchAsync(inside, keepsSource: false);

    /// <summary>As <see cref="SwitchAsync(Func{Task{bool}})"/>; the source may stay as the other side of a
    /// mirror.</summary>
    public async Task<bool> SwitchAsync(Func<Task<bool>> inside, bool keepsSource)
    {
        Invariant.Holds(copy is not null);
        RecordId source = Disk.Current;
        PlexSwitchState state = await copy.SwitchAsync(async plexes =>
        {
            if (IsStopped || !await inside())
            {
                return null;
            }

            PlexSet readable = plexes.WithReadable(Plex);
            if (keepsSource)
            {
                Disk.MirroredAt(Plex, Place, Target);
                return new VolumeChange(readable);
            }

            Disk.MovedTo(Plex, Place, Target);
            return new VolumeChange(readable.Without(source));
        });
        return state == PlexSwitchState.Switched;
    }

    /// <inheritdoc/>
    public override async Task AbandonAsync() => await Disk.ForgetAsync(Plex);

    /// <inheritdoc/>
    protected override void StopCopy() => copy?.LoseTarget(IoStatus.NotReachable);
}
