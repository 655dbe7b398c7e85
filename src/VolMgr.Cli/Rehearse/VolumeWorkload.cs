using System.Buffers;
using VolMgr.Blocks;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// The verified application on one volume: writes stamped blocks, reads and checks them, flushes, and writes down in
/// the ledger what was issued, acknowledged and flushed, each before the next thing that depends on it happens.
/// </summary>
/// <remarks>
/// One write at a time in each block; reads go anywhere, also into blocks that are being written, and accept exactly
/// the writes from the newest acknowledged before the read began to the newest issued when it ended.
/// </remarks>
internal sealed class VolumeWorkload : IDisposable
{
    private const int ReportedProblemsMax = 20;
    private readonly Ledger ledger;
    private readonly StampChecker checker;
    private readonly ulong tag;
    private readonly WorkloadShape shape;
    private readonly EngineServices engine;
    private readonly Lock gate = new();
    private readonly HashSet<long> busyBlocks = [];
    private readonly List<string> problems = [];
    private readonly PhaseStatistics[] phases = [new(), new(), new()];
    private Dictionary<long, long> ackedSinceFlush = [];
    private long nextSequence;
    private long cursor;
    private volatile int phase;
    private volatile bool isMeasured;

    public VolumeWorkload(string name, Ledger ledger, ulong tag, WorkloadShape shape, EngineServices engine)
    {
        Name = name;
        this.ledger = ledger;
        this.tag = tag;
        this.shape = shape;
        this.engine = engine;
        checker = new StampChecker(name, ledger, tag);
        nextSequence = ledger.Newest;
    }

    public string Name { get; }

    /// <summary>Whether the device went away: the owner process crashed or was stopped.</summary>
    public bool IsDisconnected { get; private set; }

    /// <summary>Operations that the device failed while it could be reached.</summary>
    public long FailedOperations { get; private set; }

