using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Comparison;

/// <summary>One of the five at work on a guest of its own.</summary>
internal abstract class ComparedMover(ComparedGuest guest)
{
    /// <summary>The guest.</summary>
    protected ComparedGuest Guest { get; } = guest;

    /// <summary>Bytes of what moves.</summary>
    public abstract long Data { get; }

    /// <summary>Bytes on the old array that the guest still uses.</summary>
    public abstract long InUseOnOldArray { get; }

    /// <summary>What is left on the old array, in a sentence.</summary>
    public abstract string LeftWords { get; }

    /// <summary>Begins what the guest does beside its application.</summary>
    public virtual Task BeginAsync() => Task.CompletedTask;

    /// <summary>Ends it.</summary>
    public virtual Task EndAsync() => Task.CompletedTask;

    /// <summary>The move.</summary>
    public abstract Task<MoveReport> MoveAsync(MoveSteps steps);

    /// <summary>Places, of the disk and of what moved, that lack what was acknowledged.</summary>
    public abstract Task<long> CountLostAsync();

    /// <summary>The mover of that kind on a guest.</summary>
    public static ComparedMover Of(MoverKind kind, ComparedGuest guest) => kind switch
    {
        MoverKind.PlexMirror => new PlexMirrorMover(guest),
        MoverKind.Tracking => new StorageMotionMover(guest, Hypervisors.StorageMotionMode.Tracking),
        MoverKind.MirrorDriver => new StorageMotionMover(guest, Hypervisors.StorageMotionMode.MirrorDriver),
        MoverKind.WarmDomain => new DomainMover(guest, Domains.DomainTransfer.Warm),
        MoverKind.LiveDomain => new DomainMover(guest, Domains.DomainTransfer.Live),
    };
}
