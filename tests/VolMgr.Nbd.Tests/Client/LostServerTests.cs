using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;
using static VolMgr.Nbd.Tests.Client.ClientWorld;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>What becomes of requests and of acknowledged writes when the server goes, and when it comes back.</summary>
public sealed class LostServerTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Writes_that_the_server_forgot_are_there_again_before_anything_is_read()
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.Success, await Write(device, 0, 1));
        Assert.Equal(IoStatus.Success, await Write(device, 4096, 2));
        Assert.Equal(IoStatus.Success, await Write(device, 0, 3, 8192));
        Assert.Equal(IoStatus.Success, await device.ZeroAsync(4096, 512, WriteFlags.None, TestWorld.Token));
        server.Crash();
        Assert.Equal(0, server.Content[0]);
        server.Start();
        Assert.Equal(3, await Value(device, 0));
        Assert.Equal(0, await Value(device, 4096, 512));
        Assert.Equal(3, await Value(device, 4608, 3584));
        Assert.Equal(IoStatus.Success, await Flush(device));
    }

    /// <summary>The restored writes are durable without a flush of the caller.</summary>
    [Fact]
    public async Task A_second_crash_loses_nothing_that_was_repeated_after_the_first()
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server);
        await Write(device, 8192, 7);
        for (int round = 0; round < 3; round++)
        {
            server.Crash();
            server.Start();
            Assert.Equal(7, await Value(device, 8192));
        }
    }

    [Fact]
    public async Task A_forced_write_is_not_overwritten_by_the_older_one_that_is_repeated()
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server);
        await Write(device, 0, 1);
        byte[] forced = Enumerable.Repeat((byte)2, 512).ToArray();
        await TestWorld.Write(device, 0, forced, WriteFlags.ForceUnitAccess);
        server.Crash();
        server.Start();
        Assert.Equal(2, await Value(device, 0, 512));
        Assert.Equal(1, await Value(device, 512, 3584));
    }

    [Fact]
    public async Task Nothing_is_repeated_that_a_flush_has_covered()
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server);
        await Write(device, 0, 1);
        Assert.Equal(IoStatus.Success, await Flush(device));
        int before = server.SeenOf(1).Count;
        server.Crash();
        server.Start();
        Assert.Equal(1, await Value(device, 0));
        Assert.Equal(before, server.SeenOf(1).Count);
    }

    [Fact]
    public async Task Requests_under_way_are_repeated_after_the_loss()
    {
        await using ToyServer server = new ToyServer();
        TaskCompletionSource<byte[]?> never = new();
        server.Script = _ => never.Task;
        server.Start();
        await using NbdClientDevice device = Open(server);
        Task<IoStatus> write = Write(device, 0, 9);
        Task<byte[]> read = TestWorld.Content(device, 65536, 512);
        Task<IoStatus> flush = Flush(device);
        await Until(() => server.SeenOf(1).Count + server.SeenOf(0).Count + server.SeenOf(3).Count == 3);
        Assert.False(write.IsCompleted || read.IsCompleted || flush.IsCompleted);
        server.Crash();
        server.Script = null;
        server.Start();
        Assert.Equal(IoStatus.Success, await write);
        Assert.Equal(new byte[512], await read);
        Assert.Equal(IoStatus.Success, await flush);
        Assert.Equal(9, await Value(device, 0));
    }

    [Fact]
    public async Task A_server_that_is_shutting_down_is_waited_for()
    {
        await using ToyServer server = new ToyServer();
        int refused = 0;
        server.Error = _ => Interlocked.Exchange(ref refused, 1) == 0 ? 108u : 0;
        server.Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.Success, await Write(device, 0, 4));
        Assert.Equal(2, server.SeenOf(1).Count);
    }

    [Fact]
    public async Task A_server_that_stays_away_makes_requests_fail_after_the_time_to_reconnect()
    {
        ManualTime time = new();
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server, time: time);
        Assert.Equal(0, await Value(device, 0));
        server.Crash();
        Task<IoStatus> read = device.ReadAsync(0, new byte[512], TestWorld.Token).AsTask();
        await Until(() => device.Problem.Length > 0);
        Assert.False(read.IsCompleted);
        await Pass(time, Options().ReconnectTime, read);
        Assert.Equal(IoStatus.NotReachable, await read);
        server.Start();
        Assert.Equal(IoStatus.NotReachable, await Flush(device));
    }

    /// <summary>
    /// Goal: no content older than an acknowledged write is ever read. Requests fail while the server is away for
    /// longer than they wait; when it is back the write is repeated first.
    /// </summary>
    [Fact]
    public async Task A_server_with_unflushed_writes_is_awaited_for_ever_though_requests_fail()
    {
        ManualTime time = new();
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server, time: time);
        Assert.Equal(IoStatus.Success, await Write(device, 0, 5));
        server.Crash();
        await Until(() => device.Problem.Length > 0);
        Task<IoStatus> read = device.ReadAsync(0, new byte[512], TestWorld.Token).AsTask();
        await Pass(time, Options().ReconnectTime, read);
        Assert.Equal(IoStatus.NotReachable, await read);
        Assert.Equal(IoStatus.NotReachable, await Flush(device));
        server.Start();
        while (device.Problem.Length > 0)
        {
            time.Advance(Step);
            await Task.Delay(1, TestWorld.Token);
        }

        Assert.Equal(5, await Value(device, 0));
        Assert.Equal(IoStatus.Success, await Flush(device));
    }

    [Fact]
    public async Task Power_loss_ends_all_repeating()
    {
        using CancellationTokenSource power = new();
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server, Options() with { Abandoned = power.Token });
        Assert.Equal(IoStatus.Success, await Write(device, 0, 5));
        server.Crash();
        await power.CancelAsync();
        int before = server.Connections;
        server.Start();
        Assert.Equal(IoStatus.NotReachable, await Flush(device));
        Assert.Equal(before, server.Connections);
        Assert.Equal(0, server.Content[0]);
    }

    [Fact]
    public async Task An_export_that_shrank_is_refused()
    {
        ManualTime time = new();
        TimeSpan patience = TimeSpan.FromDays(1);
        NbdClientOptions options = Options() with { ReconnectTime = patience, RequestTimeout = patience * 2 };
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server, options, time);
        Assert.Equal(0, await Value(device, 0));
        server.Crash();
        server.Size = Length - 512;
        server.Start();
        Task<IoStatus> read = device.ReadAsync(0, new byte[512], TestWorld.Token).AsTask();
        while (!device.Problem.Contains("are needed", StringComparison.Ordinal))
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestWorld.Token);
        }

        time.Advance(patience);
        Assert.Equal(IoStatus.NotReachable, await read);
        Assert.DoesNotContain(server.SeenOf(0), request => request.Connection > 1);
    }

    [Theory]
    [InlineData(1 | 4 | 8 | 64 | 2, "read-only")]
    [InlineData(1 | 4 | 64, "less than before")]
    [InlineData(1 | 8 | 64, "less than before")]
    public async Task A_server_that_can_less_than_before_is_refused(int flags, string words)
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(0, await Value(device, 0));
        server.Crash();
        server.Flags = (ushort)flags;
        server.Start();
        await Until(() => device.Problem.Contains(words, StringComparison.Ordinal));
        server.Crash();
        server.Flags = 1 | 4 | 8 | 64;
        server.Start();
        Assert.Equal(0, await Value(device, 0));
    }

    [Fact]
    public async Task An_error_while_writes_are_repeated_fails_the_device_for_good()
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.Success, await Write(device, 0, 5));
        server.Crash();
        server.Error = request => request.Command == 1 ? 28u : 0;
        server.Start();
        Assert.Equal(IoStatus.NotReachable, await device.ReadAsync(0, new byte[512], TestWorld.Token));
        Assert.Contains("could not be repeated", device.Problem, StringComparison.Ordinal);
        Assert.Equal(IoStatus.NotReachable, await Flush(device));
    }

    /// <summary>Lets time pass in steps until the time is over and the task has ended.</summary>
    private static async Task Pass(ManualTime time, TimeSpan total, Task until)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < total || !until.IsCompleted; passed += Step)
        {
            time.Advance(Step);
            await Task.Delay(1, TestWorld.Token);
        }
    }
}
