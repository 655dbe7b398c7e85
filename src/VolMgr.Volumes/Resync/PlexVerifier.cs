using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Recovery;

namespace VolMgr.Volumes.Resync;

/// <summary>A place where two plexes differ.</summary>
/// <param name="Offset">The first byte of the sector that differs.</param>
/// <param name="FirstPlex">Name of one plex.</param>
/// <param name="SecondPlex">Name of the other.</param>
public sealed record PlexDifference(long Offset, string FirstPlex, string SecondPlex);

/// <summary>A plex that could not be read somewhere.</summary>
/// <param name="Offset">Start of the step that could not be read.</param>
/// <param name="Plex">Name of the plex.</param>
/// <param name="Status">What it answered.</param>
public sealed record PlexUnreadable(long Offset, string Plex, IoStatus Status);

/// <summary>What a compare of a volume's complete plexes found.</summary>
public sealed record VerifyResult
{
    /// <summary>Complete plexes that were compared; with fewer than two there was nothing to compare.</summary>
    public required int PlexCount { get; init; }

    /// <summary>Bytes of the volume that were read from every plex and compared.</summary>
    public required long BytesCompared { get; init; }

    /// <summary>Bytes that are known holes on every plex.</summary>
    public required long BytesSkipped { get; init; }

    /// <summary>The first differences, by offset.</summary>
    public required IReadOnlyList<PlexDifference> Differences { get; init; }

    /// <summary>What could not be read.</summary>
    public required IReadOnlyList<PlexUnreadable> Unreadable { get; init; }

    /// <summary>Whether it went to the end of the volume.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Whether every byte of every complete plex was seen to be equal.</summary>
    public bool IsEqual => IsWhole && Differences.Count == 0 && Unreadable.Count == 0;
}

/// <summary>
/// Compares the complete plexes of a volume while it is in use.
/// </summary>
/// <remarks>
/// Each small step is held shared: writers wait, readers do not. So no write is on one plex and not yet on another, and
/// a difference is a difference; it is read again before it is told. A range that waits for recovery is recovered
/// first.
/// </remarks>
public sealed class PlexVerifier(VolumeDevice volume)
{
    private const int StepSize = 256 << 10;
    private const int SectorSize = 512;
    private const int MaximumFindings = 16;

    private readonly VolumeCore core = volume.Core;
    private readonly List<PlexDifference> differences = [];
    private readonly List<PlexUnreadable> unreadable = [];
    private long compared;
    private long skipped;
    private int plexCount;

    /// <summary>Compares from start to end; a token that fires ends it early, with what was found.</summary>
    public async Task<VerifyResult> RunAsync(Action<long>? report, CancellationToken token)
    {
        long offset = 0;
        while (offset < volume.Length && !token.IsCancellationRequested)
        {
            long done = await StepAsync(offset);
            if (done == 0)
            {
                break;
            }

            offset += done;
            report?.Invoke(offset);
        }

        return new VerifyResult
        {
            PlexCount = volume.Length == 0 ? volume.Plexes.ReadableCount : plexCount,
            BytesCompared = compared,
            BytesSkipped = skipped,
            Differences = differences,
            Unreadable = unreadable,
            IsWhole = offset >= volume.Length,
        };
    }

    private async Task<long> StepAsync(long offset)
    {
        PlexSet? plexes = await core.Steps.EnterAsync(core.Gate, CancellationToken.None);
        if (plexes is null || offset >= plexes.Length)
        {
            if (plexes is not null)
            {
                core.Gate.Leave();
            }

            return 0;
        }

        try
        {
            PlexMember[] members = [.. plexes.Members.Where(core.Steps.IsReadable)];
            plexCount = members.Length;
            long hole = await CommonHoleAsync(members, offset, plexes.Length - offset);
            long length = hole > 0 ? hole : Math.Min(StepSize, plexes.Length - offset);
            bool isPending = core.Unrecovered?.IsPending(offset, length) == true;
            length = isPending ? Math.Min(length, StepSize) : length;
            RangeHold hold = await core.Locks.AcquireAsync(
                offset, length, isPending ? RangeClass.Exclusive : RangeClass.Shared, CancellationToken.None);
            try
            {
                if (isPending)
                {
                    await RangeRecovery.EqualiseAsync(core, plexes, new ByteRange(offset, length));
                }

                return await CompareHeldAsync(members, offset, length);
            }
            finally
            {
                hold.Release();
            }
        }
        finally
        {
            core.Gate.Leave();
        }
    }

    private async Task<long> CompareHeldAsync(PlexMember[] members, long offset, long length)
    {
        // What looked like a hole before the lock was taken may have been written since.
        long hole = await CommonHoleAsync(members, offset, length);
        if (hole > 0)
        {
            skipped += hole;
            return hole;
        }

        int step = (int)Math.Min(length, StepSize);
        if (members.Length < 2)
        {
            compared += members.Length == 0 ? 0 : step;
            return step;
        }

        using var first = new StableBuffer(step);
        using var second = new StableBuffer(step);
        if (!await ReadAsync(members[0], offset, first.Memory))
        {
            return step;
        }

        for (int index = 1; index < members.Length; index++)
        {
            if (await ReadAsync(members[index], offset, second.Memory)
                && !first.Memory.Span.SequenceEqual(second.Memory.Span)
                && await ReadAsync(members[0], offset, first.Memory)
                && await ReadAsync(members[index], offset, second.Memory))
            {
                Note(members[0], members[index], offset, first.Memory.Span, second.Memory.Span);
            }
        }

        compared += step;
        return step;
    }

    private static async Task<long> CommonHoleAsync(PlexMember[] members, long offset, long length)
    {
        foreach (PlexMember member in members)
        {
            ExtentReply reply = await member.Device.NextExtentAsync(offset, length, CancellationToken.None);
            if (reply.Status != IoStatus.Success || reply.Kind == ExtentKind.Data)
            {
                return 0;
            }

            length = Math.Min(length, reply.Length);
        }

        return members.Length == 0 ? 0 : length;
    }

    private async Task<bool> ReadAsync(PlexMember member, long offset, Memory<byte> buffer)
    {
        if (member.Device.IsFaulted)
        {
            return false; // given up since the step began; it is not compared any more
        }

        IoStatus status = await member.Device.ReadAsync(offset, buffer, CancellationToken.None);
        if (status != IoStatus.Success && !member.Device.IsFaulted && unreadable.Count < MaximumFindings)
        {
            unreadable.Add(new PlexUnreadable(offset, member.Name, status));
        }

        return status == IoStatus.Success;
    }

    private void Note(
        PlexMember first, PlexMember second, long offset, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        for (int sector = 0; sector < left.Length; sector += SectorSize)
        {
            if (differences.Count < MaximumFindings
                && !left.Slice(sector, SectorSize).SequenceEqual(right.Slice(sector, SectorSize)))
            {
                differences.Add(new PlexDifference(offset + sector, first.Name, second.Name));
            }
        }
    }
}
