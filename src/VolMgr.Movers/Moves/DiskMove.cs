using VolMgr.Blocks;

namespace VolMgr.Movers.Moves;

/// <summary>How one disk's move goes.</summary>
internal enum DiskMoveState
{
    /// <summary>It is ready to change places.</summary>
    Ready = 1,

    /// <summary>What is written in the time of a pass is not less than what the pass copied.</summary>
    NotConverging = 2,

    /// <summary>The source could not be read.</summary>
    SourceFailed = 3,

    /// <summary>The target failed.</summary>
    TargetFailed = 4,

    /// <summary>It was told to stop.</summary>
    Stopped = 5,

    /// <summary>The log of changed blocks took no marks.</summary>
    TrackingLost = 6,
}

/// <summary>One pass of a copy.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="Bytes">Bytes read and written.</param>
/// <param name="Took">Time.</param>
/// <param name="IsStunned">Whether the guest stood still meanwhile.</param>
public sealed record CopyPass(int Number, long Bytes, TimeSpan Took, bool IsStunned);

/// <summary>
/// Brings a guest's disk to another place while the guest runs, up to where only the change of places is left.
/// </summary>
internal abstract class DiskMove(GuestDisk disk, IExtentDevice target, string place)
{
    private readonly List<CopyPass> passes = [];

    /// <summary>The disk.</summary>
    public GuestDisk Disk { get; } = disk;

    /// <summary>Where it goes.</summary>
    public string Place { get; } = place;

    /// <summary>What will hold its bytes.</summary>
    public IExtentDevice Target { get; } = target;

    /// <summary>The passes so far.</summary>
    public IReadOnlyList<CopyPass> Passes => passes;

    /// <summary>Bytes of guest writes that went to both sides.</summary>
    public abstract long BytesMirrored { get; }

    /// <summary>Told to stop.</summary>
    protected bool IsStopped { get; private set; }

    /// <summary>Copies until the change of places is all that is left, or something stops it.</summary>
    public abstract Task<DiskMoveState> RunAsync();

    /// <summary>
    /// Changes places: closes the gate, brings over what is left, flushes, runs what is inside (other disks, then the
    /// one record), publishes, opens the gate. False when anything of it failed: the disk is where it was.
    /// </summary>
    public abstract Task<bool> SwitchAsync(Func<Task<bool>> inside);

    /// <summary>Gives the second place up.</summary>
    public abstract Task AbandonAsync();

    /// <summary>Ends a copy that runs.</summary>
    public void Stop()
    {
        IsStopped = true;
        StopCopy();
    }

    /// <summary>Ends a copy that runs.</summary>
    protected abstract void StopCopy();

    /// <summary>Notes a pass.</summary>
    protected void Note(long bytes, TimeSpan took, bool isStunned) =>
        passes.Add(new CopyPass(passes.Count + 1, bytes, took, isStunned));
}
