using System.Buffers.Binary;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>
/// The plain model of a volume: for each sector, which values were written when, what reads saw, and what a flush
/// covered. Every written sector carries a value of its own and its number, so that whatever is read names the write;
/// zero stands for every write of zeroes.
/// </summary>
/// <remarks>
/// Reads are judged by the zones of each value (Gibbons and Korach): a history of unique values is linearizable exactly
/// when no two values overlap in the sense of <see cref="CheckOrder"/>. Zeroes are not unique; they are judged by
/// <see cref="IsSuperseded"/> alone.
/// </remarks>
internal sealed class SectorOracle(int sectorCount)
{
    public const int SectorSize = 512;

    private readonly Dictionary<long, Write>[] sectors = [.. Enumerable.Range(0, sectorCount)
        .Select(_ => new Dictionary<long, Write> { [0] = new Write(0, 0) { AcknowledgedAt = 0 } })];

    private readonly List<Write>[] zeroes = [.. Enumerable.Range(0, sectorCount)
        .Select(_ => new List<Write> { new(0, 0) { AcknowledgedAt = 0 } })];

    private long clock;
    private long nextValue;
    private long flushedBefore;

    public List<string> Violations { get; } = [];

    public long Now() => ++clock;

    /// <summary>A write is issued; the data that it has to carry. Null data stands for zeroes.</summary>
    public (IReadOnlyList<Write> Writes, byte[]? Data) Begin(int first, int count, bool isZero)
    {
        long invoked = Now();
        long value = isZero ? 0 : ++nextValue;
        byte[]? data = isZero ? null : new byte[count * SectorSize];
        List<Write> writes = [];
        for (int sector = first; sector < first + count; sector++)
        {
            var write = new Write(value, invoked);
            writes.Add(write);
            if (isZero)
            {
                zeroes[sector].Add(write);
            }
            else
            {
                sectors[sector].Add(value, write);
                Fill(data.AsSpan((sector - first) * SectorSize, SectorSize), value, sector);
            }
        }

        return (writes, data);
    }

    /// <summary>The write was acknowledged; one that failed stays "maybe applied" for ever.</summary>
    public void Acknowledge(IReadOnlyList<Write> writes)
    {
        long now = Now();
        foreach (Write write in writes)
        {
            write.AcknowledgedAt = now;
            write.SeenAt(now, write.InvokedAt);
        }
    }

    /// <summary>A read that was issued then has returned this.</summary>
    public void Read(int first, ReadOnlySpan<byte> data, long invoked, string where)
    {
        long now = Now();
        for (int index = 0; index < data.Length / SectorSize; index++)
        {
            ReadSector(first + index, data.Slice(index * SectorSize, SectorSize), invoked, now, where);
        }
    }

    /// <summary>A flush that was issued then was acknowledged.</summary>
    public void Flushed(long invoked) => flushedBefore = Math.Max(flushedBefore, invoked);

    /// <summary>Judges all reads so far.</summary>
    public void CheckOrder()
    {
        for (int sector = 0; sector < sectors.Length; sector++)
        {
            Write[] seen = [.. sectors[sector].Values.Where(
                write => write.Value != 0 && write.FirstEnd < long.MaxValue)];
            for (int left = 0; left < seen.Length; left++)
            {
                for (int right = left + 1; right < seen.Length; right++)
                {
                    if (Conflict(seen[left], seen[right]))
                    {
                        Violations.Add(
                            $"sector {sector}: reads of values {seen[left].Value} and {seen[right].Value} go back");
                    }
                }
            }
        }
    }

    /// <summary>
    /// After a crash: what a sector holds must have been written, and must not be older than what was flushed. The
    /// histories begin anew with what was found.
    /// </summary>
    public void Recovered(ReadOnlySpan<byte> content)
    {
        for (int sector = 0; sector < sectors.Length; sector++)
        {
            ReadOnlySpan<byte> data = content.Slice(sector * SectorSize, SectorSize);
            long value = ValueOf(data, sector);
            if (!Candidates(sector, value).Any(write => !IsSuperseded(sector, write, flushedBefore)))
            {
                Violations.Add(
                    $"sector {sector}: after the crash holds {Describe(value)}, older than the last flush or foreign");
            }

            var found = new Write(value, 0) { AcknowledgedAt = 0 };
            sectors[sector].Clear();
            zeroes[sector].Clear();
            (value == 0 ? zeroes[sector] : []).Add(found);
            sectors[sector][value] = found;
        }

        flushedBefore = 0;
    }

