namespace VolMgr.Proof;

/// <summary>One mutation that the workload issued: a write of stamps, or zeroes.</summary>
internal sealed class IssuedWrite(long number, long value, long started)
{
    /// <summary>Order of issue; unique.</summary>
    public long Number { get; } = number;

    /// <summary>What its sectors show: the number of a write, or <see cref="Stamp.Zero"/>.</summary>
    public long Value { get; } = value;

    /// <summary>Model time of the issue.</summary>
    public long Started { get; } = started;

    /// <summary>Model time of the answer; never, while it is in flight.</summary>
    public long Ended { get; set; } = long.MaxValue;

    /// <summary>Whether it was acknowledged: one that failed may have landed, and takes nothing back.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Whether a crash cannot take it back: a flush that began after its acknowledgement succeeded.</summary>
    public bool IsDurable { get; set; }
}

/// <summary>A mutation as one sector knows it.</summary>
internal sealed class SectorWrite(IssuedWrite write)
{
    /// <summary>The mutation.</summary>
    public IssuedWrite Write { get; } = write;

    /// <summary>When a read of this sector had shown it; never, while none had.</summary>
    public long Seen { get; set; } = long.MaxValue;
}

/// <summary>
/// The plain model that the engine is compared with: for each sector every mutation that a read may still show.
/// </summary>
/// <remarks>
/// A read that ran from <c>a</c> to <c>b</c> may show mutation <c>w</c> when <c>w</c> was issued before <c>b</c>, and
/// no other
/// mutation was issued after the end of <c>w</c> that was acknowledged, or shown by another read, before <c>a</c>
/// (register
/// linearizability of each sector, with unique values).
/// After a crash only durable mutations take back earlier ones; the first read of an undecided sector decides it for
/// ever.
/// </remarks>
internal sealed class VolumeModel
{
    private readonly List<List<SectorWrite>> sectors = [];
    private long clock;
    private long lastNumber;

    /// <summary>A volume of zeroes; its writes are numbered behind a number.</summary>
    public VolumeModel(long length, long firstNumber = 0)
    {
        lastNumber = firstNumber;
        Resize(length);
    }

    /// <summary>Another model that knows the same.</summary>
    public VolumeModel Copy()
    {
        Dictionary<IssuedWrite, IssuedWrite> copies = [];
        var copy = new VolumeModel(0) { clock = clock, lastNumber = lastNumber };
        foreach (List<SectorWrite> writes in sectors)
        {
            copy.sectors.Add([.. writes.Select(entry => new SectorWrite(CopyOf(entry.Write)) { Seen = entry.Seen })]);
        }

        return copy;

        IssuedWrite CopyOf(IssuedWrite write)
        {
            if (!copies.TryGetValue(write, out IssuedWrite? known))
            {
                known = new IssuedWrite(write.Number, write.Value, write.Started)
                {
                    Ended = write.Ended,
                    IsAcknowledged = write.IsAcknowledged,
                    IsDurable = write.IsDurable,
                };
                copies.Add(write, known);
            }

            return known;
        }
    }

    /// <summary>Bytes of the volume.</summary>
    public long Length => sectors.Count * (long)Stamp.SectorSize;

    /// <summary>Now, by the model's own clock.</summary>
    public long Now() => ++clock;

    /// <summary>The volume grew or shrank; what is new reads as zeroes.</summary>
    public void Resize(long length)
    {
        int count = (int)(length / Stamp.SectorSize);
        IssuedWrite zero = Settled(0, Stamp.Zero, isDurable: true).Write;
        while (sectors.Count < count)
        {
            sectors.Add([new SectorWrite(zero)]);
        }

        sectors.RemoveRange(count, sectors.Count - count);
    }

    /// <summary>A mutation is about to be issued.</summary>
    public IssuedWrite Issue(long offset, long length, bool isZero)
    {
        long number = ++lastNumber;
        IssuedWrite write = new(number, isZero ? Stamp.Zero : number, Now());
        foreach (int sector in Sectors(offset, length))
        {
            sectors[sector].Add(new SectorWrite(write));
        }

        return write;
    }

    /// <summary>A mutation was answered: acknowledged, or failed and perhaps landed.</summary>
    public void Answer(IssuedWrite write, bool isAcknowledged)
    {
        write.Ended = Now();
        write.IsAcknowledged = isAcknowledged;
    }

    /// <summary>What is acknowledged now; a flush that begins now covers it.</summary>
    public IReadOnlyList<IssuedWrite> Acknowledged() =>
        [.. sectors.SelectMany(writes => writes).Select(entry => entry.Write)
            .Where(write => write.IsAcknowledged).Distinct()];

    /// <summary>A flush succeeded that began when these were acknowledged.</summary>
    public static void Flushed(IEnumerable<IssuedWrite> covered)
    {
        foreach (IssuedWrite write in covered)
        {
            write.IsDurable = true;
        }
    }

