using VolMgr.Blocks;

namespace VolMgr.Cli.Rehearse;

/// <summary>Decides whether what a device holds is what the ledger allows. Thread-safe.</summary>
internal sealed class StampChecker(string name, Ledger ledger, ulong tag)
{
    private const int BlocksAtOnce = 256;

    /// <summary>
    /// Checks one block against the oldest and the newest write that it may hold; returns what is wrong, or null.
    /// </summary>
    public string? Check(ReadOnlySpan<byte> content, long block, long oldest, long newest)
    {
        for (int index = 0; index < Ledger.SectorsPerBlock; index++)
        {
            long sector = (block * Ledger.SectorsPerBlock) + index;
            ReadOnlySpan<byte> bytes = content.Slice(index * SectorStamp.Size, SectorStamp.Size);
            StampStatus status = SectorStamp.Read(bytes, tag, sector, out long sequence);
            string? problem = status switch
            {
                StampStatus.Garbage => "holds garbage",
                StampStatus.Misplaced => "holds another sector's data",
                StampStatus.Zero when oldest > 0 => $"is zero but write {oldest} was acknowledged",
                StampStatus.Valid when sequence < oldest => $"holds write {sequence}, older than write {oldest}",
                StampStatus.Valid when sequence > newest => $"holds write {sequence}, newer than write {newest}",
                StampStatus.Zero => null,
                StampStatus.Valid => null,
            };
            if (problem is not null)
            {
                return $"{name}: sector {sector} {problem}";
            }
        }

        return null;
    }

    /// <summary>
    /// Compares a whole device, a volume or one plex of it, with the ledger while the workload is quiet: each block
    /// must hold a write from the newest acknowledged to the newest issued. Returns the first problems.
    /// </summary>
    public async Task<IReadOnlyList<string>> CheckDeviceAsync(IBlockDevice device, CancellationToken token)
    {
        List<string> problems = [];
        byte[] buffer = new byte[BlocksAtOnce * Ledger.BlockSize];
        for (long block = 0; block < ledger.BlockCount && problems.Count < BlocksAtOnce; block += BlocksAtOnce)
        {
            if (await SkipHoleAsync(device, block, token) is > 0 and long skipped)
            {
                block += skipped - BlocksAtOnce;
                continue;
            }

            int count = (int)Math.Min(BlocksAtOnce, ledger.BlockCount - block);
            Memory<byte> memory = buffer.AsMemory(0, count * Ledger.BlockSize);
            IoStatus status = await device.ReadAsync(block * Ledger.BlockSize, memory, token);
            if (status != IoStatus.Success)
            {
                problems.Add($"{name}: blocks {block} to {block + count - 1} cannot be read: {status}");
                continue;
            }

            for (int index = 0; index < count; index++)
            {
                ReadOnlySpan<byte> content = memory.Span.Slice(index * Ledger.BlockSize, Ledger.BlockSize);
                long wanted = block + index;
                string? problem = Check(content, wanted, ledger.Acked(wanted), ledger.Issued(wanted));
                if (problem is not null)
                {
                    problems.Add(problem);
                }
            }
        }

        return problems;
    }

    /// <summary>
    /// Blocks from there on that are known holes and may be: a sparse volume costs what its data costs.
    /// </summary>
    private async ValueTask<long> SkipHoleAsync(IBlockDevice device, long block, CancellationToken token)
    {
        if (device is not IExtentDevice extents)
        {
            return 0;
        }

        long length = (ledger.BlockCount - block) * Ledger.BlockSize;
        ExtentReply extent = await extents.NextExtentAsync(block * Ledger.BlockSize, length, token);
        long blocks = extent is { Status: IoStatus.Success, Kind: ExtentKind.Hole }
            ? extent.Length / Ledger.BlockSize
            : 0;
        return blocks == 0 ? 0 : (ledger.FirstWritten(block, block + blocks) ?? (block + blocks)) - block;
    }
}
