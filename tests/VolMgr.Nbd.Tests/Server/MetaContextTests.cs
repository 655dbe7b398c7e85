using VolMgr.Blocks;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>NBD_OPT_LIST_META_CONTEXT and NBD_OPT_SET_META_CONTEXT byte by byte.</summary>
public sealed class MetaContextTests
{
    private readonly Exports _exports = new Exports().Add(
        "g/v", new MemoryDevice(1 << 20), contexts: new StripedContext("x-volmgr:resync", 4096, 1));

    private async Task<Peer> ConnectAsync()
    {
        Peer peer = await Peer.Connect(_exports).GreetAsync();
        await peer.SendAsync(Wire.Option(8));
        await peer.ExpectAsync(Wire.Reply(8, 1));
        return peer;
    }

    [Theory]
    [InlineData(9u)]
    [InlineData(10u)]
    public async Task Contexts_need_structured_replies_first(uint option)
    {
        await using Peer peer = await Peer.Connect(_exports).GreetAsync();
        await peer.SendAsync(Wire.Option(option, Query()));
        await peer.ExpectAsync(
            Wire.Reply(option, 0x80000003, "'structured_replies_or_extended_headers_come_first'"));
    }

    [Theory]
    [InlineData("", "base:allocation", "x-volmgr:resync")]
    [InlineData("base:", "base:allocation")]
    [InlineData("x-volmgr:", "x-volmgr:resync")]
    [InlineData("base:allocation", "base:allocation")]
    [InlineData("base:alloc")]
    [InlineData("qemu:dirty-bitmap:b")]
    [InlineData("x-volmgr:resync|base:", "base:allocation", "x-volmgr:resync")]
    public async Task LIST_answers_names_and_wildcards(string queries, params string[] found)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(9, Query(Split(queries))));
        foreach (string name in found)
        {
            await peer.ExpectAsync(Wire.Reply(9, 4, $"00000000 '{name}'"));
        }

        await peer.ExpectAsync(Wire.Reply(9, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("base:")]
    [InlineData("x-other:thing")]
    [InlineData("base:allocation", "base:allocation")]
    [InlineData("x-volmgr:resync|base:allocation|base:allocation", "base:allocation", "x-volmgr:resync")]
    public async Task SET_selects_exact_names_once_and_numbers_them(string queries, params string[] selected)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(10, Query(Split(queries))));
        for (int i = 0; i < selected.Length; i++)
        {
            await peer.ExpectAsync(Wire.Reply(10, 4, $"{i + 1:X8} '{selected[i]}'"));
        }

        await peer.ExpectAsync(Wire.Reply(10, 1));
    }

    [Theory]
    [InlineData("00000003 'g/v' 00000001")]
    [InlineData("00000003 'g/v' 00000001 00000010 'base:allocation'")]
    [InlineData("00000003 'g/v' 00000000 00")]
    [InlineData("00000003 'g/v' FFFFFFFF")]
    [InlineData("00000003 'g/v' 00000001 00000004 'base'")]
    [InlineData("00000003 'g/v' 00000001 00000006 'base:' 00")]
    [InlineData("80000000 'g/v' 00000000")]
    public async Task Queries_that_contradict_themselves_are_ERR_INVALID(string data)
    {
        await using Peer peer = await ConnectAsync();
        foreach (uint option in new uint[] { 9, 10 })
        {
            await peer.SendAsync(Wire.Option(option, data));
            await peer.ExpectAsync(Wire.Reply(option, 0x80000003, "'the_data_of_the_option_is_not_valid'"));
        }
    }

    [Fact]
    public async Task An_unknown_export_is_ERR_UNKNOWN()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(10, $"{Wire.Text("g/x")} 00000000"));
        await peer.ExpectAsync(Wire.Reply(10, 0x80000006, "'there_is_no_such_export'"));
    }

    [Fact]
    public async Task A_SET_that_fails_leaves_nothing_selected()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(10, Query("base:allocation")));
        await peer.ExpectAsync(Wire.Reply(10, 4, "00000001 'base:allocation'") + Wire.Reply(10, 1));
        await peer.SendAsync(Wire.Option(10, "00"));
        await peer.ExpectAsync(Wire.Reply(10, 0x80000003, "'the_data_of_the_option_is_not_valid'"));
        await GoAndAskAsync(peer);
    }

    [Fact]
    public async Task Contexts_of_another_export_are_not_selected()
    {
        _exports.Add("g/w", new MemoryDevice(4096));
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(Wire.Option(10, $"{Wire.Text("g/w")} 00000001 {Wire.Text("base:allocation")}"));
        await peer.ExpectAsync(Wire.Reply(10, 4, "00000001 'base:allocation'") + Wire.Reply(10, 1));
        await GoAndAskAsync(peer);
    }

    private static string[] Split(string queries) => queries.Length == 0 ? [] : queries.Split('|');

    private static string Query(params string[] queries) =>
        $"{Wire.Text("g/v")} {queries.Length:X8} {string.Concat(queries.Select(Wire.Text))}";

    /// <summary>A status question without contexts is EINVAL.</summary>
    private static async Task GoAndAskAsync(Peer peer)
    {
        await peer.SendAsync(Wire.Option(1, "'g/v'"));
        await peer.ReadAsync(10);
        await peer.SendAsync("25609513 0000 0007 0000000000000001 0000000000000000 00000200");
        await peer.ExpectAsync(
            "668E33EF 0001 8001 0000000000000001 00000028 00000016 0022 'no_metadata_context_was_negotiated'");
    }
}
