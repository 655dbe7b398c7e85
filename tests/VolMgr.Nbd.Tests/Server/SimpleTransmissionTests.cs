using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>Compact requests and simple replies byte by byte.</summary>
public sealed class SimpleTransmissionTests
{
    private readonly MemoryDevice _memory = new(1 << 20);
    private readonly OperationLog _log = new();

    private Task<Peer> ConnectAsync(bool isReadOnly = false) => Peer.Connect(
        new Exports().Add("v", new RecordingDevice(_memory, _log), isReadOnly)).GoAsync(HeaderStyle.Simple);

    [Fact]
    public async Task WRITE_then_READ()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0001 0000000000000001 0000000000001000 00000200 5A*512");
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
        await peer.SendAsync("25609513 0000 0000 FFEEDDCCBBAA9988 0000000000000E00 00000400");
        await peer.ExpectAsync("67446698 00000000 FFEEDDCCBBAA9988 00*512 5A*512");
    }

    [Fact]
    public async Task A_long_read_and_a_long_write_arrive_whole()
    {
        const int length = 1 << 19;
        byte[] data = TestWorld.Bytes(1, length);
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0000 0001 0000000000000001 0000000000000200 00080000");
        await peer.SendAsync(data);
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
        await peer.SendAsync("25609513 0000 0000 0000000000000002 0000000000000200 00080000");
        await peer.ExpectAsync("67446698 00000000 0000000000000002");
        Assert.Equal(data, await peer.ReadAsync(length));
    }

    [Fact]
    public async Task Requests_that_arrive_together_are_all_answered()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(string.Concat(Enumerable.Range(0, 500).Select(
            i => $"25609513 0000 0000 {i:X16} {i * 512:X16} 00000200 ")));
        for (int i = 0; i < 500; i++)
        {
            await peer.ExpectAsync($"67446698 00000000 {i:X16} 00*512");
        }
    }

    [Fact]
    public async Task A_request_that_arrives_byte_by_byte_is_answered()
    {
        await using Peer peer = await ConnectAsync();
        byte[] request = Wire.Bytes("25609513 0000 0001 0000000000000001 0000000000000000 00000200 5A*512");
        foreach (byte one in request)
        {
            await peer.SendAsync(new[] { one });
        }

        await peer.ExpectAsync("67446698 00000000 0000000000000001");
        Assert.Equal(Enumerable.Repeat((byte)0x5A, 512), await TestWorld.Content(_memory, 0, 512));
    }

    [Theory]
    [InlineData("0000 0003", "0000000000000000 00000000", "flush")]
    [InlineData("0001 0003", "0000000000000000 00000000", "flush")]
    [InlineData("0000 0004", "0000000000001000 00002000", "discard 4096+8192")]
    [InlineData("0001 0004", "0000000000001000 00002000", "discard 4096+8192,flush")]
    [InlineData("0000 0005", "0000000000001000 00002000", "read 4096+8192")]
    [InlineData("0000 0006", "0000000000001000 00002000", "zero 4096+8192 None")]
    [InlineData("0003 0006", "0000000000001000 00002000", "zero 4096+8192 ForceUnitAccess, NoHole")]
    [InlineData("0010 0006", "0000000000001000 00002000", "zero 4096+8192 None")]
    public async Task A_command_without_data_does_what_it_says(string command, string range, string expected)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"25609513 {command} 0000000000000001 {range}");
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
        Assert.Equal(expected, string.Join(',', Started()));
    }

    [Fact]
    public async Task A_forced_write_is_forced()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609513 0001 0001 0000000000000001 0000000000000000 00000200 5A*512");
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
        Assert.Equal("write 0+512 ForceUnitAccess, Stable", Assert.Single(Started()));
    }

    [Theory]
    [InlineData("0000 0000")]
    [InlineData("0000 0001")]
    [InlineData("0000 0004")]
    [InlineData("0000 0005")]
    [InlineData("0000 0006")]
    public async Task A_range_of_nothing_succeeds(string command)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"25609513 {command} 0000000000000001 0000000000001000 00000000");
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
    }

    [Fact]
    public async Task DISC_answers_what_is_under_way_and_closes()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync(
            "25609513 0000 0000 0000000000000001 0000000000000000 00000200" +
            "25609513 0000 0002 0000000000000002 0000000000000000 00000000");
        await peer.ExpectAsync("67446698 00000000 0000000000000001 00*512");
        await peer.ExpectEndAsync();
    }

    [Theory]
    [InlineData("0000 0000", "0000000000100000 00000200", "00000016")] // a read beyond the end: EINVAL
    [InlineData("0000 0000", "00000000000FFE00 00000400", "00000016")]
    [InlineData("0000 0000", "FFFFFFFFFFFFFE00 00000400", "00000016")] // offset + length overflows
    [InlineData("0000 0000", "FFFFFFFFFFFFFE00 00000200", "00000016")]
    [InlineData("0000 0000", "7FFFFFFFFFFFFE00 FFFFFE00", "00000016")]
    [InlineData("0000 0000", "0000000000000001 00000200", "00000016")] // unaligned
    [InlineData("0000 0000", "0000000000000000 00000001", "00000016")]
    [InlineData("0000 0004", "00000000000FFE00 00000400", "00000016")] // a trim beyond the end: EINVAL
    [InlineData("0000 0005", "00000000000FFE00 00000400", "00000016")]
    [InlineData("0000 0006", "00000000000FFE00 00000400", "0000001C")] // zeroes beyond the end: ENOSPC
    [InlineData("0000 0006", "FFFFFFFFFFFFFE00 00000400", "0000001C")]
    [InlineData("0000 0007", "0000000000000000 00000200", "00000016")] // status without a context
    [InlineData("0000 0008", "0000000000000000 00000000", "00000016")] // RESIZE
    [InlineData("0000 0009", "0000000000000000 00000000", "00000016")] // unknown
    [InlineData("0000 FFFF", "0000000000000000 00000000", "00000016")]
    [InlineData("0002 0000", "0000000000000000 00000200", "00000016")] // NO_HOLE on a read
    [InlineData("0004 0000", "0000000000000000 00000200", "00000016")] // DF without structured replies
    [InlineData("0020 0000", "0000000000000000 00000200", "00000016")] // PAYLOAD_LEN without extended headers
    [InlineData("0008 0003", "0000000000000000 00000000", "00000016")] // REQ_ONE on a flush
    [InlineData("8000 0006", "0000000000000000 00000200", "00000016")] // an unknown flag
    [InlineData("0012 0006", "0000000000000000 00000200", "0000005F")] // FAST_ZERO with NO_HOLE: ENOTSUP
    public async Task A_bad_request_is_refused_and_the_connection_lives(string command, string range, string error)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"25609513 {command} 0000000000000001 {range}");
        await peer.ExpectAsync($"67446698 {error} 0000000000000001");
        await ExpectAliveAsync(peer);
        Assert.Equal("read 0+512", Assert.Single(Started()));
    }

    [Theory]
    [InlineData("0000 0001", "00000000000FFE00", 1024, "0000001C")] // beyond the end: ENOSPC
    [InlineData("0000 0001", "FFFFFFFFFFFFFE00", 1024, "0000001C")]
    [InlineData("0000 0001", "0000000000000001", 512, "00000016")]
    [InlineData("0002 0001", "0000000000000000", 512, "00000016")]
    [InlineData("0000 0001", "0000000000000000", (32 << 20) + 512, "0000001C")] // longer than the export
    public async Task A_bad_write_is_refused_after_its_data(string command, string offset, int length, string error)
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync($"25609513 {command} 0000000000000001 {offset} {length:X8}");
        await peer.SendAsync(new byte[length]);
        await peer.ExpectAsync($"67446698 {error} 0000000000000001");
        await ExpectAliveAsync(peer);
    }

    [Theory]
    [InlineData("0000", "03000000", "00000016")]
    [InlineData("0001", "03000000", "00000016")]
    public async Task More_than_32_MiB_is_EINVAL(string command, string length, string error)
    {
        await using Peer peer = await Peer.Connect(new Exports().Add("v", new MemoryDevice(1L << 30)))
            .GoAsync(HeaderStyle.Simple);
        await peer.SendAsync($"25609513 0000 {command} 0000000000000001 0000000000000000 {length}");
        if (command == "0001")
        {
            await peer.SendAsync(new byte[48 << 20]);
        }

        await peer.ExpectAsync($"67446698 {error} 0000000000000001");
        await ExpectAliveAsync(peer);
    }

    [Theory]
    [InlineData("0001", "5A*512")]
    [InlineData("0004", "")]
    [InlineData("0006", "")]
    public async Task A_read_only_export_is_not_changed(string command, string data)
    {
        await using Peer peer = await ConnectAsync(isReadOnly: true);
        await peer.SendAsync($"25609513 0000 {command} 0000000000000001 0000000000000000 00000200 {data}");
        await peer.ExpectAsync("67446698 00000001 0000000000000001");
        await ExpectAliveAsync(peer);
    }

    [Fact]
    public async Task A_wrong_magic_ends_the_connection()
    {
        await using Peer peer = await ConnectAsync();
        await peer.SendAsync("25609514 0000 0000 0000000000000001 0000000000000000 00000200");
        await peer.ExpectEndAsync();
    }

    private IEnumerable<string> Started() => _log.Operations.Select(Describe);

    private static string Describe(RecordedOperation operation)
    {
        string name = operation.Operation.ToString().ToLowerInvariant();
        string range = operation.Operation == DeviceOperations.Flush ? "" : $" {operation.Offset}+{operation.Length}";
        bool hasFlags = operation.Operation == DeviceOperations.Zero || operation.Flags != WriteFlags.None;
        string flags = hasFlags ? $" {operation.Flags}" : "";
        return name + range + flags;
    }

    private static async Task ExpectAliveAsync(Peer peer)
    {
        await peer.SendAsync("25609513 0000 0000 00000000000000AA 0000000000000000 00000200");
        await peer.ExpectAsync("67446698 00000000 00000000000000AA 00*512");
    }
}
