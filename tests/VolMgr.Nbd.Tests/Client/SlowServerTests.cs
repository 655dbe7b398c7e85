using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;
using static VolMgr.Nbd.Tests.Client.ClientWorld;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>Servers that are alive and do not answer.</summary>
public sealed class SlowServerTests
{
    private static readonly Task<byte[]?> Never = new TaskCompletionSource<byte[]?>().Task;

    [Fact]
    public async Task A_read_that_takes_too_long_times_out_and_others_go_on_over_a_new_connection()
    {
        ManualTime time = new();
        await using ToyServer server = new();
        server.Script = request => request.Offset == 4096 ? Never : Task.FromResult<byte[]?>(null);
        server.Start();
        await using NbdClientDevice device = Open(server, time: time);
        Task<IoStatus> slow = device.ReadAsync(4096, new byte[512], TestWorld.Token).AsTask();
        await Until(() => server.SeenOf(0).Count == 1);
        time.Advance(Options().RequestTimeout);
        Assert.Equal(IoStatus.Timeout, await slow);
        Assert.Equal(0, await Value(device, 0));
        Assert.Equal(2, server.Connections);
        Assert.False(device.HasUnflushedWrites);
    }

    /// <summary>
    /// Goal: the server may carry out the write at any later time, so the device never sends it another one. Method: a
    /// write without an answer beside a read without one; both end, and the server hears nothing more.
    /// </summary>
    [Fact]
    public async Task A_write_that_takes_too_long_ends_the_device()
    {
        ManualTime time = new();
        await using ToyServer server = new();
        server.Script = _ => Never;
        server.Start();
        await using NbdClientDevice device = Open(server, time: time);
        Task<IoStatus> write = Write(device, 0, 1);
        Task<IoStatus> read = device.ReadAsync(4096, new byte[512], TestWorld.Token).AsTask();
        await Until(() => server.SeenOf(0).Count + server.SeenOf(1).Count == 2);
        time.Advance(Options().RequestTimeout);
        Assert.Equal(IoStatus.Timeout, await write);
        Assert.Equal(IoStatus.Timeout, await read);
        server.Script = null;
        Assert.Equal(IoStatus.NotReachable, await Flush(device));
        Assert.Equal(IoStatus.NotReachable, await Write(device, 0, 2));
        Assert.Equal(1, server.Connections);
        Assert.True(device.HasUnflushedWrites);
    }

    [Fact]
    public async Task A_server_that_accepts_and_says_nothing_is_given_up_in_the_time_to_connect()
    {
        ManualTime time = new();
        await using ToyServer server = new() { Greeting = [] };
        server.Start();
        await using NbdClientDevice device = Open(server, time: time);
        Task<IoStatus> read = device.ReadAsync(0, new byte[512], TestWorld.Token).AsTask();
        await Until(() => server.Connections == 1);
        time.Advance(Options().ConnectTimeout);
        Assert.Equal(IoStatus.NotReachable, await read);
        Assert.Equal(IoStatus.NotReachable, await device.ConnectAsync());
        Assert.Contains("no answer within 60 s", device.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_known_at_once()
    {
        await using ToyServer server = new();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.NotReachable, await device.ReadAsync(0, new byte[512], TestWorld.Token));
        Assert.Contains("nothing listens at", device.Problem, StringComparison.Ordinal);
        Assert.Equal(IoStatus.NotReachable, (await device.NextExtentAsync(0, 512, TestWorld.Token)).Status);
        Assert.False(device.HasUnflushedWrites);
    }

    [Fact]
    public async Task Requests_wait_while_too_many_are_in_flight_and_all_are_answered()
    {
        await using ToyServer server = new();
        TaskCompletionSource<byte[]?> open = new();
        server.Script = _ => open.Task;
        server.Start();
        await using NbdClientDevice device = Open(server);
        Task<IoStatus>[] writes = [.. Enumerable.Range(0, 200).Select(index => Write(device, index * 4096L, 3))];
        await Until(() => server.SeenOf(1).Count == 64);
        open.SetResult(null);
        Assert.All(await Task.WhenAll(writes), status => Assert.Equal(IoStatus.Success, status));
        Assert.Equal(3, await Value(device, 0, 200 * 4096));
    }
}
