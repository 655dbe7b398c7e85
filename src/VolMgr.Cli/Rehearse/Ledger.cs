using System.IO.MemoryMappedFiles;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// What the verified workload knows of one volume, kept in a mapped file outside the owner process, so that neither a
/// crash of the owner nor of the workload loses it. One entry for each 4 KiB block:
/// <code>
/// offset size field
///      0    8 issued   the highest sequence number handed to the device
///      8    8 acked    the highest one that was acknowledged
///     16    8 flushed  the highest one that an acknowledged flush covers
/// </code>
/// </summary>
/// <remarks>
/// Always: flushed &lt;= acked &lt;= issued. A sector may hold any write from acked to issued; after a crash of the
/// host, from flushed to issued. Sequence 0 is the zeroes of a block never written. The caller serialises writers of
/// one block.
/// </remarks>
internal sealed class Ledger : IDisposable
{
    public const int BlockSize = 4096;
    public const int SectorsPerBlock = BlockSize / SectorStamp.Size;
    private const int EntrySize = 24;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    private Ledger(MemoryMappedFile file, long blockCount)
    {
        this.file = file;
        view = file.CreateViewAccessor(0, Math.Max(EntrySize, blockCount * EntrySize));
        BlockCount = blockCount;
    }

    /// <summary>Blocks of the volume that the workload uses.</summary>
    public long BlockCount { get; }

    public static Ledger Create(string path, long blockCount)
    {
        using (FileStream stream = new(path, FileMode.CreateNew, FileAccess.ReadWrite))
        {
            stream.SetLength(Math.Max(EntrySize, blockCount * EntrySize));
        }

        return Open(path);
    }

    public static Ledger Open(string path)
    {
        long blockCount = new FileInfo(path).Length / EntrySize;
        return new Ledger(MemoryMappedFile.CreateFromFile(path, FileMode.Open), blockCount);
    }

    public long Issued(long block) => view.ReadInt64(block * EntrySize);

    public long Acked(long block) => view.ReadInt64((block * EntrySize) + 8);

    public long Flushed(long block) => view.ReadInt64((block * EntrySize) + 16);

    public void SetIssued(long block, long sequence) => view.Write(block * EntrySize, sequence);

    public void SetAcked(long block, long sequence) => view.Write((block * EntrySize) + 8, sequence);

    public void SetFlushed(long block, long sequence) => view.Write((block * EntrySize) + 16, sequence);

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
