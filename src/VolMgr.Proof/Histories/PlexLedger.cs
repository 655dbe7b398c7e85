namespace VolMgr.Proof.Histories;

/// <summary>What a plex holds: what has landed on its disks, and what of it a crash cannot take.</summary>
internal sealed class PlexLedger(string name)
{
    private readonly Dictionary<string, SortedSet<int>> unflushed = new(StringComparer.Ordinal);

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
    }

    /// <summary>A write landed.</summary>
    public void Write(PlexWritten write)
    {
        for (int index = 0; index < write.Values.Count; index++)
        {
            int sector = write.First + index;
            Grow(sector + 1);
            Landed[sector] = write.Values[index];
            if (write.IsForced)
            {
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
    public List<(int Sector, long Value)> Unflushed(string lun) =>
        unflushed.TryGetValue(lun, out SortedSet<int>? dirty) ? [.. dirty.Select(sector => (sector, At(sector)))] : [];

    /// <summary>A flush succeeded that covered these.</summary>
    public void Flushed(string lun, List<(int Sector, long Value)> covered)
    {
        foreach ((int sector, long value) in covered)
        {
            Grow(sector + 1);
            Durable[sector] = value;
            if (At(sector) == value && unflushed.TryGetValue(lun, out SortedSet<int>? dirty))
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
        }
    }
}
