using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>Structured replies byte by byte.</summary>
public sealed class StructuredTransmissionTests
{
    private readonly MemoryDevice _memory = new(1 << 20);

    private Task<Peer> ConnectAsync(params string[] contexts) => Peer.Connect(new Exports().Add(
        "v", _memory, contexts: new StripedContext("x-volmgr:resync", 4096, 2)))
        .GoAsync(HeaderStyle.Structured, contexts);

    [Fact]
    public async Task A_small_read_is_one_chunk_of_data()
    {
        await TestWorld.Write(_memory, 512, Wire.Bytes("5A*512"));
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000000200 00000200");
        await peer.ExpectAsync("668E33EF 0001 0001 0000000000000001 00000208 0000000000000200 5A*512");
    }

    [Fact]
    public async Task A_long_read_says_where_the_holes_are()
    {
        await TestWorld.Write(_memory, 8192, Wire.Bytes("5A*4096"));
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000001000 00010000");
        await peer.ExpectAsync("668E33EF 0000 0002 0000000000000001 0000000C 0000000000001000 00001000");
        await peer.ExpectAsync("668E33EF 0000 0001 0000000000000001 00001008 0000000000002000 5A*4096");
        await peer.ExpectAsync("668E33EF 0001 0002 0000000000000001 0000000C 0000000000003000 0000E000");
    }

    [Fact]
    public async Task DF_gets_one_chunk_with_the_zeroes_in_it()
    {
        await TestWorld.Write(_memory, 8192, Wire.Bytes("5A*4096"));
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0004 0000 0000000000000001 0000000000001000 00010000");
        await peer.ExpectAsync(
            "668E33EF 0001 0001 0000000000000001 00010008 0000000000001000 00*4096 5A*4096 00*57344");
    }

