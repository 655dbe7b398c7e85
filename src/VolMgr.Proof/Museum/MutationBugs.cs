using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Museum;

/// <summary>DZ and ERR: discards, zeroes and failed parts.</summary>
internal static class MutationBugs
{
    /// <summary>A discard needs no copy: the target does not get it, and the map says that it has.</summary>
    internal sealed class DiscardNeedsNoCopy(Simulator simulator) : JitteredSteps(simulator)
    {
        private CopyMap? running;
        private bool isDiscard;

        public override void CopyStarts(PlexCopyOptions options, CopyMap map)
        {
            base.CopyStarts(options, map);
            running = map;
        }

        public override bool TakesMutation(PlexMember member, MutationKind kind)
        {
            isDiscard = kind == MutationKind.Discard;
            return !isDiscard || member.Role == PlexRole.ReadWrite;
        }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            if (step == DataPathStep.WriteLanded && isDiscard)
            {
                running?.MarkCopied(new ByteRange(offset, length));
            }

            return base.ReachedAsync(step, offset, length);
        }
    }

    /// <summary>A discard takes no lock: it has no data.</summary>
    internal sealed class DiscardWithoutLock(Simulator simulator) : JitteredSteps(simulator)
    {
        public override RangeClass LockClass(MutationKind kind) =>
            kind == MutationKind.Discard ? RangeClass.Shared : base.LockClass(kind);

        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            asked != RangeClass.Shared && earlier != RangeClass.Shared && base.MustWait(asked, earlier, earlierHolds);
    }

    /// <summary>A discard waits for writers and not for the copier.</summary>
    internal sealed class DiscardPassesTheCopier(Simulator simulator) : JitteredSteps(simulator)
    {
        public override RangeClass LockClass(MutationKind kind) =>
            kind == MutationKind.Discard ? RangeClass.Shared : base.LockClass(kind);

        public override bool MustWait(RangeClass asked, RangeClass earlier, bool earlierHolds) =>
            !(asked == RangeClass.Shared && earlier == RangeClass.Exclusive)
            && !(asked == RangeClass.Exclusive && earlier == RangeClass.Shared)
            && base.MustWait(asked, earlier, earlierHolds);
    }

    /// <summary>Plexes take the bytes from the caller's buffer, each at its own time; the caller changes it.</summary>
    internal sealed class CallersBuffer(Simulator simulator) : JitteredSteps(simulator)
    {
        private ReadOnlyMemory<byte> last;

        public override ValueTask<IoStatus> SendAsync(PlexMember member, Mutation mutation)
        {
            bool isSecond = mutation.Kind == MutationKind.Write && last.Equals(mutation.Data);
            last = mutation.Data;
            if (!isSecond)
            {
                return base.SendAsync(member, mutation);
            }

            byte[] changed = mutation.Data.ToArray();
            changed.AsSpan(0, 64).Fill(0x11);
            return base.SendAsync(member, mutation with { Data = changed });
        }
    }

    /// <summary>Of a write in two parts the answer of the last counts.</summary>
    internal sealed class LastAnswerCounts(Simulator simulator) : JitteredSteps(simulator)
    {
        public override async ValueTask<IoStatus> SendAsync(PlexMember member, Mutation mutation)
        {
            if (mutation.Kind != MutationKind.Write || mutation.Data.Length < 1024)
            {
                return await base.SendAsync(member, mutation);
            }

            int half = mutation.Data.Length / 1024 * 512;
            await base.SendAsync(member, mutation with { Length = half, Data = mutation.Data[..half] });
            return await base.SendAsync(member, mutation with
            {
                Offset = mutation.Offset + half,
                Length = mutation.Length - half,
                Data = mutation.Data[half..],
            });
        }
    }
}
