using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Virtual;

/// <summary>
/// A ledger for terabytes: the first blocks hold the fill, write number 1, acknowledged and flushed; beyond that it
/// remembers the blocks that were written since. One thread at a time.
/// </summary>
internal sealed class SparseLedger(long blockCount, long filledBlocks) : Ledger(blockCount)
{
    /// <summary>Sequence number of the fill.</summary>
    public const long FillSequence = 1;

    private readonly Dictionary<long, Entry> written = [];
    private long[]? acknowledged;
    private long newest = FillSequence;

    public override long Newest => newest;

    /// <summary>Blocks that were written after the fill.</summary>
    public long WrittenBlocks => written.Count;

    public override long Issued(long block) => Of(block).Issued;

    public override long Acked(long block) => Of(block).Acked;

    public override long Flushed(long block) => Of(block).Flushed;

    public override void SetIssued(long block, long sequence)
    {
        written[block] = Of(block) with { Issued = sequence };
        newest = Math.Max(newest, sequence);
    }

    public override void SetAcked(long block, long sequence)
    {
        written[block] = Of(block) with { Acked = sequence };
        acknowledged = null;
    }

    public override void SetFlushed(long block, long sequence) =>
        written[block] = Of(block) with { Flushed = sequence };

    public override IEnumerable<long> Undecided() =>
        [.. written.Where(entry => entry.Value.Flushed != entry.Value.Issued).Select(entry => entry.Key).Order()];

    public override long? FirstWritten(long block, long end)
    {
        if (block < filledBlocks)
        {
            return block;
        }

        acknowledged ??=
            [.. written.Where(entry => entry.Value.Acked > 0).Select(entry => entry.Key).Order()];
        int index = Array.BinarySearch(acknowledged, block);
        index = index < 0 ? ~index : index;
        return index < acknowledged.Length && acknowledged[index] < end ? acknowledged[index] : null;
    }

    public override void Dispose()
    {
        // It holds nothing but memory, and outlives the application: the checks read it.
    }

    private Entry Of(long block) => written.TryGetValue(block, out Entry entry) ? entry
        : block < filledBlocks ? new Entry(FillSequence, FillSequence, FillSequence)
        : default;

    private readonly record struct Entry(long Issued, long Acked, long Flushed);
}
