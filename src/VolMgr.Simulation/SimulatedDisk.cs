using System.Buffers.Binary;
using VolMgr.Blocks;

namespace VolMgr.Simulation;

/// <summary>
/// A disk of the simulated world: memory under a volatile cache, seeded latency in virtual time, faults on demand.
/// </summary>
/// <remarks>
/// The fault model:
/// <list type="bullet">
/// <item>Sectors of 512 bytes are atomic, longer transfers are not: they may be split in time, and their sectors
/// survive a loss of power one by one.</item>
/// <item>Operations in flight take effect at the end of their latency, in any order.</item>
/// <item>A loss of power (<see cref="PowerFail()"/>) ends everything in flight with
/// <see cref="IoStatus.NotReachable"/>, whether it had taken effect or not, and of every unflushed sector keeps some
/// content written since its last flush or the flushed one. The disk is up again at once.</item>
/// <item><see cref="Faults"/> strike before any latency: errors once, always, by range, by rate; operations that hang
/// and complete when they are released, however late.</item>
/// <item>Unless told to <see cref="Lie"/>, the disk never loses what was flushed and never answers wrong bytes.</item>
/// <item>A write, zero or discard that touches a guarded area is noted in <see cref="GuardHits"/>, and done.</item>
/// </list>
/// </remarks>
public sealed class SimulatedDisk : IExtentDevice
{
    private readonly SimulatedDiskOptions _options;
    private readonly EngineServices _engine;
    private readonly Random _random;
    private readonly Simulator _simulator;
    private readonly VolatileCacheDevice _cache;
    private readonly LyingStore _store;
    private readonly List<(long Offset, long Length)> _guards = [];
    private readonly List<string> _guardHits = [];
    private int _powerCycles;

    /// <summary>When the link has sent everything that was given to it so far.</summary>
    private TimeSpan _linkIsFree;

    /// <summary>A disk of zeroes, or of garbage when it is poisoned.</summary>
    public SimulatedDisk(Simulator simulator, long length, SimulatedDiskOptions? options = null)
    {
        _options = options ?? new SimulatedDiskOptions();
        _simulator = simulator;
        _engine = simulator.Engine;
        int seed = simulator.NewSeed();
        _random = new Random(seed);
        ulong poison = (ulong)_random.NextInt64() | 1;
        Medium = new MemoryDevice(length, _options.IsPoisoned ? (offset, page) => Fill(poison, offset, page) : null);
        _cache = new VolatileCacheDevice(Medium);
        _store = new LyingStore(_cache, new Random(seed ^ 0x6C69_6573));
        Faults = new FaultDevice(new Timed(this), new Random(simulator.NewSeed()));
    }

    /// <inheritdoc/>
    public long Length => Medium.Length;

    /// <summary>Name in messages.</summary>
    public string Name => _options.Name;

    /// <summary>Where faults are added and removed.</summary>
    public FaultDevice Faults { get; }

    /// <summary>What is durable; for oracles, which may look at it without time.</summary>
    public MemoryDevice Medium { get; }

    /// <summary>What a loss of power may take.</summary>
    public IReadOnlyList<UnflushedSector> Unflushed => _cache.Unflushed;

    /// <summary>Writes into guarded areas, in words, in order.</summary>
    public IReadOnlyList<string> GuardHits => _guardHits;

    /// <summary>How many operations were struck by a lie.</summary>
    public long LiesTold => _store.Told;

    /// <summary>From now on the disk may lie in this way.</summary>
    public void Lie(DiskLie lie) => _store.Add(lie);

    /// <summary>From now on the disk is honest; what it has lied about stays as it is.</summary>
    public void StopLying() => _store.Clear();

    /// <summary>Nobody may write here.</summary>
    public void Guard(long offset, long length)
    {
        BlockRange.Check(Length, offset, length);
        _guards.Add((offset, length));
    }

    /// <summary>Everybody may write everywhere again.</summary>
    public void RemoveGuards() => _guards.Clear();

