using System.Runtime.InteropServices;

namespace VolMgr.Proof.Histories;

/// <summary>A content that a flush would make durable.</summary>
internal readonly record struct UnflushedContent(int Sector, long Value, long Write);

/// <summary>What a plex holds: what has landed on its disks, and what of it a crash cannot take.</summary>
internal sealed class PlexLedger(string name)
{
    private readonly Dictionary<string, SortedSet<int>> unflushed = new(StringComparer.Ordinal);

    /// <summary>Which write a sector's content came from, counted; flushes may end in another order than they began.
    /// </summary>
    private readonly List<long> landedBy = [];
    private readonly List<long> durableBy = [];
    private long writes;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Stamps by sector, the newest that landed.</summary>
    public List<long> Landed { get; } = [];

    /// <summary>Stamps by sector, the newest that is known to be durable.</summary>
    public List<long> Durable { get; } = [];

    /// <summary>The stamp of a sector; garbage beyond the end.</summary>
    public long At(int sector) => sector < Landed.Count ? Landed[sector] : Stamp.Garbage;

    /// <summary>The durable stamp of a sector; garbage beyond the end.</summary>
    public long DurableAt(int sector) => sector < Durable.Count ? Durable[sector] : Stamp.Garbage;

    /// <summary>Everything is what the disks hold.</summary>
    public void Load(IReadOnlyList<long> values)
    {
        Landed.Clear();
        Landed.AddRange(values);
        Durable.Clear();
        Durable.AddRange(values);
        unflushed.Clear();
        landedBy.Clear();
        durableBy.Clear();
        CollectionsMarshal.SetCount(landedBy, values.Count);
        CollectionsMarshal.SetCount(durableBy, values.Count);
        // a flush that began before covers nothing of this
        writes++;
        CollectionsMarshal.AsSpan(landedBy).Fill(writes);
        CollectionsMarshal.AsSpan(durableBy).Fill(writes);
    }

    /// <summary>A write landed.</summary>
    public void Write(PlexWritten write)
    {
        writes++;
        for (int index = 0; index < write.Values.Count; index++)
        {
            int sector = write.First + index;
            Grow(sector + 1);
            Landed[sector] = write.Values[index];
            landedBy[sector] = writes;
            if (write.IsForced)
            {
                durableBy[sector] = writes;
                Durable[sector] = write.Values[index];
            }
            else
            {
                if (!unflushed.TryGetValue(write.Lun, out SortedSet<int>? dirty))
                {
                    unflushed.Add(write.Lun, dirty = []);
                }

                dirty.Add(sector);
            }
        }
    }

    /// <summary>What a flush of a LUN that begins now makes durable.</summary>
    public List<UnflushedContent> Unflushed(string lun) =>
        unflushed.TryGetValue(lun, out SortedSet<int>? dirty)
            ? [.. dirty.Select(sector => new UnflushedContent(sector, At(sector), landedBy[sector]))]
            : [];

    /// <summary>A flush succeeded that covered these.</summary>
    public void Flushed(string lun, List<UnflushedContent> covered)
    {
        foreach ((int sector, long value, long write) in covered)
        {
            if (sector >= Landed.Count)
            {
                continue; // the plex has been loaded anew meanwhile, and is shorter
            }

            if (durableBy[sector] < write)
            {
                durableBy[sector] = write;
                Durable[sector] = value;
            }

            if (landedBy[sector] == write && unflushed.TryGetValue(lun, out SortedSet<int>? dirty))
            {
                dirty.Remove(sector);
            }
        }
    }

    private void Grow(int length)
    {
        while (Landed.Count < length)
        {
            Landed.Add(Stamp.Garbage);
            Durable.Add(Stamp.Garbage);
            landedBy.Add(0);
            durableBy.Add(0);
        }
    }
}
