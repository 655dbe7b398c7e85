using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>Extended headers byte by byte: 64 bits of length, payloads that say so, filtered status.</summary>
public sealed class ExtendedTransmissionTests
{
    private const string Zero = "0000000000000000";
    private const string Cookie = "0000000000000001";

    /// <summary>Larger than 32 bits can tell.</summary>
    private const long Length = 1L << 40;

    private readonly MemoryDevice _memory = new(Length);

    private Task<Peer> ConnectAsync(params string[] contexts) => Peer.Connect(new Exports().Add(
        "v", _memory, contexts: [new StripedContext("x-volmgr:resync", Length / 2, 1UL << 40)]))
        .GoAsync(HeaderStyle.Extended, contexts);

    [Fact]
    public async Task WRITE_then_READ()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 0020 0001 {Cookie} 0000000000001000 0000000000000200 5A*512");
        await peer.ExpectAsync($"6E8A278C 0001 0000 {Cookie} 0000000000001000 {Zero}");
        await peer.SendAsync($"21E41C71 0000 0000 {Cookie} 0000000000000E00 0000000000000400");
        await peer.ExpectAsync(
            $"6E8A278C 0001 0001 {Cookie} 0000000000000E00 0000000000000408 0000000000000E00 00*512 5A*512");
    }

    [Fact]
    public async Task A_status_of_countless_equal_extents_ends_early()
    {
        Exports exports = new Exports().Add("v", _memory, contexts: [new StripedContext("x-volmgr:resync", 512, 0)]);
        await using Peer peer = await Peer.Connect(exports).GoAsync(HeaderStyle.Extended, "x-volmgr:resync");
        await peer.SendAsync($"21E41C71 0008 0007 {Cookie} {Zero} 0000010000000000");
        await peer.ExpectAsync($"6E8A278C 0001 0006 {Cookie} {Zero} 0000000000000018 00000001 00000001");
        await peer.ExpectAsync($"0000000000200000 {Zero}");
    }

    [Fact]
    public async Task A_long_read_says_where_the_holes_are()
    {
        await TestWorld.Write(_memory, 8192, Wire.Bytes("5A*4096"));
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 0000 0000 {Cookie} 0000000000001000 0000000000010000");
        string head = $"{Cookie} 0000000000001000";
        await peer.ExpectAsync($"6E8A278C 0000 0002 {head} 000000000000000C 0000000000001000 00001000");
        await peer.ExpectAsync($"6E8A278C 0000 0001 {head} 0000000000001008 0000000000002000 5A*4096");
        await peer.ExpectAsync($"6E8A278C 0001 0002 {head} 000000000000000C 0000000000003000 0000E000");
    }

    [Theory]
    [InlineData("0000 0004")]
    [InlineData("0010 0006")]
    public async Task Half_a_terabyte_is_cleared_by_one_request(string command)
    {
        await TestWorld.Write(_memory, 8192, Wire.Bytes("5A*4096"));
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 {command} {Cookie} {Zero} 0000008000000000");
        await peer.ExpectAsync($"6E8A278C 0001 0000 {Cookie} {Zero} {Zero}");
        Assert.Equal(0, _memory.AllocatedBytes);
    }

    [Fact]
    public async Task BLOCK_STATUS_tells_extents_and_flags_of_64_bits()
    {
        await using Peer peer = await ConnectAsync("base:allocation", "x-volmgr:resync");
        await peer.SendAsync($"21E41C71 0000 0007 {Cookie} {Zero} 0000010000000000");
        await peer.ExpectAsync(
            $"6E8A278C 0000 0006 {Cookie} {Zero} 0000000000000018 00000001 00000001" +
            " 0000010000000000 0000000000000003");
        await peer.ExpectAsync(
            $"6E8A278C 0001 0006 {Cookie} {Zero} 0000000000000028 00000002 00000002" +
            " 0000008000000000 0000000000000000 0000008000000000 0000010000000000");
    }

    [Fact]
    public async Task BLOCK_STATUS_with_a_payload_is_filtered()
    {
        await using Peer peer = await ConnectAsync("base:allocation", "x-volmgr:resync");
        await peer.SendAsync(
            $"21E41C71 0020 0007 {Cookie} {Zero} 000000000000000C 0000000000002000 00000002");
        await peer.ExpectAsync(
            $"6E8A278C 0001 0006 {Cookie} {Zero} 0000000000000018 00000002 00000001" +
            " 0000000000002000 0000000000000000");
        await peer.SendAsync(
            $"21E41C71 0028 0007 {Cookie} {Zero} 0000000000000010 0000010000000000 00000002 00000001");
        await peer.ExpectAsync(
            $"6E8A278C 0000 0006 {Cookie} {Zero} 0000000000000018 00000002 00000001" +
            " 0000008000000000 0000000000000000");
        await peer.ExpectAsync(
            $"6E8A278C 0001 0006 {Cookie} {Zero} 0000000000000018 00000001 00000001" +
            " 0000010000000000 0000000000000003");
    }

    [Theory]
    [InlineData("0000000000000008 0000000000002000")] // no context
    [InlineData("000000000000000C 0000000000002000 00000003")] // an unknown one
    [InlineData("0000000000000010 0000000000002000 00000001 00000001")] // one twice
    [InlineData("0000000000000014 0000000000002000 00000001 00000002 00000001")] // more than there are
    [InlineData("000000000000000D 0000000000002000 00000001 00")] // not whole
    [InlineData("0000000000000004 00000001")] // no length
    public async Task A_payload_that_lists_the_wrong_contexts_is_EINVAL(string payload)
    {
        await using Peer peer = await ConnectAsync("base:allocation", "x-volmgr:resync");
        await peer.SendAsync($"21E41C71 0020 0007 {Cookie} {Zero} {payload}");
        await ExpectErrorAsync(peer, Zero, "00000016", "'the_list_of_contexts_is_not_valid'");
        await ExpectAliveAsync(peer);
    }

    [Theory]
    [InlineData("0000000000000000", "'the_range_is_empty'")]
    [InlineData("0000010000000200", "'the_range_reaches_beyond_the_end'")]
    [InlineData("FFFFFFFFFFFFFE00", "'the_range_reaches_beyond_the_end'")]
    public async Task A_payload_with_a_bad_range_is_EINVAL(string length, string message)
    {
        await using Peer peer = await ConnectAsync("base:allocation");
        await peer.SendAsync($"21E41C71 0020 0007 {Cookie} {Zero} 000000000000000C {length} 00000001");
        await ExpectErrorAsync(peer, Zero, "00000016", message);
        await ExpectAliveAsync(peer);
    }

    [Fact]
    public async Task A_status_payload_without_contexts_is_refused_after_it()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 0020 0007 {Cookie} {Zero} 000000000000000C 0000000000002000 00000001");
        await ExpectErrorAsync(peer, Zero, "00000016", "'a_flag_does_not_belong_to_this_command'");
        await ExpectAliveAsync(peer);
    }

    [Fact]
    public async Task A_write_that_does_not_count_its_payload_has_none()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 0000 0001 {Cookie} {Zero} 0000000000000200");
        await ExpectErrorAsync(peer, Zero, "00000016", "'an_extended_write_must_count_its_payload'");
        await ExpectAliveAsync(peer);
    }

    [Theory]
    [InlineData("0020 0000")]
    [InlineData("0020 0003")]
    [InlineData("0020 0004")]
    [InlineData("0020 0006")]
    public async Task A_payload_that_does_not_belong_is_taken_and_refused(string command)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 {command} {Cookie} {Zero} 0000000000010000");
        await peer.SendAsync(new byte[65536]);
        await ExpectErrorAsync(peer, Zero, "00000016", "'a_flag_does_not_belong_to_this_command'");
        await ExpectAliveAsync(peer);
    }

    [Theory]
    [InlineData("0020 0001", "0000000002000001")]
    [InlineData("0020 0007", "0000000100000000")]
    [InlineData("0020 0003", "FFFFFFFFFFFFFFFF")]
    public async Task A_payload_of_more_than_32_MiB_ends_the_connection(string command, string length)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 {command} {Cookie} {Zero} {length}");
        await peer.ExpectEndAsync();
    }

    [Theory]
    [InlineData("0000 0000", Zero, "0000000002000001", "00000016", "'offset_and_length_must_be_multiples_of_512'")]
    [InlineData("0000 0000", Zero, "0000000002000200", "00000016", "'longer_than_the_maximum_of_32_MiB'")]
    [InlineData("0000 0000", Zero, "8000000000000000", "00000016", "'the_range_reaches_beyond_the_end'")]
    [InlineData("0000 0004", "0000000000000200", "0000010000000000", "00000016", "'the_range_reaches_beyond_the_end'")]
    [InlineData("0000 0004", "0000000000000200", "FFFFFFFFFFFFFE00", "00000016", "'the_range_reaches_beyond_the_end'")]
    [InlineData("0000 0006", "FFFFFFFFFFFFFE00", "FFFFFFFFFFFFFE00", "0000001C", "'the_range_reaches_beyond_the_end'")]
    [InlineData("0000 0063", Zero, "FFFFFFFFFFFFFFFF", "00000016", "'unknown_command'")]
    public async Task A_range_of_64_bits_is_checked(
        string command, string offset, string length, string error, string message)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"21E41C71 {command} {Cookie} {offset} {length}");
        await ExpectErrorAsync(peer, offset, error, message);
        await ExpectAliveAsync(peer);
    }

    [Fact]
    public async Task A_compact_request_is_not_a_request_here()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"25609513 0000 0000 {Cookie} {Zero} 0000000000000200");
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task The_flag_of_status_payloads_needs_contexts()
    {
        await using Peer peer = await Peer.Connect(new Exports().Add("v", _memory)).GreetAsync();
        await peer.SendAsync(Wire.Option(11));
        await peer.ExpectAsync(Wire.Reply(11, 1));
        await peer.SendAsync(Wire.Option(10, $"{Wire.Text("v")} 00000001 {Wire.Text("base:allocation")}"));
        await peer.ExpectAsync(Wire.Reply(10, 4, "00000001 'base:allocation'") + Wire.Reply(10, 1));
        await peer.SendAsync(Wire.Option(1, "'v'"));
        await peer.ExpectAsync("0000010000000000 1DED");
    }

    private static async Task ExpectErrorAsync(Peer peer, string offset, string error, string message)
    {
        int length = Wire.Bytes(message).Length;
        await peer.ExpectAsync(
            $"6E8A278C 0001 8001 {Cookie} {offset} {length + 6:X16} {error} {length:X4} {message}");
    }

    private static async Task ExpectAliveAsync(Peer peer)
    {
        await peer.SendAsync($"21E41C71 0000 0003 00000000000000AA {Zero} {Zero}");
        await peer.ExpectAsync($"6E8A278C 0001 0000 00000000000000AA {Zero} {Zero}");
    }
}
