using VolMgr.Blocks;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>The handshake byte by byte (NBD protocol, Newstyle negotiation and Option types).</summary>
public sealed class HandshakeTests
{
    // HAS_FLAGS, SEND_FLUSH, SEND_FUA, SEND_TRIM, SEND_WRITE_ZEROES, CAN_MULTI_CONN, SEND_CACHE, SEND_FAST_ZERO
    private const string SimpleFlags = "0D6D";

    // and SEND_DF
    private const string StructuredFlags = "0DED";

    // HAS_FLAGS, READ_ONLY, SEND_FLUSH, SEND_FUA, CAN_MULTI_CONN, SEND_CACHE
    private const string ReadOnlyFlags = "050F";

    private const string BlockSize512 = "0003 00000200 00001000 02000000";

    private readonly Exports _exports = new Exports()
        .Add("g/v", new MemoryDevice(1 << 20), description: "a volume")
        .Add("g/w", new MemoryDevice(4096), isReadOnly: true);

    private async Task<Peer> ConnectAsync() => await Peer.Connect(_exports).GreetAsync();

    [Fact]
    public async Task A_client_with_unknown_flags_is_left()
    {
        await using Peer peer = await Peer.Connect(_exports).GreetAsync("00000004");
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task EXPORT_NAME_answers_size_flags_and_zeroes()
    {
        await using Peer peer = await Peer.Connect(_exports).GreetAsync("00000001");
        await peer.SendAsync(Wire.Option(1, "'g/v'"));
        await peer.ExpectAsync($"0000000000100000 {SimpleFlags} 00*124");
    }

    [Fact]
    public async Task EXPORT_NAME_leaves_the_zeroes_out_when_both_sides_agree()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(1, "'g/w'"));
        await peer.ExpectAsync($"0000000000001000 {ReadOnlyFlags}");
        await peer.SendAsync("25609513 0000 0003 0000000000000001 0000000000000000 00000000");
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
    }

    [Fact]
    public async Task EXPORT_NAME_of_a_client_before_fixed_newstyle_is_served()
    {
        await using Peer peer = await Peer.Connect(_exports).GreetAsync("00000000");
        await peer.SendAsync(Wire.Option(1, "'g/v'"));
        await peer.ExpectAsync($"0000000000100000 {SimpleFlags} 00*124");
    }

    [Fact]
    public async Task Any_other_option_of_a_client_before_fixed_newstyle_ends_the_connection()
    {
        await using Peer peer = await Peer.Connect(_exports).GreetAsync("00000000");
        await peer.SendAsync(Wire.Option(3));
        await peer.ExpectEndAsync();
    }

    [Theory]
    [InlineData("'nothing'")]
    [InlineData("FF")]
    [InlineData("'g/v' 00")]
    [InlineData("61*4097")]
    public async Task EXPORT_NAME_that_cannot_be_served_ends_the_connection(string name)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(1, name));
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task ABORT_is_acknowledged_and_ends_the_connection()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(2, "'any_data'"));
        await peer.ExpectAsync(Wire.Reply(2, 1));
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task LIST_names_every_export_with_its_description()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(3));
        await peer.ExpectAsync(Wire.Reply(3, 2, "00000003 'g/v' 'a_volume'"));
        await peer.ExpectAsync(Wire.Reply(3, 2, "00000003 'g/w'"));
        await peer.ExpectAsync(Wire.Reply(3, 1));
    }

    [Fact]
    public async Task INFO_tells_what_was_asked_for_and_GO_begins_the_transmission()
    {
        await using Peer peer = await ConnectAsync();
        foreach (uint option in new uint[] { 6, 7 })
        {
            await peer.SendAsync(Wire.Option(option, "00000003 'g/v' 0003 0001 0002 0003"));
            await peer.ExpectAsync(Wire.Reply(option, 3, $"0000 0000000000100000 {SimpleFlags}"));
            await peer.ExpectAsync(Wire.Reply(option, 3, "0001 'g/v'"));
            await peer.ExpectAsync(Wire.Reply(option, 3, "0002 'a_volume'"));
            await peer.ExpectAsync(Wire.Reply(option, 3, BlockSize512));
            await peer.ExpectAsync(Wire.Reply(option, 1));
        }

        await peer.SendAsync("25609513 0000 0000 0000000000000007 0000000000000000 00000010");
        await peer.ExpectAsync("67446698 00000016 0000000000000007");
    }

    [Fact]
    public async Task INFO_without_questions_tells_the_export_and_its_blocks()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(6, "00000003 'g/w' 0000"));
        await peer.ExpectAsync(Wire.Reply(6, 3, $"0000 0000000000001000 {ReadOnlyFlags}"));
        await peer.ExpectAsync(Wire.Reply(6, 3, BlockSize512));
        await peer.ExpectAsync(Wire.Reply(6, 1));
    }

    [Fact]
    public async Task The_default_export_tells_its_name()
    {
        await using Peer peer = await Peer.Connect(new Exports().Add("g/v", new MemoryDevice(4096))).GreetAsync();
        await peer.SendAsync(Wire.Option(6, "00000000 0000"));
        await peer.ExpectAsync(Wire.Reply(6, 3, $"0000 0000000000001000 {SimpleFlags}"));
        await peer.ExpectAsync(Wire.Reply(6, 3, "0001 'g/v'"));
        await peer.ExpectAsync(Wire.Reply(6, 3, BlockSize512));
        await peer.ExpectAsync(Wire.Reply(6, 1));
    }

    [Fact]
    public async Task A_device_of_bytes_is_offered_at_every_byte()
    {
        Exports exports = new Exports().Add("g/v", new ByteMemoryDevice(4096));
        await using Peer peer = await Peer.Connect(exports).GreetAsync();
        await peer.SendAsync(Wire.Option(6, "00000003 'g/v' 0001 0003"));
        await peer.ExpectAsync(Wire.Reply(6, 3, $"0000 0000000000001000 {SimpleFlags}"));
        await peer.ExpectAsync(Wire.Reply(6, 3, "0003 00000001 00001000 02000000"));
        await peer.ExpectAsync(Wire.Reply(6, 1));
    }

    [Fact]
    public async Task An_unknown_export_is_ERR_UNKNOWN_and_the_connection_lives()
    {
        await using Peer peer = await ConnectAsync();
        foreach (uint option in new uint[] { 6, 7 })
        {
            await peer.SendAsync(Wire.Option(option, "00000003 'g/x' 0000"));
            await peer.ExpectAsync(Wire.Reply(option, 0x80000006, "'there_is_no_such_export'"));
        }

        await ExpectAliveAsync(peer);
    }

    [Theory]
    [InlineData(3u, "00")]
    [InlineData(5u, "00")]
    [InlineData(6u, "")]
    [InlineData(6u, "0000")]
    [InlineData(6u, "00000004 'g/v' 0000")]
    [InlineData(7u, "FFFFFFFF 'g/v' 0000")]
    [InlineData(7u, "00000003 'g/v' 0002 0000")]
    [InlineData(7u, "00000003 'g/v' 0000 00")]
    [InlineData(7u, "00000003 FFFEFD 0000")]
    [InlineData(7u, "00001001 61*4097 0000")]
    [InlineData(8u, "00")]
    [InlineData(11u, "00")]
    public async Task Data_that_contradicts_itself_is_ERR_INVALID_and_the_connection_lives(uint option, string data)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(option, data));
        await peer.ExpectAsync(Wire.Reply(option, 0x80000003, "'the_data_of_the_option_is_not_valid'"));
        await ExpectAliveAsync(peer);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(4u)]
    [InlineData(12u)]
    [InlineData(0xFFFFFFFFu)]
    public async Task An_unknown_option_is_ERR_UNSUP_and_the_connection_lives(uint option)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(option, "61*100000"));
        await peer.ExpectAsync(Wire.Reply(option, 0x80000001, "'unknown_option'"));
        await ExpectAliveAsync(peer);
    }

    [Fact]
    public async Task An_option_that_is_too_long_is_ERR_TOO_BIG_and_the_connection_lives()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(7, "00*65537"));
        await peer.ExpectAsync(Wire.Reply(7, 0x80000009, "'the_option_is_too_long'"));
        await ExpectAliveAsync(peer);
    }

    [Fact]
    public async Task An_option_that_nobody_would_skip_ends_the_connection()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"{Wire.OptionMagic} 00000007 02000001");
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task A_wrong_magic_ends_the_connection()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("49484156454F5055 00000003 00000000");
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task STARTTLS_without_a_certificate_is_ERR_POLICY()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(5));
        await peer.ExpectAsync(Wire.Reply(5, 0x80000002, "'this_server_does_not_use_TLS'"));
        await ExpectAliveAsync(peer);
    }

    [Fact]
    public async Task STRUCTURED_REPLY_turns_SEND_DF_on()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(8));
        await peer.ExpectAsync(Wire.Reply(8, 1));
        await peer.SendAsync(Wire.Option(1, "'g/v'"));
        await peer.ExpectAsync($"0000000000100000 {StructuredFlags}");
    }

    [Fact]
    public async Task EXTENDED_HEADERS_take_precedence_over_STRUCTURED_REPLY()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(11));
        await peer.ExpectAsync(Wire.Reply(11, 1));
        await peer.SendAsync(Wire.Option(8));
        await peer.ExpectAsync(Wire.Reply(8, 0x8000000A, "'extended_headers_are_in_use'"));
        await peer.SendAsync(Wire.Option(1, "'g/v'"));
        await peer.ExpectAsync($"0000000000100000 {StructuredFlags}");
        await peer.SendAsync("21E41C71 0000 0003 0000000000000001 0000000000000000 0000000000000000");
        await peer.ExpectAsync("6E8A278C 0001 0000 0000000000000001 0000000000000000 0000000000000000");
    }

    private static async Task ExpectAliveAsync(Peer peer)
    {
        await peer.SendAsync(Wire.Option(3));
        await peer.ExpectAsync(Wire.Reply(3, 2, "00000003 'g/v' 'a_volume'"));
        await peer.ExpectAsync(Wire.Reply(3, 2, "00000003 'g/w'"));
        await peer.ExpectAsync(Wire.Reply(3, 1));
    }
}
