namespace VolMgr.Cli.Rehearse;

/// <summary>
/// What the verified workload knows of one volume, block by block of 4 KiB: the highest sequence number handed to the
/// device (issued), the highest one that was acknowledged (acked), the highest one that an acknowledged flush covers
/// (flushed).
/// </summary>
/// <remarks>
/// Always: flushed &lt;= acked &lt;= issued. A sector may hold any write from acked to issued; after a crash of the
/// host, from flushed to issued. Sequence 0 is the zeroes of a block never written. The caller serialises writers of
/// one block.
/// </remarks>
internal abstract class Ledger(long blockCount) : IDisposable
{
    public const int BlockSize = 4096;
    public const int SectorsPerBlock = BlockSize / SectorStamp.Size;

    /// <summary>Blocks of the volume that the workload uses.</summary>
    public long BlockCount => blockCount;

    /// <summary>The highest sequence number issued for any block.</summary>
    public abstract long Newest { get; }

    /// <summary>A ledger in a new file.</summary>
    public static Ledger Create(string path, long blockCount) => MappedLedger.CreateNew(path, blockCount);

    /// <summary>A ledger in a file that exists.</summary>
    public static Ledger Open(string path) => MappedLedger.OpenExisting(path);

    public abstract long Issued(long block);

    public abstract long Acked(long block);

    public abstract long Flushed(long block);

    public abstract void SetIssued(long block, long sequence);

    public abstract void SetAcked(long block, long sequence);

    public abstract void SetFlushed(long block, long sequence);

    /// <summary>The blocks whose content a crash of the host may decide, in order.</summary>
    public abstract IEnumerable<long> Undecided();

    /// <summary>The first block of a range that has an acknowledged write, or null.</summary>
    public abstract long? FirstWritten(long block, long end);

    public abstract void Dispose();
}
