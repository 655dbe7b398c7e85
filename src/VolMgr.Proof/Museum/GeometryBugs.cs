using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Museum;

/// <summary>GEO: sizes, alignment and edges; and what is copied wrongly.</summary>
internal static class GeometryBugs
{
    private const int Sector = 512;

    /// <summary>Another write of a copy than the one that was meant.</summary>
    internal abstract class WrongCopy(Simulator simulator) : JitteredSteps(simulator)
    {
        /// <summary>The right one.</summary>
        protected ValueTask<IoStatus> CopyAsync(PlexMember target, long offset, Memory<byte> data) =>
            base.CopyWriteAsync(target, offset, data);
    }

    /// <summary>A copy always writes a whole unit, with whatever is in its buffer.</summary>
    internal sealed class AlwaysAWholeUnit(Simulator simulator) : WrongCopy(simulator)
    {
        public override ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data)
        {
            int length = (int)Math.Min(SimulatedLab.CopyStep, target.Device.Length - offset);
            if (data.Length >= length)
            {
                return CopyAsync(target, offset, data);
            }

            byte[] unit = new byte[length];
            data.CopyTo(unit);
            return CopyAsync(target, offset, unit);
        }
    }

    /// <summary>The last unit, when it is a short one, is nobody's.</summary>
    internal sealed class NoShortUnit(Simulator simulator) : WrongCopy(simulator)
    {
        public override ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data) =>
            offset >= target.Device.Length / SimulatedLab.CopyStep * SimulatedLab.CopyStep
                ? ValueTask.FromResult(IoStatus.Success)
                : CopyAsync(target, offset, data);
    }

    /// <summary>The place of a unit is computed in too few bits.</summary>
    internal sealed class PlaceOverflows(Simulator simulator) : WrongCopy(simulator)
    {
        public override ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data) =>
            CopyAsync(target, offset % (128 * 1024), data);
    }

    /// <summary>What is all zero is passed over, and what follows goes where it was meant to go.</summary>
    internal sealed class ZeroesAreNotCounted(Simulator simulator) : WrongCopy(simulator)
    {
        private long passedOver;

        public override ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data)
        {
            if (data.Span.IndexOfAnyExcept((byte)0) < 0)
            {
                passedOver += data.Length;
                return ValueTask.FromResult(IoStatus.Success);
            }

            return CopyAsync(target, Math.Max(0, offset - passedOver), data);
        }
    }

    /// <summary>Zeroes are not copied: the target is believed to be new.</summary>
    internal sealed class ZeroesAreNotCopied(Simulator simulator) : WrongCopy(simulator)
    {
        public override ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data) =>
            data.Span.IndexOfAnyExcept((byte)0) < 0
                ? ValueTask.FromResult(IoStatus.Success)
                : CopyAsync(target, offset, data);

        public override ValueTask<IoStatus> CopyClearAsync(PlexMember target, long offset, long length) =>
            ValueTask.FromResult(IoStatus.Success);
    }

    /// <summary>The buffer of a copy is used again before the target has it.</summary>
    internal sealed class BufferUsedAgain(Simulator simulator) : WrongCopy(simulator)
    {
        public override ValueTask<IoStatus> CopyWriteAsync(PlexMember target, long offset, Memory<byte> data)
        {
            ValueTask<IoStatus> write = CopyAsync(target, offset, data);
            if (!write.IsCompleted)
            {
                data.Span.Fill(0x5A);
            }

            return write;
        }
    }

    /// <summary>The second part of a long write has the place of the first.</summary>
    internal sealed class SecondPartOnTheFirst(Simulator simulator) : JitteredSteps(simulator)
    {
        private const int Part = 32 * 1024;

        public override async ValueTask<IoStatus> SendAsync(PlexMember member, Mutation mutation)
        {
            IoStatus status = await base.SendAsync(member, mutation);
            return mutation.Kind == MutationKind.Write && mutation.Data.Length > Part && status == IoStatus.Success
                ? await base.SendAsync(member, mutation with
                {
                    Length = mutation.Length - Part,
                    Data = mutation.Data[Part..],
                })
                : status;
        }
    }

    /// <summary>A discard is rounded to blocks on a plex that is not the first.</summary>
    internal sealed class DiscardRounded(Simulator simulator, bool outwards) : JitteredSteps(simulator)
    {
        private const long Block = 8 * Sector;

        public override ValueTask<IoStatus> SendAsync(PlexMember member, Mutation mutation)
        {
            if (mutation.Kind != MutationKind.Discard || member.Role == PlexRole.ReadWrite && IsFirst(member))
            {
                return base.SendAsync(member, mutation);
            }

            long first = (outwards ? mutation.Offset : mutation.Offset + Block - 1) / Block * Block;
            long end = (outwards ? mutation.Offset + mutation.Length + Block - 1 : mutation.Offset + mutation.Length)
                / Block * Block;
            end = Math.Min(end, member.Device.Length);
            return end <= first
                ? ValueTask.FromResult(IoStatus.Success)
                : base.SendAsync(member, mutation with { Offset = first, Length = end - first });
        }

        private PlexMember? seen;

        private bool IsFirst(PlexMember member)
        {
            seen ??= member;
            return seen.Id == member.Id;
        }
    }

    /// <summary>A discard goes through another mapping than reads and writes.</summary>
    internal sealed class DiscardElsewhere(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask<IoStatus> SendAsync(PlexMember member, Mutation mutation) => base.SendAsync(
            member,
            mutation.Kind == MutationKind.Discard && mutation.Offset >= 32 * Sector
                ? mutation with { Offset = mutation.Offset - (32 * Sector) }
                : mutation);
    }

    /// <summary>Of the new area of a grown volume, less is cleared than there is.</summary>
    internal sealed class NewAreaNotCleared(Simulator simulator, Func<int, ByteRange, ByteRange> part)
        : JitteredSteps(simulator)
    {
        public override ByteRange NewArea(int plexIndex, ByteRange area) => part(plexIndex, area);
    }
}
