using System.IO.MemoryMappedFiles;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// A ledger in a mapped file outside the owner process, so that neither a crash of the owner nor of the workload loses
/// it. One entry for each block:
/// <code>
/// offset size field
///      0    8 issued
///      8    8 acked
///     16    8 flushed
/// </code>
/// </summary>
internal sealed class MappedLedger : Ledger
{
    private const int EntrySize = 24;
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    private MappedLedger(MemoryMappedFile file, long blockCount)
        : base(blockCount)
    {
        this.file = file;
        view = file.CreateViewAccessor(0, Math.Max(EntrySize, blockCount * EntrySize));
    }

    public override long Newest
    {
        get
        {
            long newest = 0;
            for (long block = 0; block < BlockCount; block++)
            {
                newest = Math.Max(newest, Issued(block));
            }

            return newest;
        }
    }

    public static MappedLedger CreateNew(string path, long blockCount)
    {
        using (FileStream stream = new(path, FileMode.CreateNew, FileAccess.ReadWrite))
        {
            stream.SetLength(Math.Max(EntrySize, blockCount * EntrySize));
        }

        return OpenExisting(path);
    }

    public static MappedLedger OpenExisting(string path)
    {
        long blockCount = new FileInfo(path).Length / EntrySize;
        return new MappedLedger(MemoryMappedFile.CreateFromFile(path, FileMode.Open), blockCount);
    }

    public override long Issued(long block) => view.ReadInt64(block * EntrySize);

    public override long Acked(long block) => view.ReadInt64((block * EntrySize) + 8);

    public override long Flushed(long block) => view.ReadInt64((block * EntrySize) + 16);

    public override void SetIssued(long block, long sequence) => view.Write(block * EntrySize, sequence);

    public override void SetAcked(long block, long sequence) => view.Write((block * EntrySize) + 8, sequence);

    public override void SetFlushed(long block, long sequence) => view.Write((block * EntrySize) + 16, sequence);

    public override IEnumerable<long> Undecided()
    {
        for (long block = 0; block < BlockCount; block++)
        {
            if (Flushed(block) != Issued(block))
            {
                yield return block;
            }
        }
    }

    public override long? FirstWritten(long block, long end)
    {
        for (; block < end; block++)
        {
            if (Acked(block) > 0)
            {
                return block;
            }
        }

        return null;
    }

    public override void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
