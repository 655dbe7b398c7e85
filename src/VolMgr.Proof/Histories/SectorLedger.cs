namespace VolMgr.Proof.Histories;

/// <summary>Every mutation of every sector: what may be there, and what is superseded for good.</summary>
internal sealed class SectorLedger
{
    private readonly List<List<MutationEntry>> sectors = [];

    /// <summary>Sectors of the volume.</summary>
    public int Length => sectors.Count;

    /// <summary>The volume has another length; what is new reads as zeroes.</summary>
    public void Resize(int length, long now)
    {
        if (sectors.Count < length)
        {
            var zero = new MutationEntry(new Invoked(0, RequestKind.Zero, 0, 0, Stamp.Zero), now)
            {
                End = now,
                IsAcknowledged = true,
                IsDurable = true,
            };
            while (sectors.Count < length)
            {
                sectors.Add([zero]);
            }
        }

        sectors.RemoveRange(length, sectors.Count - length);
    }

    /// <summary>A mutation was issued.</summary>
    public void Add(MutationEntry entry)
    {
        for (int sector = entry.Request.First; sector < Math.Min(entry.Request.End, Length); sector++)
        {
            List<MutationEntry> writes = sectors[sector];
            if (writes.Count > 48)
            {
                Prune(writes);
            }

            writes.Add(entry);
        }
    }

    /// <summary>Whether somebody issued a mutation of this sector with that value.</summary>
    public bool IsKnown(int sector, long value) =>
        sector < Length && sectors[sector].Exists(entry => entry.Value == value);

    /// <summary>Whether a mutation of the sector is in flight.</summary>
    public bool IsBusy(int sector) => sectors[sector].Exists(entry => entry.End == long.MaxValue);

    /// <summary>Whether a mutation of the sector has failed since that time: it may be on some plexes and not on
    /// others, which are given up for it later than it is answered.</summary>
    public bool HasFailedSince(int sector, long time) => sectors[sector].Exists(
        entry => !entry.IsAcknowledged && entry.End != long.MaxValue && entry.End > time);

    /// <summary>Whether a mutation of the sector is in flight, or failed, or was put in doubt by a crash.</summary>
    public bool IsInDoubt(int sector) =>
        sectors[sector].Exists(entry => entry.End == long.MaxValue || !entry.IsAcknowledged);

    /// <summary>
    /// The mutation that rules a value out for whoever looks from that time on: one that is acknowledged by then, and
    /// was issued after every mutation with the value had ended. Null when the value is unknown or still possible.
    /// </summary>
    public MutationEntry? WhoSuperseded(int sector, long value, long at)
    {
        List<MutationEntry> writes = sectors[sector];
        long last = -1;
        foreach (MutationEntry entry in writes)
        {
            last = entry.Value == value ? Math.Max(last, entry.End) : last;
        }

        if (last < 0)
        {
            return null;
        }

        MutationEntry? newest = null;
        foreach (MutationEntry entry in writes)
        {
            if (entry.IsAcknowledged && entry.End < at && entry.Start > last && entry.Start > (newest?.Start ?? -1))
            {
                newest = entry;
            }
        }

        return newest;
    }

    /// <summary>When the last mutation with that value ended; never, while one is in flight or none is known.</summary>
    public long WhenEnded(int sector, long value)
    {
        long last = -1;
        foreach (MutationEntry entry in sectors[sector])
        {
            last = entry.Value == value ? Math.Max(last, entry.End) : last;
        }

        return last < 0 ? long.MaxValue : last;
    }

    /// <summary>When the first mutation with that value was issued; the beginning of time where none is known.
    /// </summary>
    public long WhenIssued(int sector, long value)
    {
        long first = long.MaxValue;
        foreach (MutationEntry entry in sectors[sector])
        {
            first = entry.Value == value ? Math.Min(first, entry.Start) : first;
        }

        return first == long.MaxValue ? -1 : first;
    }

    /// <summary>The newest mutation of the sector was a zero or discard, answered with success before that time, and
    /// none is in flight.</summary>
    public bool IsZeroed(int sector, long at) =>
        sectors[sector] is [.., { Request.Kind: RequestKind.Zero or RequestKind.Discard } last]
        && last.IsAcknowledged && last.End < at && !IsBusy(sector) && sectors[sector].TrueForAll(
            entry => entry == last || entry.End < last.Start);

    /// <summary>All mutations, each once for each of its sectors.</summary>
    public IEnumerable<MutationEntry> All => sectors.SelectMany(writes => writes);

    /// <summary>Forgets what a durable mutation has taken back: no crash brings it back.</summary>
    private static void Prune(List<MutationEntry> writes)
    {
        long durable = writes.Where(entry => entry.IsDurable).Select(entry => entry.Start).DefaultIfEmpty(-1).Max();
        writes.RemoveAll(entry => entry.End < durable);
    }
}
