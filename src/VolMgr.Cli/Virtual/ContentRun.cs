namespace VolMgr.Cli.Virtual;

/// <summary>What the sectors of a run hold.</summary>
internal enum ContentKind
{
    /// <summary>Zeroes that take space.</summary>
    Zero = 1,

    /// <summary>Stamps of one write: which ones follow from tag, first sector and sequence.</summary>
    Stamp = 2,

    /// <summary>Other bytes, kept one by one.</summary>
    Bytes = 3,
}

/// <summary>Sectors in a row of a segment whose content is described by a few numbers.</summary>
/// <param name="Start">First sector in the segment.</param>
/// <param name="Count">Sectors, positive.</param>
/// <param name="Kind">What they hold.</param>
/// <param name="Tag">Volume tag of the stamps.</param>
/// <param name="First">Sector of the volume that the first stamp names.</param>
/// <param name="Sequence">Sequence number of the stamps.</param>
internal readonly record struct ContentRun(
    int Start, int Count, ContentKind Kind, ulong Tag = 0, long First = 0, long Sequence = 0)
{
    public int End => Start + Count;

    /// <summary>The part that lies before a sector of the segment.</summary>
    public ContentRun Before(int sector) => this with { Count = sector - Start };

    /// <summary>The part from a sector of the segment on.</summary>
    public ContentRun From(int sector) => this with
    {
        Start = sector,
        Count = End - sector,
        First = Kind == ContentKind.Stamp ? First + (sector - Start) : 0,
    };

    /// <summary>Whether the other run goes on where this one ends, in place and in content.</summary>
    public bool IsContinuedBy(in ContentRun next) =>
        End == next.Start && Kind == next.Kind && Tag == next.Tag && Sequence == next.Sequence
        && (Kind != ContentKind.Stamp || First + Count == next.First);
}