    /// <inheritdoc/>
    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
        Faults.ReadAsync(offset, buffer, token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        Enter("write", offset, data.Length);
        return Faults.WriteAsync(offset, data, flags, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => Faults.FlushAsync(token);

    /// <inheritdoc/>
    public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
    {
        Enter("zero", offset, length);
        return Faults.ZeroAsync(offset, length, flags, token);
    }

    /// <inheritdoc/>
    public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token)
    {
        Enter("discard", offset, length);
        return Faults.DiscardAsync(offset, length, token);
    }

    /// <inheritdoc/>
    public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
        Faults.NextExtentAsync(offset, length, token);

    /// <summary>What a read would find now, unflushed sectors included; for oracles: it takes no time and meets no
    /// fault.</summary>
    public void Peek(long offset, Memory<byte> buffer) =>
        AssertInline(_cache.ReadAsync(offset, buffer, CancellationToken.None));

    /// <summary>What a loss of power would leave at least; as <see cref="Peek"/>.</summary>
    public void PeekDurable(long offset, Memory<byte> buffer) =>
        AssertInline(Medium.ReadAsync(offset, buffer, CancellationToken.None));

    /// <summary>The power fails and comes back; a seeded subset of what was not flushed survives.</summary>
    public void PowerFail()
    {
        BeginPowerCycle();
        AssertInline(_cache.LosePowerAsync(_random));
    }

    /// <summary>The power fails and comes back; of what was not flushed, what the caller keeps survives.</summary>
    public void PowerFail(Func<UnflushedSector, bool> keep)
    {
        BeginPowerCycle();
        AssertInline(_cache.LosePowerAsync(keep));
    }

    /// <summary>The cache is written out without anybody asking: what it held survives from now on.</summary>
    public void Destage() => AssertInline(_cache.FlushAsync(CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Faults.DisposeAsync();

    private static void AssertInline(ValueTask<IoStatus> loss)
    {
        // The medium is memory, so nothing on the way can take time.
        Invariant.Holds(loss.IsCompletedSuccessfully);
        Invariant.Holds(loss.Result == IoStatus.Success);
    }

    private static void Fill(ulong poison, long offset, Span<byte> page)
    {
        ulong state = unchecked((ulong)offset * 0x9E3779B97F4A7C15) ^ poison;
        for (; page.Length > 0; page = page[sizeof(ulong)..])
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            BinaryPrimitives.WriteUInt64LittleEndian(page, state | 1);
        }
    }

    private void BeginPowerCycle()
    {
        _powerCycles++;
        _store.LosePower();
        _linkIsFree = _simulator.Elapsed;
    }

    private void Enter(string operation, long offset, long length)
    {
        foreach ((long guarded, long guardedLength) in _guards)
        {
            if (offset < guarded + guardedLength && offset + length > guarded)
            {
                _guardHits.Add($"{Name}: {operation} of {length} bytes at {offset} touches the guarded area at "
                    + $"{guarded}");
            }
        }
    }

    private bool IsInline(long bytes) =>
        (_options.BytesPerSecond == 0 || bytes == 0) && Chance(_options.InlineRate);

    /// <summary>How long the link needs until it has sent these bytes after all that was given to it before.</summary>
    private TimeSpan Send(long bytes)
    {
        if (_options.BytesPerSecond == 0)
        {
            return TimeSpan.Zero;
        }

        TimeSpan now = _simulator.Elapsed;
        TimeSpan begin = _linkIsFree > now ? _linkIsFree : now;
        _linkIsFree = begin + TimeSpan.FromTicks(
            (long)((Int128)bytes * TimeSpan.TicksPerSecond / _options.BytesPerSecond));
        return _linkIsFree - now;
    }

    private bool Chance(double rate) => _random.NextDouble() < rate;

    private TimeSpan Latency(int factor)
    {
        long least = _options.MinimumLatency.Ticks;
        long most = Math.Max(least, _options.MaximumLatency.Ticks * factor);
        return TimeSpan.FromTicks(_random.NextInt64(least, most + 1));
    }

    /// <summary>The disk behind its faults: every operation takes its time, then reaches the cache.</summary>
    private sealed class Timed(SimulatedDisk disk) : IExtentDevice
    {
        public long Length => disk.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
        {
            BlockRange.Check(Length, offset, buffer.Length);
            return TransferAsync(
                buffer.Length,
                (start, length) => disk._store.ReadAsync(
                    offset + start, buffer.Slice((int)start, (int)length), CancellationToken.None),
                token);
        }

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
        {
            BlockRange.Check(Length, offset, data.Length);
            return TransferAsync(
                data.Length,
                (start, length) =>
                {
                    ReadOnlyMemory<byte> part = data.Slice((int)start, (int)length);
                    disk._simulator.Note(offset + start, part.Span);
                    return disk._store.WriteAsync(offset + start, part, flags, CancellationToken.None);
                },
                token);
        }

        public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token)
        {
            BlockRange.Check(Length, offset, length);
            return TransferAsync(
                0,
                (start, part) =>
                {
                    disk._simulator.Note(-(offset + start), BitConverter.GetBytes(part));
                    return disk._store.ZeroAsync(offset + start, part, flags, CancellationToken.None);
                },
                token,
                length);
        }

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            ZeroAsync(offset, length, WriteFlags.None, token);

        public async ValueTask<IoStatus> FlushAsync(CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            bool isUp = disk.IsInline(0) || await WaitAsync(disk.Latency(10), token);
            return isUp ? await disk._store.FlushAsync(CancellationToken.None) : IoStatus.NotReachable;
        }

        public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            disk._cache.NextExtentAsync(offset, length, token);

        public ValueTask DisposeAsync() => disk._cache.DisposeAsync();

        /// <summary>Sends so many bytes over the link, for an operation on a range of that length; the same unless it
        /// says otherwise.</summary>
        private async ValueTask<IoStatus> TransferAsync(
            long sent, Func<long, long, ValueTask<IoStatus>> transfer, CancellationToken token, long? range = null)
        {
            token.ThrowIfCancellationRequested();
            long length = range ?? sent;
            if (disk.IsInline(sent))
            {
                return await transfer(0, length);
            }

            if (!await WaitAsync(disk.Latency(1) + disk.Send(sent), token))
            {
                return IoStatus.NotReachable;
            }

            long sectors = length / BlockRange.SectorSize;
            if (sectors < 2 || !disk.Chance(disk._options.SplitRate))
            {
                return await transfer(0, length);
            }

            long first = disk._random.NextInt64(1, sectors) * BlockRange.SectorSize;
            IoStatus status = await transfer(0, first);
            if (status != IoStatus.Success)
            {
                return status;
            }

            return await WaitAsync(disk.Latency(1), CancellationToken.None)
                ? await transfer(first, length - first)
                : IoStatus.NotReachable;
        }

        /// <summary>Lets time pass; false when the power has failed meanwhile.</summary>
        private async ValueTask<bool> WaitAsync(TimeSpan latency, CancellationToken token)
        {
            int cycles = disk._powerCycles;
            await disk._engine.DelayAsync(latency, token);
            return cycles == disk._powerCycles;
        }
    }
}
