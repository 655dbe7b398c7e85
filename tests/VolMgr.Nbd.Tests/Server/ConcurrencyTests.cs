using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Protocol;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>Many requests at once: order of replies, limits, clients that do not take what they asked for.</summary>
public sealed class ConcurrencyTests
{
    private const string Read = "25609513 0000 0000";

    [Fact]
    public async Task Replies_come_in_the_order_of_completion()
    {
        HeldDevice device = new(1 << 20);
        await using Peer peer = await Peer.Connect(new Exports().Add("v", device)).GoAsync(HeaderStyle.Simple);
        await peer.SendAsync(
            $"{Read} 0000000000000001 0000000000000000 00000200 {Read} 0000000000000002 0000000000000200 00000200" +
            " 25609513 0000 0003 0000000000000003 0000000000000000 00000000");
        await peer.ExpectAsync("67446698 00000000 0000000000000003");
        await Eventually.IsAsync(() => device.HeldCount == 2, "both reads are under way");
        device.Release(512);
        await peer.ExpectAsync("67446698 00000000 0000000000000002 00*512");
        device.Release(0);
        await peer.ExpectAsync("67446698 00000000 0000000000000001 00*512");
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_the_limit()
    {
        HeldDevice device = new(1 << 20);
        NbdServerOptions options = new() { MaximumRequestsPerConnection = 4 };
        await using Peer peer = await Peer.Connect(new Exports().Add("v", device), options).GoAsync(HeaderStyle.Simple);
        await peer.SendAsync(string.Concat(
            Enumerable.Range(0, 20).Select(i => $"{Read} {i:X16} {i * 512:X16} 00000200 ")));
        for (int done = 0; done < 20; done++)
        {
            int expected = Math.Min(4, 20 - done);
            await Eventually.IsAsync(() => device.HeldCount == expected, $"{expected} under way");
            await Task.Yield();
            Assert.Equal(expected, device.HeldCount);
            device.Release(done * 512);
            await peer.ExpectAsync($"67446698 00000000 {done:X16} 00*512");
        }
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_replies_is_bounded()
    {
        // 1 GiB of replies is asked for; the client reads none of it.
        NbdServer server = new(
            new Exports().Add("v", new MemoryDevice(64 << 20)), new NbdServerOptions(), TestWorld.Engine);
        await using Peer peer = await Peer.Connect(server).GoAsync(HeaderStyle.Simple);
        for (int i = 0; i < 1024; i++)
        {
            await peer.SendAsync($"{Read} {i:X16} 0000000000000000 00100000");
        }

        long most = 0;
        for (int i = 0; i < 20; i++)
        {
            most = Math.Max(most, server.Statistics.BytesHeld);
            await Task.Delay(5, TestWorld.Token);
        }

        Assert.InRange(most, 32L << 20, NbdServerOptions.LeastBytesPerConnection + (1 << 20));
        for (int i = 0; i < 1024; i++)
        {
            await peer.ExpectAsync($"67446698 00000000 {i:X16}");
            await peer.ReadAsync(1 << 20);
        }

        await Eventually.IsAsync(() => server.Statistics.BytesHeld == 0, "everything was given back");
    }

    [Fact]
    public async Task A_client_that_sits_on_memory_is_ended_when_others_wait_for_it()
    {
        NbdServerOptions options = new()
        {
            MaximumBytesInFlight = NbdServerOptions.LeastBytesPerConnection,
            StallPatience = TimeSpan.FromMilliseconds(100),
        };
        NbdServer server = new(new Exports().Add("v", new MemoryDevice(64 << 20)), options, TestWorld.Engine);
        await using Peer lazy = await Peer.Connect(server).GoAsync(HeaderStyle.Simple);
        await lazy.SendAsync(
            $"{Read} 0000000000000001 0000000000000000 02000000 {Read} 0000000000000002 0000000000000000 00F00000");
        await Eventually.IsAsync(() => server.Statistics.BytesHeld > 46 << 20, "the replies fill the memory");

        await using Peer good = await Peer.Connect(server).GoAsync(HeaderStyle.Simple);
        await good.SendAsync($"{Read} 0000000000000001 0000000000000000 02000000");
        await good.ExpectAsync("67446698 00000000 0000000000000001");
        await good.ReadAsync(32 << 20);
        await Eventually.IsAsync(() => server.ConnectionCount == 1, "the lazy client is gone");
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_a_write_leaves_nothing_half_written()
    {
        HeldDevice device = new(1 << 20);
        NbdServer server = new(new Exports().Add("v", device), new NbdServerOptions(), TestWorld.Engine);
        Peer peer = await Peer.Connect(server).GoAsync(HeaderStyle.Simple);
        await peer.SendAsync("25609513 0000 0001 0000000000000001 0000000000000000 00000400 5A*1024");
        await peer.SendAsync("25609513 0000 0001 0000000000000002 0000000000001000 00000400 5A*1000");
        await Eventually.IsAsync(() => device.HeldCount == 1, "the whole write is under way");
        await peer.Stream.DisposeAsync();
        await Task.Delay(20, TestWorld.Token);
        Assert.False(peer.Served.IsCompleted);
        device.Release();
        await peer.Served;
        Assert.Equal(0, server.Statistics.BytesHeld);
        Assert.Equal(Wire.Bytes("5A*1024"), await ContentAsync(device, 0, 1024));
        Assert.Equal(new byte[1024], await ContentAsync(device, 4096, 1024));
    }

    [Fact]
    public async Task Random_requests_of_many_clients_are_answered_right()
    {
        // Eight clients write, zero and read their own eighth; each read has to give what the client wrote last.
        ByteMemoryDevice device = new(8 << 20);
        NbdServer server = new(new Exports().Add("v", device), new NbdServerOptions(), TestWorld.Engine);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(part => WorkAsync(server, part)));
        Assert.Equal(8 * 300, server.Statistics.Requests);
        Assert.Equal(0, server.Statistics.Errors);
        await Eventually.IsAsync(() => server.Statistics.BytesHeld == 0, "everything was given back");
    }

    private static async Task WorkAsync(NbdServer server, int part)
    {
        Random random = new(part);
        byte[] model = new byte[1 << 20];
        await using Peer peer = await Peer.Connect(server).GoAsync(HeaderStyle.Simple);
        for (int i = 0; i < 300; i++)
        {
            int offset = random.Next(model.Length - 1);
            int length = random.Next(1, Math.Min(40000, model.Length - offset));
            string range = $"{i:X16} {(part << 20) + offset:X16} {length:X8}";
            switch (random.Next(3))
            {
                case 0:
                    random.NextBytes(model.AsSpan(offset, length));
                    await peer.SendAsync($"25609513 0000 0001 {range}");
                    await peer.SendAsync(model.AsMemory(offset, length));
                    await peer.ExpectAsync($"67446698 00000000 {i:X16}");
                    break;
                case 1:
                    model.AsSpan(offset, length).Clear();
                    await peer.SendAsync($"25609513 0000 0006 {range}");
                    await peer.ExpectAsync($"67446698 00000000 {i:X16}");
                    break;
                default:
                    await peer.SendAsync($"25609513 0000 0000 {range}");
                    await peer.ExpectAsync($"67446698 00000000 {i:X16}");
                    Assert.Equal(model[offset..(offset + length)], await peer.ReadAsync(length));
                    break;
            }
        }
    }

    private static async Task<byte[]> ContentAsync(HeldDevice device, long offset, int length)
    {
        byte[] content = new byte[length];
        Task<IoStatus> read = device.ReadAsync(offset, content, TestWorld.Token).AsTask();
        device.Release();
        Assert.Equal(IoStatus.Success, await read);
        return content;
    }
}