    /// <summary>Checks what a read that began at a model time returned; the first thing wrong in words, or
    /// null.</summary>
    public string? Check(long offset, ReadOnlySpan<byte> content, long began)
    {
        long ended = Now();
        int first = (int)(offset / Stamp.SectorSize);
        for (int sector = first; content.Length > 0; sector++, content = content[Stamp.SectorSize..])
        {
            long shown = Stamp.Read(content[..Stamp.SectorSize], sector);
            List<SectorWrite> writes = sectors[sector];
            long newest = Newest(writes, began);
            SectorWrite? candidate = null;
            int candidates = 0;
            foreach (SectorWrite entry in writes)
            {
                if (entry.Write.Value == shown && MayShow(entry, newest, ended))
                {
                    candidate ??= entry;
                    candidates++;
                }
            }

            if (candidate is null)
            {
                return $"sector {sector} shows {Name(shown)}; it may show {Allowed(writes, newest, ended)}";
            }

            if (candidates == 1)
            {
                Decide(writes, candidate, ended);
            }
        }

        return null;
    }

    /// <summary>
    /// The host crashed: what was in flight may have landed or not, what was not durable may be gone. Each sector keeps
    /// every mutation that no durable one took back.
    /// </summary>
    public void Crash()
    {
        for (int sector = 0; sector < sectors.Count; sector++)
        {
            List<SectorWrite> writes = sectors[sector];
            if (writes is [{ Write: { Started: 0, IsDurable: true } }])
            {
                continue; // settled before, and nothing since
            }

            long durable = NewestDurable(writes);
            List<SectorWrite> left = [.. writes.Where(entry => durable <= entry.Write.Ended)];
            // one moment for all: none of them supersedes another, a write issued from now on supersedes all
            sectors[sector] = [.. left.DistinctBy(entry => entry.Write.Value)
                .Select(entry => Settled(entry.Write.Number, entry.Write.Value, left.Count == 1))];
        }
    }

    /// <summary>Forgets mutations that no read may show any more; only while nothing is in flight.</summary>
    public void Settle()
    {
        long now = Now();
        foreach (List<SectorWrite> writes in sectors)
        {
            long newest = Newest(writes, now);
            long durable = NewestDurable(writes);
            List<SectorWrite> left = [.. writes.Where(entry =>
                MayShow(entry, newest, now) || durable <= entry.Write.Ended)];
            writes.Clear();
            writes.AddRange(left);
        }
    }

    private SectorWrite Settled(long number, long value, bool isDurable) =>
        new(new IssuedWrite(number, value, 0) { Ended = clock, IsAcknowledged = true, IsDurable = isDurable });

    /// <summary>Start of the newest durable mutation: what ended before it cannot come back by a crash.</summary>
    private static long NewestDurable(List<SectorWrite> writes) =>
        Latest(writes, static (entry, _) => entry.Write.IsDurable, 0);

    /// <summary>Start of the newest mutation that a read from that time on has to know of: what ended before it is
    /// superseded.</summary>
    private static long Newest(List<SectorWrite> writes, long began) =>
        Latest(
            writes,
            static (entry, began) => entry.Seen < began || (entry.Write.IsAcknowledged && entry.Write.Ended < began),
            began);

    private static long Latest(List<SectorWrite> writes, Func<SectorWrite, long, bool> counts, long time)
    {
        long latest = -1;
        foreach (SectorWrite entry in writes)
        {
            if (counts(entry, time))
            {
                latest = Math.Max(latest, entry.Write.Started);
            }
        }

        return latest;
    }

    private static bool MayShow(SectorWrite shown, long newest, long ended) =>
        shown.Write.Started < ended && newest <= shown.Write.Ended;

    /// <summary>
    /// Who reads a sector knows what it holds, and so does every read that begins later. Where a crash left several
    /// possibilities, that is the choice among them.
    /// </summary>
    private static void Decide(List<SectorWrite> writes, SectorWrite shown, long ended)
    {
        shown.Seen = Math.Min(shown.Seen, ended);
        if (shown.Write.Started == 0 && writes.Count > 1)
        {
            writes.RemoveAll(entry => entry.Write.Started == 0 && entry != shown);
        }
    }

    private static string Allowed(List<SectorWrite> writes, long newest, long ended) => string.Join(
        " or ",
        writes.Where(entry => MayShow(entry, newest, ended))
            .Select(entry => Name(entry.Write.Value)).Distinct(StringComparer.Ordinal));

    private static string Name(long value) => value switch
    {
        Stamp.Zero => "zeroes",
        Stamp.Garbage => "garbage",
        _ => $"write {value}",
    };

    private static IEnumerable<int> Sectors(long offset, long length) =>
        Enumerable.Range((int)(offset / Stamp.SectorSize), (int)(length / Stamp.SectorSize));
}