    /// <summary>At rest: a sector holds a value that no acknowledged write has superseded.</summary>
    public void CheckAtRest(ReadOnlySpan<byte> content, string where)
    {
        for (int sector = 0; sector < sectors.Length; sector++)
        {
            long value = ValueOf(content.Slice(sector * SectorSize, SectorSize), sector);
            if (!Candidates(sector, value).Any(write => !IsSuperseded(sector, write, long.MaxValue)))
            {
                Violations.Add($"{where}: sector {sector} holds {Describe(value)}, which is superseded or foreign");
            }
        }
    }

    private static void Fill(Span<byte> sector, long value, int number)
    {
        for (int offset = 0; offset < SectorSize; offset += 16)
        {
            BinaryPrimitives.WriteInt64LittleEndian(sector[offset..], value);
            BinaryPrimitives.WriteInt64LittleEndian(sector[(offset + 8)..], number);
        }
    }

    /// <summary>The value in a sector, 0 for zeroes, -1 for what nobody wrote there.</summary>
    private static long ValueOf(ReadOnlySpan<byte> data, int sector)
    {
        long value = BinaryPrimitives.ReadInt64LittleEndian(data);
        Span<byte> expected = stackalloc byte[SectorSize];
        expected.Clear();
        if (value != 0)
        {
            Fill(expected, value, sector);
        }

        return data.SequenceEqual(expected) ? value : -1;
    }

    private static string Describe(long value) =>
        value switch { 0 => "zeroes", -1 => "bytes that nobody wrote", _ => $"value {value}" };

    private static bool Conflict(Write left, Write right)
    {
        // A zone reaches from the first end to the last begin of the operations on a value; forward when not empty.
        bool leftForward = left.FirstEnd < left.LastBegin;
        bool rightForward = right.FirstEnd < right.LastBegin;
        (long leftLow, long leftHigh) = leftForward
            ? (left.FirstEnd, left.LastBegin) : (left.LastBegin, left.FirstEnd);
        (long rightLow, long rightHigh) = rightForward
            ? (right.FirstEnd, right.LastBegin) : (right.LastBegin, right.FirstEnd);
        return (leftForward, rightForward) switch
        {
            (true, true) => leftLow < rightHigh && rightLow < leftHigh,
            (true, false) => leftLow < rightLow && rightHigh < leftHigh,
            (false, true) => rightLow < leftLow && leftHigh < rightHigh,
            (false, false) => false,
        };
    }

    private void ReadSector(int sector, ReadOnlySpan<byte> data, long invoked, long now, string where)
    {
        long value = ValueOf(data, sector);
        Write[] candidates = [.. Candidates(sector, value).Where(write => write.InvokedAt <= now)];
        if (!candidates.Any(write => !IsSuperseded(sector, write, invoked)))
        {
            Violations.Add($"{where}: read of sector {sector} returned {Describe(value)}, superseded or foreign");
        }
        else if (value > 0)
        {
            candidates[0].SeenAt(now, invoked);
        }
    }

    private List<Write> Candidates(int sector, long value) =>
        value == 0 ? zeroes[sector]
        : value > 0 && sectors[sector].TryGetValue(value, out Write? write) ? [write]
        : [];

    /// <summary>Whether another write that was acknowledged before then came wholly after this one.</summary>
    private bool IsSuperseded(int sector, Write write, long before) =>
        write.AcknowledgedAt is { } ended
        && sectors[sector].Values.Concat(zeroes[sector]).Any(other =>
            other.AcknowledgedAt is { } acknowledged && acknowledged < before && other.InvokedAt > ended);

    /// <summary>A write of one sector.</summary>
    internal sealed class Write(long value, long invokedAt)
    {
        public long Value { get; } = value;

        public long InvokedAt { get; } = invokedAt;

        public long? AcknowledgedAt { get; set; }

        /// <summary>The earliest end of an operation that wrote or read the value.</summary>
        public long FirstEnd { get; private set; } = long.MaxValue;

        /// <summary>The latest begin of an operation that wrote or read the value.</summary>
        public long LastBegin { get; private set; } = invokedAt;

        public void SeenAt(long ended, long begun)
        {
            FirstEnd = Math.Min(FirstEnd, ended);
            LastBegin = Math.Max(LastBegin, begun);
        }
    }
}
