using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tests.InputOutput;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>Engines that break one design rule each, on purpose.</summary>
internal static class BrokenSteps
{
    internal sealed class CopierWithoutLock(VolumeWorld world) : SlowSteps(world)
    {
        public override ValueTask<RangeHold> LockForCopyAsync(
            RangeLockTable locks, long offset, long length, CancellationToken token) => default;
    }

    internal sealed class CopierIgnoresWritesInFlight(VolumeWorld world) : SlowSteps(world)
    {
        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            !(asked == RangeClass.Exclusive && earlier == RangeClass.Write)
            && base.MustWait(asked, earlier, earlierHolds);
    }

    internal sealed class WritersNotOrdered : DataPathSteps
    {
        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            !(asked == RangeClass.Write && earlier == RangeClass.Write)
            && base.MustWait(asked, earlier, earlierHolds);
    }

    internal sealed class SnapshotBeforeGate(VolumeWorld world) : SlowSteps(world)
    {
        public override async ValueTask<PlexSet?> EnterAsync(VolumeGate gate, CancellationToken token)
        {
            PlexSet early = gate.Published;
            await ReachedAsync(DataPathStep.WriteEntered, 0, 0);
            return await gate.EnterAsync(token) is null ? null : early;
        }
    }

    internal sealed class DiscardSkipsAttaching : DataPathSteps
    {
        public override bool TakesMutation(PlexMember member, MutationKind kind) =>
            kind != MutationKind.Discard || member.Role == PlexRole.ReadWrite;
    }

    internal sealed class ZeroSkipsAttaching : DataPathSteps
    {
        public override bool TakesMutation(PlexMember member, MutationKind kind) =>
            kind != MutationKind.Zero || member.Role == PlexRole.ReadWrite;
    }

    internal sealed class MarkedBeforeCopied : DataPathSteps
    {
        public override void CopyBegins(CopyMap map, ByteRange range) => map.MarkCopied(range);
    }

    internal sealed class DirtyRoundedIn : DataPathSteps
    {
        public override (int First, int Last) DirtyRegions(long offset, long length, long regionSize)
        {
            (int first, int last) = base.DirtyRegions(offset, length, regionSize);
            return (last > first ? first + 1 : first, last);
        }
    }

    internal sealed class DataBeforeDirty : DataPathSteps
    {
        public override ValueTask<bool> MarkDirtyRegionsAsync(DirtyRegionLog log, long offset, long length)
        {
            _ = log.MarkAsync(offset, length).AsTask();
            return ValueTask.FromResult(true);
        }
    }

    internal sealed class ClearedWithoutFlush : DataPathSteps
    {
        public override Task<IoStatus> FlushBeforeClearAsync(Func<Task<IoStatus>> flush) =>
            Task.FromResult(IoStatus.Success);
    }

    internal sealed class RecordWithoutFlush : DataPathSteps
    {
        public override ValueTask<IoStatus> FlushBeforeRecordAsync(PlexDevice target) =>
            ValueTask.FromResult(IoStatus.Success);
    }

    internal sealed class AcknowledgedBeforeRecorded : DataPathSteps
    {
        public override ValueTask<bool> RecordMissAsync(
            IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason)
        {
            _ = owner.DetachPlexAsync(volume, plex, reason).AsTask();
            return ValueTask.FromResult(true);
        }
    }

    internal sealed class SwitchWithoutFlush : DataPathSteps
    {
        public override ValueTask<IoStatus> FlushBeforeSwitchAsync(PlexDevice target) =>
            ValueTask.FromResult(IoStatus.Success);

        public override ValueTask<IoStatus> FlushBeforeRecordAsync(PlexDevice target) =>
            ValueTask.FromResult(IoStatus.Success);
    }

    internal sealed class CompleteBeforeWorkersEnd : DataPathSteps
    {
        public override Task AwaitWorkersAsync(IReadOnlyList<Task> workers) => workers[0];

        public override bool IsCopyComplete(CopyMap map, PlexDevice target) => true;
    }

    internal sealed class NotDrained(VolumeWorld world) : SlowSteps(world)
    {
        public override Task DrainAsync(VolumeGate gate) => Task.CompletedTask;
    }

    internal sealed class ThawedBeforeCommit(VolumeWorld world) : SlowSteps(world)
    {
        public override async Task<T> CommitFrozenAsync<T>(VolumeGate gate, Func<Task<T>> commit)
        {
            gate.Thaw();
            T result = await commit();
            await gate.FreezeAsync();
            return result;
        }
    }

    internal sealed class TargetErrorIgnored : DataPathSteps
    {
        public override IoStatus JudgeTarget(IoStatus status) => IoStatus.Success;
    }

    internal sealed class SourceErrorIgnored : DataPathSteps
    {
        public override IoStatus JudgeSource(IoStatus status) => IoStatus.Success;
    }

    internal sealed class AttachingIsRead : DataPathSteps
    {
        public override bool IsReadable(PlexMember member) => !member.Device.IsFaulted;
    }

    internal sealed class LastPlexGivenUp : DataPathSteps
    {
        public override bool IsLastComplete(PlexSet plexes, PlexMember member) => false;

        public override ValueTask<bool> RecordMissAsync(
            IVolumeOwner owner, RecordId volume, RecordId plex, IoStatus reason) => ValueTask.FromResult(true);
    }

    internal sealed class AnyRecordResumed : DataPathSteps
    {
        public override bool MayResume(CopyCheckpoint checkpoint, long volumeLength, bool isTrusted) => true;
    }
}