    /// <summary>The first problems found, in words.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (gate)
            {
                return [.. problems];
            }
        }
    }

    public PhaseStatistics Statistics(WorkloadPhase which) => phases[(int)which];

    public long NowUs() => engine.Time.GetElapsedTime(0).Ticks / TimeSpan.TicksPerMicrosecond;

    public void EnterPhase(WorkloadPhase next)
    {
        phases[(int)next].Begin(NowUs());
        phase = (int)next;
    }

    /// <summary>
    /// Writes the first blocks of the volume in order, then flushes, so that there is data to migrate.
    /// </summary>
    public async Task FillAsync(IBlockDevice device, long blockCount)
    {
        const int BlocksAtOnce = 256;
        for (long block = 0; block < blockCount; block += BlocksAtOnce)
        {
            await WriteAsync(device, block, (int)Math.Min(BlocksAtOnce, blockCount - block));
        }

        await FlushAsync(device);
    }

    /// <summary>Runs operations until asked to stop or until the device is gone.</summary>
    public async Task RunAsync(IBlockDevice device, int seed, CancellationToken stop)
    {
        IsDisconnected = false;
        phases[phase].Begin(NowUs());
        isMeasured = true;
        await Task.WhenAll(Enumerable.Range(0, shape.Depth).Select(
            lane => engine.StartAsync(() => RunLaneAsync(device, new Random(seed + lane), stop))));
        isMeasured = false;
        if (!IsDisconnected)
        {
            await FlushAsync(device);
        }
    }

    /// <summary>
    /// After a crash of the host: every block whose content the crash could decide is read twice, must hold a write
    /// that was not older than the last flush, must read the same both times, and is then written anew.
    /// </summary>
    public async Task SettleAsync(IBlockDevice device)
    {
        byte[] first = new byte[Ledger.BlockSize];
        byte[] second = new byte[Ledger.BlockSize];
        ackedSinceFlush = [];
        busyBlocks.Clear();
        foreach (long block in ledger.Undecided())
        {
            IoStatus status = await device.ReadAsync(block * Ledger.BlockSize, first, CancellationToken.None);
            IoStatus again = await device.ReadAsync(block * Ledger.BlockSize, second, CancellationToken.None);
            if (status == IoStatus.NotReachable || again == IoStatus.NotReachable)
            {
                return; // the host crashed once more: what is not settled stays undecided
            }

            if (status != IoStatus.Success || again != IoStatus.Success)
            {
                AddProblem($"{Name}: block {block} cannot be read after the crash: {status}, {again}");
                continue;
            }

            if (!first.AsSpan().SequenceEqual(second))
            {
                AddProblem($"{Name}: block {block} reads differently twice after the crash");
            }

            AddProblem(checker.Check(first, block, ledger.Flushed(block), ledger.Issued(block)));
            await WriteAsync(device, block, 1);
        }

        await FlushAsync(device);
    }

    public void Dispose() => ledger.Dispose();

    private async Task RunLaneAsync(IBlockDevice device, Random random, CancellationToken stop)
    {
        long periodUs = shape.OperationsPerSecond == 0 ? 0 : 1_000_000L * shape.Depth / shape.OperationsPerSecond;
        long dueUs = NowUs() + (periodUs == 0 ? 0 : random.NextInt64(periodUs));
        int writes = 0;
        while (!stop.IsCancellationRequested && !IsDisconnected)
        {
            long waitUs = dueUs - NowUs();
            if (waitUs >= 1000)
            {
                await engine.DelayAsync(TimeSpan.FromMilliseconds(waitUs / 1000), CancellationToken.None);
            }

            dueUs = Math.Max(dueUs + periodUs, NowUs() - (10 * periodUs));
            int count = 1 + random.Next(shape.MaximumBlocks);
            long block = PickBlock(random, count);
            if (random.NextDouble() < shape.ReadShare)
            {
                await ReadAsync(device, block, count);
            }
            else if (await WriteAsync(device, block, count) && ++writes % shape.FlushEvery == 0)
            {
                await FlushAsync(device);
            }
        }
    }

    private long PickBlock(Random random, int count)
    {
        long last = Math.Max(1, ledger.BlockCount - count + 1);
        return shape.IsSequential ? Interlocked.Add(ref cursor, count) % last : random.NextInt64(last);
    }

    private async Task ReadAsync(IBlockDevice device, long block, int count)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(count * Ledger.BlockSize);
        long[] oldest = [.. Enumerable.Range(0, count).Select(index => ledger.Acked(block + index))];
        Memory<byte> memory = buffer.AsMemory(0, count * Ledger.BlockSize);
        long started = NowUs();
        IoStatus status = await device.ReadAsync(block * Ledger.BlockSize, memory, CancellationToken.None);
        Completed(status, started, "read", block);
        if (status == IoStatus.Success)
        {
            for (int index = 0; index < count; index++)
            {
                ReadOnlySpan<byte> found = memory.Span.Slice(index * Ledger.BlockSize, Ledger.BlockSize);
                AddProblem(checker.Check(found, block + index, oldest[index], ledger.Issued(block + index)));
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async Task<bool> WriteAsync(IBlockDevice device, long block, int count)
    {
        if (!TryClaim(block, count, out long sequence))
        {
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(count * Ledger.BlockSize);
        Memory<byte> memory = buffer.AsMemory(0, count * Ledger.BlockSize);
        SectorStamp.Fill(memory.Span, tag, block * Ledger.SectorsPerBlock, sequence);
        long started = NowUs();
        IoStatus status = await device.WriteAsync(
            block * Ledger.BlockSize, memory, WriteFlags.None, CancellationToken.None);
        Completed(status, started, "write", block);
        lock (gate)
        {
            for (long written = block; written < block + count; written++)
            {
                busyBlocks.Remove(written);
                if (status == IoStatus.Success)
                {
                    ledger.SetAcked(written, sequence);
                    ackedSinceFlush[written] = sequence;
                }
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return status == IoStatus.Success;
    }

    private bool TryClaim(long block, int count, out long sequence)
    {
        lock (gate)
        {
            sequence = 0;
            for (long wanted = block; wanted < block + count; wanted++)
            {
                if (busyBlocks.Contains(wanted))
                {
                    return false;
                }
            }

            sequence = ++nextSequence;
            for (long wanted = block; wanted < block + count; wanted++)
            {
                busyBlocks.Add(wanted);
                ledger.SetIssued(wanted, sequence);
            }

            return true;
        }
    }

    private async Task FlushAsync(IBlockDevice device)
    {
        Dictionary<long, long> covered;
        lock (gate)
        {
            covered = ackedSinceFlush;
            ackedSinceFlush = [];
        }

        long started = NowUs();
        IoStatus status = await device.FlushAsync(CancellationToken.None);
        Completed(status, started, "flush", 0);
        lock (gate)
        {
            foreach ((long block, long sequence) in covered)
            {
                if (status == IoStatus.Success)
                {
                    // two flushes may overlap: the newer one may have written down more already
                    ledger.SetFlushed(block, Math.Max(ledger.Flushed(block), sequence));
                }
                else
                {
                    ackedSinceFlush.TryAdd(block, sequence);
                }
            }
        }
    }

    private void Completed(IoStatus status, long startedUs, string operation, long block)
    {
        if (status == IoStatus.Success)
        {
            if (isMeasured)
            {
                phases[phase].Record(startedUs, NowUs());
            }
        }
        else if (status == IoStatus.NotReachable)
        {
            IsDisconnected = true;
        }
        else
        {
            lock (gate)
            {
                FailedOperations++;
            }

            AddProblem($"{Name}: {operation} of block {block} failed: {status}");
        }
    }

    private void AddProblem(string? problem)
    {
        if (problem is null)
        {
            return;
        }

        lock (gate)
        {
            if (problems.Count < ReportedProblemsMax)
            {
                problems.Add(problem);
            }
        }
    }
}
