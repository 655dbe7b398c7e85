using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.InputOutput;

/// <summary>Places where a request or a copy can be held by whoever watches the engine.</summary>
internal enum DataPathStep
{
    /// <summary>A write has its plex set and has not asked for its range.</summary>
    WriteEntered = 1,

    /// <summary>A write holds its range and has not marked the dirty region log.</summary>
    WriteLocked = 2,

    /// <summary>A write is about to be sent to the plexes.</summary>
    WriteIssuing = 3,

    /// <summary>A write is on the plexes; misses are not yet recorded.</summary>
    WriteLanded = 4,

    /// <summary>A write is about to be acknowledged.</summary>
    WriteAcknowledging = 5,

    /// <summary>A read has its plex set.</summary>
    ReadEntered = 6,

    /// <summary>A flush has its plex set.</summary>
    FlushEntered = 7,

    /// <summary>The copier holds a range and has not read the source.</summary>
    CopyLocked = 8,

    /// <summary>The copier has read the source and not written the target.</summary>
    CopyRead = 9,

    /// <summary>The copier has written the target and not marked the map.</summary>
    CopyWritten = 10,

    /// <summary>The copier has released a range.</summary>
    CopyReleased = 11,

    /// <summary>The gate is frozen and not yet drained.</summary>
    Frozen = 12,

    /// <summary>The gate is drained and nothing committed.</summary>
    Drained = 13,

    /// <summary>The switch has flushed the target and not committed.</summary>
    SwitchFlushed = 14,

    /// <summary>The commit is durable and the set not published.</summary>
    Committed = 15,

    /// <summary>The set is published and the gate still closed.</summary>
    Published = 16,

    /// <summary>A write inside sectors has read what it does not change of them, and not written them.</summary>
    EdgesRead = 17,

    /// <summary>A write has its dirty bits durable and has sent nothing.</summary>
    WriteMarked = 18,

    /// <summary>It is durable that the plexes that missed a write are out; the write is not yet acknowledged.</summary>
    WriteMissRecorded = 19,

    /// <summary>A read has its data and has not given its range back.</summary>
    ReadServed = 20,

    /// <summary>A flush has reached all plexes and is not yet acknowledged.</summary>
    FlushLanded = 21,

    /// <summary>The copier has captured what its next record will say and has not flushed the target.</summary>
    CheckpointCaptured = 22,

    /// <summary>The copier has flushed the target and not written its record.</summary>
    CheckpointFlushed = 23,

    /// <summary>Recovery holds a range and has chosen nothing.</summary>
    RecoveryLocked = 24,

    /// <summary>Recovery has made a range equal and not given it back.</summary>
    RecoveryEqualised = 25,

    /// <summary>A copy has been told to end before everything was copied.</summary>
    CopyStopping = 26,

    /// <summary>The log is about to be cleared of regions whose data is flushed.</summary>
    ClearFlushed = 27,

    /// <summary>An import has chosen the newest valid configuration and started nothing.</summary>
    ImportChosen = 28,

    /// <summary>A copy has its map, with what an earlier run left, and has not begun.</summary>
    CopyLoaded = 29,

    /// <summary>The area that a volume grows into is cleared, and the new length not committed.</summary>
    AreaCleared = 30,
}

/// <summary>
/// The seam of named steps: each member is one step or one decision that a design rule of the data path depends on, and
/// does what is right. Tests derive from it to hold a request at a step, or to break one rule on purpose and see that
/// it is noticed.
/// </summary>
internal class DataPathSteps
{
    /// <summary>The engine as it is.</summary>
    public static DataPathSteps Default { get; } = new();

    /// <summary>Called at each step; the engine goes on when it completes.</summary>
    public virtual ValueTask ReachedAsync(DataPathStep step, long offset, long length) => default;

    /// <summary>Called when a change of the configuration is about to be written.</summary>
    public virtual void CommitBegins(GroupConfiguration next)
    {
    }

    /// <summary>Called when a copy has its map, with what it takes over from an earlier run.</summary>
    public virtual void CopyStarts(PlexCopyOptions options, CopyMap map)
    {
    }

    /// <summary>Rules 1 and 2: whether a request waits for an overlapping earlier one, which holds its range or waits
    /// itself. Everything excludes everything, only reads share.</summary>
    public virtual bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
        asked != RangeClass.Shared || earlier != RangeClass.Shared;

    /// <summary>Rule 1: the copier holds its range from before the read until the map is marked.</summary>
    public virtual ValueTask<RangeHold> LockForCopyAsync(
        RangeLockTable locks, long offset, long length, CancellationToken token) =>
        locks.AcquireAsync(offset, length, RangeClass.Exclusive, token);

    /// <summary>Rule 3: the plex set is taken once, by entering the gate.</summary>
    public virtual ValueTask<PlexSet?> EnterAsync(VolumeGate gate, CancellationToken token) => gate.EnterAsync(token);

    /// <summary>Rule 4: whether a member takes a mutation; every member does, whatever the kind.</summary>
    public virtual bool TakesMutation(PlexMember member, MutationKind kind) => true;

    /// <summary>Rule 1: how a mutation holds its range; every kind excludes everybody.</summary>
    public virtual RangeClass LockClass(MutationKind kind) => RangeClass.Write;

    /// <summary>Rule 4: a member gets a mutation as it is.</summary>
    public virtual ValueTask<IoStatus> SendAsync(PlexMember member, Mutation mutation) =>
        mutation.ApplyAsync(member.Device);

