using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Tests.Rehearse;

/// <summary>The application on a device that is good, and on devices that break one promise each.</summary>
public sealed class VolumeWorkloadTests : IDisposable
{
    private const ulong Tag = 77;
    private const int Blocks = 64;
    private const long Length = Blocks * Ledger.BlockSize;
    private static readonly WorkloadShape Busy = new("busy", 0.5, 4, 0, 4, false, 8);
    private readonly TemporaryFolder folder = new();
    private readonly Ledger ledger;
    private readonly VolumeWorkload workload;

    public VolumeWorkloadTests()
    {
        ledger = Ledger.Create(folder.In("ledger"), Blocks);
        workload = new VolumeWorkload("vol01", ledger, Tag, Busy, EngineComposition.CreateEngine());
    }

    [Fact]
    public async Task A_good_device_has_no_problems_and_holds_what_the_ledger_says()
    {
        MemoryDevice device = new(Length);
        await workload.FillAsync(device, Blocks / 2);
        workload.EnterPhase(WorkloadPhase.During);

        await RunAsync(device);

        Assert.Empty(workload.Problems);
        Assert.Equal(0, workload.FailedOperations);
        Assert.True(workload.Statistics(WorkloadPhase.During).Operations > 0, "nothing was measured");
        Assert.Equal(0, workload.Statistics(WorkloadPhase.Before).Operations);
        Assert.Empty(await CheckAsync(device));
        Assert.All(Enumerable.Range(0, Blocks), block => Assert.Equal(ledger.Issued(block), ledger.Flushed(block)));
    }

    [Fact]
    public async Task Filling_writes_the_first_blocks_and_flushes_them()
    {
        MemoryDevice device = new(Length);

        await workload.FillAsync(device, 10);

        Assert.All(Enumerable.Range(0, Blocks), block => Assert.Equal(block < 10, ledger.Flushed(block) > 0));
        Assert.Empty(await CheckAsync(device));
    }

    [Fact]
    public async Task A_device_that_forgets_a_write_is_noticed()
    {
        MemoryDevice device = new(Length);
        await workload.FillAsync(device, Blocks);

        await RunAsync(new Forgetful(device));

        Assert.Contains(workload.Problems, problem => problem.Contains("older than write", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Failed_operations_are_counted_and_a_failed_write_is_not_acknowledged()
    {
        FaultDevice device = new(new MemoryDevice(Length));
        await workload.FillAsync(device, Blocks);
        long[] acked = [.. Enumerable.Range(0, Blocks).Select(block => ledger.Acked(block))];
        device.Add(FaultRule.Always(DeviceOperations.Write));

        await RunAsync(device);

        Assert.True(workload.FailedOperations > 0);
        Assert.Equal(acked, Enumerable.Range(0, Blocks).Select(block => ledger.Acked(block)));
        Assert.Contains(workload.Problems, problem => problem.Contains("failed: MediaError", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_device_that_goes_away_ends_the_run_without_a_problem()
    {
        FaultDevice device = new(new MemoryDevice(Length));
        await workload.FillAsync(device, Blocks);
        device.Add(new FaultRule
        {
            Operations = DeviceOperations.All,
            Status = IoStatus.NotReachable,
            Passing = 50,
        });

        using CancellationTokenSource never = new();
        await workload.RunAsync(device, 1, never.Token).WaitAsync(
            TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.True(workload.IsDisconnected);
        Assert.Empty(workload.Problems);
    }

    [Fact]
    public async Task After_a_crash_unflushed_writes_may_be_gone()
    {
        VolatileCacheDevice device = new(new MemoryDevice(Length));
        await WriteUnflushedAsync(device);

        await device.LosePowerAsync(new Random(7));
        await workload.SettleAsync(device);

        Assert.Empty(workload.Problems);
        Assert.Empty(await CheckAsync(device));
    }

    [Fact]
    public async Task After_a_crash_what_was_flushed_must_be_there()
    {
        MemoryDevice device = new(Length);
        await WriteUnflushedAsync(device);

        await device.ZeroAsync(0, Length, WriteFlags.None, CancellationToken.None);
        await workload.SettleAsync(device);

        Assert.Contains(workload.Problems, problem => problem.Contains("is zero but write", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_crash_a_block_must_read_the_same_twice()
    {
        MemoryDevice one = new(Length);
        await WriteUnflushedAsync(one);
        MemoryDevice other = new(Length);
        byte[] older = new byte[Length];
        SectorStamp.Fill(older, Tag, 0, sequence: 1);
        await other.WriteAsync(0, older, WriteFlags.None, CancellationToken.None);

        await workload.SettleAsync(new Alternating(one, other));

        Assert.Contains(
            workload.Problems, problem => problem.Contains("reads differently twice", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        workload.Dispose();
        folder.Dispose();
    }

    private async Task RunAsync(IBlockDevice device)
    {
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(200));
        await workload.RunAsync(device, 1, stop.Token).WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Fills and flushes with write 1, then writes on without an acknowledged flush.</summary>
    private async Task WriteUnflushedAsync(IBlockDevice device)
    {
        await workload.FillAsync(device, Blocks);
        FaultDevice deaf = new(device);
        deaf.Add(FaultRule.Always(DeviceOperations.Flush, IoStatus.NotReachable));
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(5));
        await workload.RunAsync(deaf, 1, stop.Token).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Contains(Enumerable.Range(0, Blocks), block => ledger.Acked(block) > ledger.Flushed(block));
    }

    private Task<IReadOnlyList<string>> CheckAsync(IBlockDevice device) =>
        new StampChecker("vol01", ledger, Tag).CheckDeviceAsync(device, CancellationToken.None);

    /// <summary>Drops one write in ten.</summary>
    private sealed class Forgetful(IBlockDevice inner) : IBlockDevice
    {
        private int writes;

        public long Length => inner.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            inner.ReadAsync(offset, buffer, token);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            Interlocked.Increment(ref writes) % 10 == 0
                ? ValueTask.FromResult(IoStatus.Success)
                : inner.WriteAsync(offset, data, flags, token);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => inner.FlushAsync(token);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    /// <summary>Two sides that differ, read in turn, as by a mirror that was not made equal.</summary>
    private sealed class Alternating(IBlockDevice one, IBlockDevice other) : IBlockDevice
    {
        private int reads;

        public long Length => one.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            (Interlocked.Increment(ref reads) % 2 == 0 ? other : one).ReadAsync(offset, buffer, token);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            one.WriteAsync(offset, data, flags, token);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => one.FlushAsync(token);

        public ValueTask DisposeAsync() => one.DisposeAsync();
    }
}
