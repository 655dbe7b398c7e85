using VolMgr.Blocks;

namespace VolMgr.Simulation.Tests;

/// <summary>The latency model under the virtual clock, where times are exact.</summary>
public sealed class LatencyDeviceTests
{
    private readonly Simulator _simulator = new(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_operation_takes_its_time_and_a_forced_write_that_of_a_flush_too()
    {
        LatencyDevice device = Device(new LatencyModel
        {
            Read = TimeSpan.FromMilliseconds(1),
            Write = TimeSpan.FromMilliseconds(2),
            Flush = TimeSpan.FromMilliseconds(10),
        });
        Assert.Equal(1, Milliseconds(() => device.ReadAsync(0, new byte[512], Token).AsTask()));
        Assert.Equal(2, Milliseconds(() => device.WriteAsync(0, new byte[512], WriteFlags.None, Token).AsTask()));
        Assert.Equal(
            12, Milliseconds(() => device.WriteAsync(0, new byte[512], WriteFlags.ForceUnitAccess, Token).AsTask()));
        Assert.Equal(2, Milliseconds(() => device.ZeroAsync(0, 1 << 20, WriteFlags.None, Token).AsTask()));
        Assert.Equal(2, Milliseconds(() => device.DiscardAsync(0, 1 << 20, Token).AsTask()));
        Assert.Equal(10, Milliseconds(() => device.FlushAsync(Token).AsTask()));
    }

    [Fact]
    public void Latency_overlaps_and_bandwidth_is_shared()
    {
        LatencyDevice device = Device(new LatencyModel { Read = TimeSpan.FromMilliseconds(5) });
        Assert.Equal(5, Milliseconds(() => ReadFourTimes(device)));
        device.Model = device.Model with { BytesPerSecond = 100 << 10 };
        Assert.Equal(45, Milliseconds(() => ReadFourTimes(device)));
        Assert.Equal(45, Milliseconds(() => ReadFourTimes(device)));
    }

    [Fact]
    public void Without_times_everything_completes_inline()
    {
        LatencyDevice device = Device(new LatencyModel());
        Assert.True(device.ReadAsync(0, new byte[512], Token).AsTask().IsCompletedSuccessfully);
        Assert.True(device.WriteAsync(0, new byte[512], WriteFlags.None, Token).AsTask().IsCompletedSuccessfully);
        Assert.True(device.FlushAsync(Token).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public void A_write_can_be_cancelled_while_its_time_passes_and_has_changed_nothing()
    {
        LatencyDevice device = Device(new LatencyModel { Write = TimeSpan.FromSeconds(10) });
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(3), _simulator.Time);
        byte[] data = new byte[512];
        Array.Fill(data, (byte)1);
        Assert.ThrowsAny<OperationCanceledException>(
            () => _simulator.Run(() => device.WriteAsync(0, data, WriteFlags.None, source.Token).AsTask()));
        Assert.Equal(TimeSpan.FromSeconds(3), _simulator.Elapsed);
        _simulator.Run(async () => await device.ReadAsync(0, data, Token));
        Assert.Equal(new byte[512], data);
    }

    private static Task<IoStatus[]> ReadFourTimes(LatencyDevice device) =>
        Task.WhenAll(Enumerable.Range(0, 4).Select(_ => device.ReadAsync(0, new byte[1024], Token).AsTask()));

    private LatencyDevice Device(LatencyModel model) => new(new MemoryDevice(1 << 20), model, _simulator.Time);

    private double Milliseconds(Func<Task> operation)
    {
        TimeSpan before = _simulator.Elapsed;
        _simulator.Run(operation);
        return Math.Round((_simulator.Elapsed - before).TotalMilliseconds);
    }
}
