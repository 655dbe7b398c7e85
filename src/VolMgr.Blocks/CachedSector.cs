namespace VolMgr.Blocks;

/// <summary>
/// One content of a sector in a volatile cache, and the older ones under it: any of them may be what a loss of power
/// leaves behind. Contents of one write share its bytes; zeroes have none. Write numbers fall along the chain.
/// </summary>
internal sealed class CachedSector
{
    private readonly byte[]? _data;
    private readonly int _start;

    public CachedSector(byte[]? data, int start, long write, CachedSector? older)
    {
        _data = data;
        _start = start;
        Write = write;
        Older = older;
        if (older is not null)
        {
            Invariant.Holds(older.Write < write);
        }
    }

    public long Write { get; }

    public CachedSector? Older { get; private set; }

    public bool IsZero => _data is null;

    public void CopyTo(Span<byte> target)
    {
        if (_data is null)
        {
            target.Clear();
        }
        else
        {
            _data.AsSpan(_start, BlockRange.SectorSize).CopyTo(target);
        }
    }

    /// <summary>The newest content that the write of this number, or one before it, brought.</summary>
    public CachedSector? AsOf(long write)
    {
        CachedSector? content = this;
        while (content is not null && content.Write > write)
        {
            content = content.Older;
        }

        return content;
    }

    /// <summary>Drops the contents up to the write of this number; null when nothing is newer.</summary>
    public CachedSector? NewerThan(long write)
    {
        if (Write <= write)
        {
            return null;
        }

        CachedSector content = this;
        while (content.Older is CachedSector older && older.Write > write)
        {
            content = older;
        }

        content.Older = null;
        return this;
    }
}
