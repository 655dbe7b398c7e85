using System.Net.Sockets;
using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>What connections cost that do nothing. Both ends live here: the numbers are upper bounds.</summary>
[Collection(Alone.Name)]
public sealed class MemoryTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NbdServer _server;
    private readonly string _path;

    public MemoryTests()
    {
        _path = _folder.File("nbd.sock");
        _server = new NbdServer(
            new Exports().Add("v", new MemoryDevice(1 << 20)), new NbdServerOptions(), TestWorld.Engine);
        _server.ListenUnix(_path);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_thousand_idle_connections_cost_less_than_100_MiB()
    {
        await using Peer first = await ChooseAsync();
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        long resident = ResidentBytes();
        List<Peer> peers = [];
        for (int i = 0; i < 1000; i++)
        {
            // Each has read a little, and then falls silent in the middle of its next request.
            Peer peer = await ChooseAsync();
            await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000000000 00004000 25609513 0000");
            await peer.ExpectAsync("67446698 00000000 0000000000000001 00*16384");
            peers.Add(peer);
        }

        await Eventually.IsAsync(() => _server.Statistics.BytesHeld == 0, "no reply is held");
        long heapGrowth = GC.GetTotalMemory(forceFullCollection: true) - heap;
        long residentGrowth = ResidentBytes() - resident;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"heap {heapGrowth >> 10} KiB, resident {residentGrowth >> 10} KiB");
        Assert.Equal(1001, _server.ConnectionCount);
        Assert.InRange(heapGrowth, long.MinValue, 50L << 20);
        Assert.InRange(residentGrowth, long.MinValue, 100L << 20);
        foreach (Peer peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task Ten_thousand_half_open_handshakes_do_not_stop_a_good_client()
    {
        List<Socket> attackers = [];
        for (int i = 0; i < 10000; i++)
        {
            attackers.Add(await Peer.ConnectSocketAsync(_path));
            if (i % 2500 == 2499)
            {
                await using Peer good = await ChooseAsync();
                await good.SendAsync("25609513 0000 0000 0000000000000001 0000000000000000 00000200");
                await good.ExpectAsync("67446698 00000000 0000000000000001 00*512");
            }
        }

        await Eventually.IsAsync(() => _server.Statistics.ConnectionsAccepted >= 10004, "all were accepted");
        Assert.InRange(_server.Statistics.Handshakes, 1, 1024);
        attackers.ForEach(socket => socket.Dispose());
    }

    private async Task<Peer> ChooseAsync()
    {
        Peer peer = await Peer.ConnectUnixAsync(_server, _path);
        await peer.GreetAsync();
        await peer.SendAsync(Wire.Option(1, "'v'"));
        await peer.ReadAsync(10);
        return peer;
    }

    private static long ResidentBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
}
