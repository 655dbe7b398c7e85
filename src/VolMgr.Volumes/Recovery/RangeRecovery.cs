using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Recovery;

/// <summary>
/// Makes one range equal on all plexes: the first readable plex, in the order of the set, is the truth.
/// </summary>
/// <remarks>
/// The caller holds the range exclusively and the gate. The truth is always the same plex while it is in, so that a
/// crash during recovery, or two recoveries of one range, choose alike. A plex that takes writes only is made equal
/// too: its copy may have passed this range before the crash. Bytes that are equal already are not written, holes are
/// kept.
/// </remarks>
internal static class RangeRecovery
{
    private const int StepSize = 1 << 20;

    /// <summary>Success when every plex that is still in holds the same bytes.</summary>
    public static async Task<IoStatus> EqualiseAsync(VolumeCore core, PlexSet plexes, ByteRange range)
    {
        if (plexes.Members.Length < 2)
        {
            return IoStatus.Success;
        }

        using var truth = new StableBuffer((int)Math.Min(range.Length, StepSize));
        using var other = new StableBuffer((int)Math.Min(range.Length, StepSize));
        for (long offset = range.Offset; offset < range.End;)
        {
            long hole = await CommonHoleAsync(plexes, offset, range.End - offset);
            if (hole > 0)
            {
                offset += hole;
                continue;
            }

            int length = (int)Math.Min(range.End - offset, StepSize);
            IoStatus status = await EqualiseStepAsync(
                core, plexes, offset, truth.Memory[..length], other.Memory[..length]);
            if (status != IoStatus.Success)
            {
                return status;
            }

            offset += length;
        }

        return IoStatus.Success;
    }

    /// <summary>How far all plexes that are still in have a hole, or nothing; 0 where one holds data or cannot
    /// tell.</summary>
    public static async Task<long> CommonHoleAsync(PlexSet plexes, long offset, long length)
    {
        foreach (PlexMember member in plexes.Members)
        {
            if (member.Device.IsFaulted)
            {
                continue;
            }

            ExtentReply reply = await member.Device.NextExtentAsync(offset, length, CancellationToken.None);
            if (reply.Status != IoStatus.Success || reply.Kind == ExtentKind.Data)
            {
                return 0;
            }

            length = Math.Min(length, reply.Length);
        }

        return length;
    }

    private static async Task<IoStatus> EqualiseStepAsync(
        VolumeCore core, PlexSet plexes, long offset, Memory<byte> truth, Memory<byte> other)
    {
        IoStatus first = IoStatus.NotReachable;
        PlexMember? source = null;
        foreach (PlexMember member in plexes.Members)
        {
            if (core.Steps.IsReadable(member))
            {
                IoStatus read = await member.Device.ReadAsync(offset, truth, CancellationToken.None);
                if (read == IoStatus.Success)
                {
                    source = member;
                    break;
                }

                first = read;
            }
        }

        if (source is null)
        {
            return first;
        }

        foreach (PlexMember member in plexes.Members)
        {
            if (member == source || member.Device.IsFaulted || !core.Steps.MustEqualise(member))
            {
                continue;
            }

            IoStatus status = await WriteWhereDifferentAsync(member, offset, truth, other);
            if (status != IoStatus.Success && !await core.Faults.FaultAsync(plexes, member, status))
            {
                return status;
            }
        }

        return IoStatus.Success;
    }

    private static async Task<IoStatus> WriteWhereDifferentAsync(
        PlexMember member, long offset, ReadOnlyMemory<byte> truth, Memory<byte> other)
    {
        IoStatus read = await member.Device.ReadAsync(offset, other, CancellationToken.None);
        if (read == IoStatus.Success && truth.Span.SequenceEqual(other.Span))
        {
            return IoStatus.Success;
        }

        // Durable before anyone reads it: whoever has seen the choice sees it again after another crash, also when the
        // plex that it was taken from is lost by then.
        const WriteFlags durable = WriteFlags.ForceUnitAccess;
        return truth.Span.ContainsAnyExcept((byte)0)
            ? await member.Device.WriteAsync(offset, truth, durable, CancellationToken.None)
            : await member.Device.ZeroAsync(offset, truth.Length, durable, CancellationToken.None);
    }
}