    [Fact]
    public async Task DF_of_a_hole_is_one_hole()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0004 0000 0000000000000001 0000000000000000 00100000");
        await peer.ExpectAsync("668E33EF 0001 0002 0000000000000001 0000000C 0000000000000000 00100000");
    }

    [Fact]
    public async Task A_read_of_very_many_extents_ends_with_data()
    {
        for (int page = 0; page < 256; page += 2)
        {
            await TestWorld.Write(_memory, page * 4096, Wire.Bytes("5A*4096"));
        }

        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000000000 00100000");
        for (int extent = 0; extent < 63; extent += 2)
        {
            string offset = $"{extent * 4096:X16}";
            await peer.ExpectAsync($"668E33EF 0000 0001 0000000000000001 00001008 {offset} 5A*4096");
            if (extent + 1 < 63)
            {
                string hole = $"{(extent + 1) * 4096:X16}";
                await peer.ExpectAsync($"668E33EF 0000 0002 0000000000000001 0000000C {hole} 00001000");
            }
        }

        await peer.ExpectAsync("668E33EF 0001 0001 0000000000000001 000C1008 000000000003F000 00*4096");
        Assert.Equal(await TestWorld.Content(_memory, 64 * 4096, 192 * 4096), await peer.ReadAsync(192 * 4096));
    }

    [Fact]
    public async Task A_read_of_nothing_is_a_chunk_of_nothing()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000000200 00000000");
        await peer.ExpectAsync("668E33EF 0001 0000 0000000000000001 00000000");
    }

    [Fact]
    public async Task A_refused_read_tells_why()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000100000 00000200");
        await peer.ExpectAsync(
            "668E33EF 0001 8001 0000000000000001 00000026 00000016 0020 'the_range_reaches_beyond_the_end'");
    }

    [Theory]
    [InlineData(512)]
    [InlineData(20480)]
    [InlineData(65536)]
    public async Task A_read_that_fails_is_one_error_and_no_data(int length)
    {
        FaultDevice faulty = new(_memory);
        faulty.Add(FaultRule.Always(DeviceOperations.Read));
        await TestWorld.Write(_memory, 0, new byte[65536]);
        await using Peer peer = await Peer.Connect(new Exports().Add("v", faulty)).GoAsync(HeaderStyle.Structured);
        await peer.SendAsync($"25609513 0000 0000 0000000000000001 0000000000000000 {length:X8}");
        await peer.ExpectAsync(
            "668E33EF 0001 8001 0000000000000001 0000002A 00000005 0024 'the_medium_cannot_be_read_or_written'");
    }

    [Fact]
    public async Task A_write_is_acknowledged_without_a_chunk()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0001 0000000000000001 0000000000000000 00000200 5A*512");
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
    }

    [Fact]
    public async Task BLOCK_STATUS_tells_holes_and_zeroes()
    {
        await TestWorld.Write(_memory, 8192, Wire.Bytes("5A*4096"));
        await using Peer peer = await ConnectAsync("base:allocation");
        await peer.SendAsync("25609513 0000 0007 0000000000000001 0000000000001000 00010000");
        await peer.ExpectAsync(
            "668E33EF 0001 0005 0000000000000001 0000001C 00000001" +
            " 00001000 00000003 00001000 00000000 0000E000 00000003");
    }

    [Fact]
    public async Task BLOCK_STATUS_of_several_contexts_is_a_chunk_for_each()
    {
        await using Peer peer = await ConnectAsync("base:allocation", "x-volmgr:resync");
        await peer.SendAsync("25609513 0000 0007 0000000000000001 0000000000000000 00002000");
        await peer.ExpectAsync("668E33EF 0000 0005 0000000000000001 0000000C 00000001 00002000 00000003");
        await peer.ExpectAsync(
            "668E33EF 0001 0005 0000000000000001 00000014 00000002 00001000 00000000 00001000 00000002");
    }

    [Fact]
    public async Task REQ_ONE_gets_one_extent_within_the_range()
    {
        await using Peer peer = await ConnectAsync("base:allocation", "x-volmgr:resync");
        await peer.SendAsync("25609513 0008 0007 0000000000000001 0000000000000200 00002000");
        await peer.ExpectAsync("668E33EF 0000 0005 0000000000000001 0000000C 00000001 00002000 00000003");
        await peer.ExpectAsync("668E33EF 0001 0005 0000000000000001 0000000C 00000002 00000E00 00000000");
    }

    [Theory]
    [InlineData("0000000000000000 00000000", "'the_range_is_empty'")]
    [InlineData("00000000000FFE00 00000400", "'the_range_reaches_beyond_the_end'")]
    public async Task A_bad_status_range_is_EINVAL(string range, string message)
    {
        await using Peer peer = await ConnectAsync("base:allocation");
        await peer.SendAsync($"25609513 0000 0007 0000000000000001 {range}");
        int length = Wire.Bytes(message).Length;
        await peer.ExpectAsync(
            $"668E33EF 0001 8001 0000000000000001 {length + 6:X8} 00000016 {length:X4} {message}");
    }

    [Fact]
    public async Task A_context_that_fails_is_an_error_and_no_chunk()
    {
        StripedContext broken = new("x-volmgr:resync", 4096, 1) { Status = IoStatus.NotReachable };
        await using Peer peer = await Peer.Connect(new Exports().Add("v", _memory, contexts: broken))
            .GoAsync(HeaderStyle.Structured, "base:allocation", "x-volmgr:resync");
        await peer.SendAsync("25609513 0000 0007 0000000000000001 0000000000000000 00002000");
        await peer.ExpectAsync(
            "668E33EF 0001 8001 0000000000000001 00000022 00000005 001C 'the_device_cannot_be_reached'");
    }

    [Fact]
    public async Task A_wide_status_needs_extended_headers()
    {
        StripedContext wide = new("x-volmgr:wide", 4096, 1UL << 32);
        await using Peer peer = await Peer.Connect(new Exports().Add("v", _memory, contexts: wide))
            .GoAsync(HeaderStyle.Structured, "x-volmgr:wide");
        await peer.SendAsync("25609513 0000 0007 0000000000000001 0000000000000000 00002000");
        await peer.ExpectAsync(
            "668E33EF 0001 8001 0000000000000001 00000028 00000005 0022 'this_status_needs_extended_headers'");
    }
}
