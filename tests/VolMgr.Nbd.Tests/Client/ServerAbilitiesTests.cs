using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;
using static VolMgr.Nbd.Tests.Client.ClientWorld;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>Only what the server offers is asked of it, and what it answers is told as it is.</summary>
public sealed class ServerAbilitiesTests
{
    private static readonly byte[] Sector = new byte[512];

    [Fact]
    public async Task A_forced_write_carries_FUA_where_it_is_offered()
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server);
        await TestWorld.Write(device, 0, Sector, WriteFlags.ForceUnitAccess);
        Assert.Equal(1, Assert.Single(server.SeenOf(1)).Flags);
        Assert.Empty(server.SeenOf(3));
    }

    [Fact]
    public async Task A_forced_write_is_a_write_and_a_flush_without_FUA()
    {
        await using ToyServer server = new ToyServer { Flags = 1 | 4 }.Start();
        await using NbdClientDevice device = Open(server);
        await TestWorld.Write(device, 0, Sector, WriteFlags.ForceUnitAccess);
        Assert.Equal(0, Assert.Single(server.SeenOf(1)).Flags);
        Assert.Single(server.SeenOf(3));
    }

    [Fact]
    public async Task A_server_without_FLUSH_is_never_asked_to()
    {
        await using ToyServer server = new ToyServer { Flags = 1 }.Start();
        await using NbdClientDevice device = Open(server);
        await TestWorld.Write(device, 0, Sector, WriteFlags.ForceUnitAccess);
        Assert.Equal(IoStatus.Success, await Flush(device));
        Assert.Empty(server.SeenOf(3));
        Assert.False(device.HasUnflushedWrites);
    }

    [Fact]
    public async Task Zeroes_are_written_where_the_server_cannot_make_them()
    {
        await using ToyServer server = new ToyServer { Flags = 1 | 4 }.Start();
        await using NbdClientDevice device = Open(server);
        await Write(device, 0, 1);
        Assert.Equal(IoStatus.Success, await device.DiscardAsync(512, 1024, TestWorld.Token));
        Assert.Empty(server.SeenOf(6));
        Assert.Equal(0, await Value(device, 512, 1024));
        Assert.Equal(1, await Value(device, 1536, 512));
    }

    [Fact]
    public async Task Zeroes_are_written_where_the_server_answers_that_it_cannot()
    {
        await using ToyServer server = new ToyServer { Error = request => request.Command == 6 ? 95u : 0 }.Start();
        await using NbdClientDevice device = Open(server);
        await Write(device, 0, 1);
        Assert.Equal(
            IoStatus.Success, await device.ZeroAsync(0, 512, WriteFlags.ForceUnitAccess, TestWorld.Token));
        Assert.Equal(1, server.SeenOf(1)[^1].Flags);
        Assert.Equal(0, await Value(device, 0, 512));
    }

    /// <summary>A large range is cleared at once if the server says that this is fast, else in pieces.</summary>
    [Fact]
    public async Task FAST_ZERO_is_asked_for_large_ranges_and_given_up_when_refused()
    {
        const long length = 96 << 20;
        await using ToyServer server = new ToyServer(length)
        {
            Flags = 1 | 4 | 64 | 2048,
            Error = request => (request.Flags & 16) != 0 ? 95u : 0,
        }.Start();
        await using NbdClientDevice device = Open(server, Options(length));
        Assert.Equal(IoStatus.Success, await device.ZeroAsync(0, length, WriteFlags.NoHole, TestWorld.Token));
        Assert.Equal([(18, (uint)length), (2, 32u << 20), (2, 32u << 20), (2, 32u << 20)],
            server.SeenOf(6).Select(request => ((int)request.Flags, request.Length)));
        Assert.Equal(IoStatus.Success, await device.DiscardAsync(0, 512, TestWorld.Token));
        Assert.Equal(0, server.SeenOf(6)[^1].Flags);
    }

    [Fact]
    public async Task Requests_are_no_longer_than_the_server_allows()
    {
        await using ToyServer server = new ToyServer { Blocks = (512, 66000) }.Start();
        await using NbdClientDevice device = Open(server);
        byte[] data = TestWorld.Bytes(1, 200 << 10);
        await TestWorld.Write(device, 512, data);
        Assert.Equal(data, await TestWorld.Content(device, 512, data.Length));
        Assert.Equal(66000 / 512 * 512, server.SeenOf(1).Max(request => (int)request.Length));
        Assert.Equal(data.Length, server.SeenOf(1).Sum(request => request.Length));
        Assert.All(server.SeenOf(1), request => Assert.Equal(0, (request.Offset | request.Length) % 512));
    }

    [Theory]
    [InlineData(4096, 1 << 20, "4096 bytes only")]
    [InlineData(0, 1 << 20, "make no sense")]
    [InlineData(3, 1 << 20, "make no sense")]
    [InlineData(1, 511, "make no sense")]
    public async Task An_export_with_unusable_blocks_is_refused(uint minimum, uint maximum, string words)
    {
        await using ToyServer server = new ToyServer { Blocks = (minimum, maximum) }.Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.NotReachable, await device.ConnectAsync());
        Assert.Contains(words, device.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_that_is_too_small_is_refused_and_one_that_is_larger_is_not()
    {
        await using ToyServer server = new ToyServer(Length).Start();
        await using NbdClientDevice large = Open(server, Options(Length + 512));
        Assert.Equal(IoStatus.NotReachable, await large.ConnectAsync());
        Assert.Contains("are needed", large.Problem, StringComparison.Ordinal);
        await using NbdClientDevice small = Open(server, Options(Length - 512));
        Assert.Equal(IoStatus.Success, await small.ConnectAsync());
        Assert.Equal(Length - 512, small.Length);
    }

    [Fact]
    public async Task A_read_only_export_is_never_written_to()
    {
        await using ToyServer server = new ToyServer { Flags = 1 | 2 | 4 }.Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.ReadOnly, await Write(device, 0, 1));
        Assert.Equal(IoStatus.ReadOnly, await device.DiscardAsync(0, 512, TestWorld.Token));
        Assert.Equal(0, await Value(device, 0));
        Assert.Empty(server.SeenOf(1));
    }

    [Theory]
    [InlineData(1u, IoStatus.ReadOnly)]
    [InlineData(5u, IoStatus.MediaError)]
    [InlineData(12u, IoStatus.MediaError)]
    [InlineData(22u, IoStatus.MediaError)]
    [InlineData(28u, IoStatus.NoSpace)]
    [InlineData(75u, IoStatus.MediaError)]
    [InlineData(4711u, IoStatus.MediaError)]
    public async Task An_error_of_the_server_is_a_status(uint error, IoStatus status)
    {
        bool isBad = true;
        await using ToyServer server = new ToyServer { Error = _ => isBad ? error : 0 }.Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(status, await Write(device, 0, 1));
        Assert.Equal(status, await device.ReadAsync(0, new byte[512], TestWorld.Token));
        isBad = false;
        Assert.Equal(IoStatus.Success, await Write(device, 0, 1));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_flush_that_failed_fails_until_the_device_is_opened_again()
    {
        bool isBad = true;
        await using ToyServer server = new ToyServer { Error = request => request.Command == 3 && isBad ? 5u : 0 };
        server.Start();
        await using NbdClientDevice device = Open(server);
        Assert.Equal(IoStatus.Success, await Write(device, 0, 1));
        Assert.Equal(IoStatus.MediaError, await Flush(device));
        isBad = false;
        Assert.Equal(IoStatus.MediaError, await Flush(device));
        Assert.Single(server.SeenOf(3));
        Assert.Equal(1, await Value(device, 0));
        server.Crash();
        server.Start();
        Assert.Equal(IoStatus.NotReachable, await device.ReadAsync(0, new byte[512], TestWorld.Token));
    }

    /// <summary>Unflushed writes are bounded: the device flushes by itself, and writes wait for it.</summary>
    [Fact]
    public async Task The_device_flushes_by_itself_before_it_keeps_too_much()
    {
        await using ToyServer server = new ToyServer().Start();
        await using NbdClientDevice device = Open(server, Options() with { MaximumUnflushedBytes = 64 << 10 });
        for (int index = 0; index < 64; index++)
        {
            Assert.Equal(IoStatus.Success, await Write(device, index * 4096L, 6));
        }

        Assert.InRange(server.SeenOf(3).Count, 3, 64);
        server.Crash();
        int before = server.SeenOf(1).Count;
        server.Start();
        Assert.Equal(6, await Value(device, 0, 64 * 4096));
        Assert.InRange(server.SeenOf(1).Count - before, 0, 17);
    }

    [Theory]
    [InlineData(1u, 1)]
    [InlineData(1u | 256u, 3)]
    public async Task Several_connections_are_used_where_the_server_keeps_them_consistent(uint flags, int expected)
    {
        await using ToyServer server = new ToyServer { Flags = (ushort)flags }.Start();
        await using NbdClientDevice device = Open(server, Options() with { Connections = 3 });
        for (int index = 0; index < 6; index++)
        {
            Assert.Equal(0, await Value(device, 0, 512));
        }

        Assert.Equal(expected, server.SeenOf(0).Select(request => request.Connection).Distinct().Count());
    }
}