    /// <summary>Rule 5: the target gets what was read, where it was read.</summary>
    public virtual ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data) =>
        target.Device.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None);

    /// <summary>Rule 5: a hole of the source is zero on the target.</summary>
    public virtual ValueTask<IoStatus> CopyClearAsync(PlexMember target, long offset, long length) =>
        target.Device.ZeroAsync(offset, length, WriteFlags.None, CancellationToken.None);

    /// <summary>Rule 6: a flush reaches every member.</summary>
    public virtual ValueTask<IoStatus> FlushMemberAsync(PlexSet plexes, PlexMember member) =>
        member.Device.FlushAsync(CancellationToken.None);

    /// <summary>Rule 10: recovery makes every member equal to the truth.</summary>
    public virtual bool MustEqualise(PlexMember member) => true;

    /// <summary>Rule 4: what of a grown plex is cleared before the volume has it: all that is new.</summary>
    public virtual ByteRange NewArea(int plexIndex, ByteRange area) => area;

    /// <summary>Rule 5: the copy map learns of a range after it is on the target and before its lock is
    /// released.</summary>
    public virtual void MarkCopied(CopyMap map, ByteRange range) => map.MarkCopied(range);

    /// <summary>Called when the copier holds a range no longer.</summary>
    public virtual void CopyEnds(CopyMap map, ByteRange range)
    {
    }

    /// <summary>Rule 5: called when the copier holds the range; nothing is known about the target yet.</summary>
    public virtual void CopyBegins(CopyMap map, ByteRange range)
    {
    }

    /// <summary>Rule 5: the dirty regions of a mutation, rounded out.</summary>
    public virtual (int First, int Last) DirtyRegions(long offset, long length, long regionSize) =>
        ((int)(offset / regionSize), (int)((offset + length - 1) / regionSize));

    /// <summary>Rule 6: dirty bits are durable before data is written.</summary>
    public virtual ValueTask<bool> MarkDirtyRegionsAsync(DirtyRegionLog log, long offset, long length) =>
        log.MarkAsync(offset, length);

    /// <summary>Rules 4 and 6: what plexes that are out miss is durably marked before data is written.</summary>
    public virtual ValueTask<bool> MarkMissedAsync(DetachMaps maps, long offset, long length) =>
        maps.MarkAsync(offset, length);

    /// <summary>Rule 6: data is flushed on all plexes before dirty bits are cleared.</summary>
    public virtual Task<IoStatus> FlushBeforeClearAsync(Func<Task<IoStatus>> flush) => flush();

    /// <summary>Rule 6: the target is flushed before a record of the copy says what it holds.</summary>
    public virtual ValueTask<IoStatus> FlushBeforeRecordAsync(PlexDevice target) =>
        target.FlushAsync(CancellationToken.None);

    /// <summary>Rule 6: the target is flushed, ahead and again with the gate closed, before it becomes
    /// readable.</summary>
    public virtual ValueTask<IoStatus> FlushBeforeSwitchAsync(PlexDevice target) =>
        target.FlushAsync(CancellationToken.None);

    /// <summary>Rule 6: a plex that missed a write is durably out before the write is acknowledged.</summary>
    public virtual ValueTask<bool> RecordMissAsync(
        IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason) =>
        owner.DetachPlexAsync(volume, plex, reason);

    /// <summary>Rule 7: the copy is over when every worker has ended.</summary>
    public virtual Task AwaitWorkersAsync(IReadOnlyList<Task> workers) => Task.WhenAll(workers);

    /// <summary>Rule 7: whether the target holds everything; asked at the end and again under the gate.</summary>
    public virtual bool IsCopyComplete(CopyMap map, PlexDevice target) => map.IsComplete && !target.IsFaulted;

    /// <summary>Rules 3 and 8: nothing is in flight when a change commits.</summary>
    public virtual async Task DrainAsync(VolumeGate gate)
    {
        await gate.DrainAsync();
        Invariant.Holds(gate.InFlight == 0);
    }

    /// <summary>Rule 8: the gate stays closed from the freeze until the new set is published.</summary>
    public virtual Task<T> CommitFrozenAsync<T>(VolumeGate gate, Func<Task<T>> commit) => commit();

    /// <summary>Rule 9: who may serve a read.</summary>
    public virtual bool IsReadable(PlexMember member) =>
        member.Role == PlexRole.ReadWrite && !member.Device.IsFaulted;

    /// <summary>Rule 9: how a copy takes what its target answered; an error is an error.</summary>
    public virtual IoStatus JudgeTarget(IoStatus status) => status;

    /// <summary>Rule 9: how a copy takes it that no complete plex could be read.</summary>
    public virtual IoStatus JudgeSource(IoStatus status) => status;

    /// <summary>Rule 9: whether losing the member would leave no complete plex.</summary>
    public virtual bool IsLastComplete(PlexSet plexes, PlexMember member) =>
        member.Role == PlexRole.ReadWrite
        && !plexes.Members.Any(other => other.Id != member.Id && IsReadable(other));

    /// <summary>Rule 10: whether a record of an earlier run may be continued from.</summary>
    public virtual bool MayResume(CopyCheckpoint checkpoint, long volumeLength, bool isTrusted) =>
        isTrusted && checkpoint.VolumeLength == volumeLength;
}
