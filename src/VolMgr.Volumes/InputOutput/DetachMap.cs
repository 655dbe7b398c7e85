namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// What was written to a volume since a plex of it was detached, one bit a region. Not thread-safe.
/// </summary>
internal sealed class DetachMap(DetachMapGeometry geometry, byte[] bits)
{
    /// <summary>The bits of one page, to be written.</summary>
    public ReadOnlyMemory<byte> Page(int page) =>
        bits.AsMemory(page * DetachMapGeometry.PageSize, DetachMapGeometry.PageSize);

    /// <summary>Marks the regions of a range; the pages in which a bit is new are added to the changed ones.</summary>
    public void Mark(ByteRange range, ICollection<int> changed)
    {
        long last = (range.End - 1) / geometry.RegionSize;
        for (long region = range.Offset / geometry.RegionSize; region <= last; region++)
        {
            byte mask = (byte)(1 << (int)(region % 8));
            if ((bits[region / 8] & mask) == 0)
            {
                bits[region / 8] |= mask;
                changed.Add((int)(region / 8 / DetachMapGeometry.PageSize));
            }
        }
    }

    /// <summary>The pages that hold the bits of a range.</summary>
    public (int First, int Last) PagesOf(ByteRange range) => (
        (int)(range.Offset / geometry.RegionSize / 8 / DetachMapGeometry.PageSize),
        (int)((range.End - 1) / geometry.RegionSize / 8 / DetachMapGeometry.PageSize));

    /// <summary>The marked ranges of a volume of that length, regions that touch as one.</summary>
    public IReadOnlyList<ByteRange> Marked(long volumeLength)
    {
        List<ByteRange> marked = [];
        long regions = (volumeLength + geometry.RegionSize - 1) / geometry.RegionSize;
        for (long region = 0; region < regions; region++)
        {
            if ((bits[region / 8] & (1 << (int)(region % 8))) == 0)
            {
                continue;
            }

            long start = region * geometry.RegionSize;
            long end = Math.Min(start + geometry.RegionSize, volumeLength);
            if (marked.Count > 0 && marked[^1].End == start)
            {
                start = marked[^1].Offset;
                marked.RemoveAt(marked.Count - 1);
            }

            marked.Add(new ByteRange(start, end - start));
        }

        return marked;
    }
}
