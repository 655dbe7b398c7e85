using System.Text.Json;
using VolMgr.Blocks.Tests;

namespace VolMgr.Nbd.Tests.RealClients;

/// <summary>nbdinfo, nbdcopy and nbdsh (libnbd) against a server on a Unix socket.</summary>
public sealed class LibnbdTests : IAsyncDisposable
{
    private readonly ServedDevice _served = new();

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Fact]
    public async Task Nbdinfo_tells_size_abilities_and_contexts()
    {
        string json = await RealClient.RunAsync("nbdinfo", "--json", _served.Uri);
        JsonElement export = JsonDocument.Parse(json).RootElement.GetProperty("exports")[0];
        Assert.Equal(ServedDevice.Length, export.GetProperty("export-size").GetInt64());
        Assert.Equal("a volume", export.GetProperty("description").GetString());
        foreach (string ability in (string[])
            ["can_cache", "can_df", "can_fast_zero", "can_flush", "can_fua", "can_multi_conn", "can_trim", "can_zero"])
        {
            Assert.True(export.GetProperty(ability).GetBoolean(), ability);
        }

        Assert.False(export.GetProperty("is_read_only").GetBoolean());
        Assert.Equal(
            ["base:allocation", "x-volmgr:resync"],
            export.GetProperty("contexts").EnumerateArray().Select(context => context.GetString()));
        Assert.Equal(1, export.GetProperty("block_size_minimum").GetInt32());
        Assert.Equal(4096, export.GetProperty("block_size_preferred").GetInt32());
        Assert.Equal(32 << 20, export.GetProperty("block_size_maximum").GetInt32());
    }

    [Fact]
    public async Task Nbdinfo_lists_the_exports()
    {
        string list = await RealClient.RunAsync("nbdinfo", "--list", $"nbd+unix://?socket={_served.SocketPath}");
        Assert.Contains("export=\"g/v\"", list, StringComparison.Ordinal);
        Assert.Contains("export=\"g/read-only\"", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nbdinfo_maps_the_allocation_and_the_resync()
    {
        await TestWorld.Write(_served.Device, 1 << 20, new byte[1 << 20]);
        string map = await RealClient.RunAsync("nbdinfo", "--map", "--json", _served.Uri);
        Assert.Equal(
            [(0, 1048576, 3), (1048576, 1048576, 0), (2097152, 6291456, 3)], Extents(map));
        string resync = await RealClient.RunAsync("nbdinfo", "--map=x-volmgr:resync", "--json", _served.Uri);
        Assert.Equal([(0, 4194304, 0), (4194304, 4194304, 2)], Extents(resync));
    }

    [Fact]
    public async Task Nbdcopy_copies_in_and_out_by_many_connections()
    {
        byte[] image = TestWorld.Bytes(7, (int)ServedDevice.Length);
        image.AsSpan(1 << 20, 3 << 20).Clear();
        string source = _served.File("in");
        string target = _served.File("out");
        await File.WriteAllBytesAsync(source, image, TestWorld.Token);
        await RealClient.RunAsync("nbdcopy", "--flush", source, _served.Uri);
        Assert.Equal(image, await TestWorld.Content(_served.Device, 0, image.Length));
        await RealClient.RunAsync("nbdcopy", "--connections=4", _served.Uri, target);
        Assert.Equal(image, await File.ReadAllBytesAsync(target, TestWorld.Token));
    }

    [Fact]
    public async Task Nbdsh_does_every_command_at_any_byte() => await RealClient.RunAsync(
        "nbdsh", "-u", _served.Uri, "-c",
        """
        data = bytes(range(256)) * 100
        h.pwrite(data, 12345, nbd.CMD_FLAG_FUA)
        assert h.pread(len(data), 12345) == data
        assert h.pread(1, 12345 + 255) == b'\xff'
        h.flush()
        h.zero(1000, 12345, nbd.CMD_FLAG_NO_HOLE)
        assert h.pread(1001, 12345) == bytes(1000) + data[1000:1001]
        h.zero(8192, 0, nbd.CMD_FLAG_FAST_ZERO)
        h.trim(65536, 0, nbd.CMD_FLAG_FUA)
        chunks = []
        h.pread_structured(65536, 0, lambda data, at, state, error: chunks.append((at, state)), nbd.CMD_FLAG_DF)
        assert chunks == [(0, nbd.READ_HOLE)], chunks
        h.cache(1 << 20, 0)
        assert h.pread(8 << 20, 0) == bytes(8 << 20)
        """);

    [Fact]
    public async Task Nbdsh_gets_the_right_errors_and_goes_on() => await RealClient.RunAsync(
        "nbdsh", "-u", _served.Uri, "-c",
        """
        import errno
        h.set_strict_mode(0)
        def refused(number, call):
            try:
                call()
            except nbd.Error as error:
                assert error.errnum == number, (error.errnum, number)
            else:
                assert False, 'not refused'
        size = h.get_size()
        refused(errno.EINVAL, lambda: h.pread(512, size))
        refused(errno.EINVAL, lambda: h.pread(1024, size - 512))
        refused(errno.ENOSPC, lambda: h.pwrite(bytes(1024), size - 512))
        refused(errno.ENOSPC, lambda: h.zero(1024, size - 512))
        refused(errno.EINVAL, lambda: h.trim(1024, size - 512))
        refused(errno.EINVAL, lambda: h.flush(0x8000))
        refused(errno.ENOTSUP, lambda: h.zero(512, 0, nbd.CMD_FLAG_FAST_ZERO | nbd.CMD_FLAG_NO_HOLE))
        refused(errno.EINVAL, lambda: h.block_status(512, 0, lambda *_: 0))
        h.pwrite(b'x', size - 1)
        assert h.pread(1, size - 1) == b'x'
        """);

    [Fact]
    public async Task Nbdsh_cannot_change_a_read_only_export() => await RealClient.RunAsync(
        "nbdsh", "-u", _served.UriOf("g/read-only"), "-c",
        """
        import errno
        assert h.is_read_only()
        h.set_strict_mode(0)
        for call in (lambda: h.pwrite(bytes(512), 0), lambda: h.trim(512, 0), lambda: h.zero(512, 0)):
            try:
                call()
            except nbd.Error as error:
                assert error.errnum == errno.EPERM
            else:
                assert False
        assert h.pread(512, 0) == bytes(512)
        """);

    [Fact]
    public async Task Nbdsh_keeps_many_requests_under_way() => await RealClient.RunAsync(
        "nbdsh", "-u", _served.Uri, "-c",
        """
        failed = []
        for i in range(0, 1000):
            data = nbd.Buffer.from_bytearray(bytearray([i % 256]) * 4096)
            h.aio_pwrite(data, i * 4096, completion=lambda error: failed.append(error) or 1 if error else 1)
        while h.aio_in_flight() > 0:
            h.poll(-1)
        assert not failed
        for i in range(0, 1000):
            assert h.pread(4096, i * 4096) == bytes([i % 256]) * 4096
        """);

    [Fact]
    public async Task A_flush_on_one_connection_covers_writes_on_another()
    {
        await RealClient.RunAsync(
            "nbdsh", "-c",
            $"""
            first = nbd.NBD(); first.connect_uri('{_served.Uri}')
            second = nbd.NBD(); second.connect_uri('{_served.Uri}')
            assert first.can_multi_conn()
            first.pwrite(b'x' * 4096, 0)
            second.flush()
            """);
        Assert.Equal(["Write", "Flush"], _served.Device.Operations);
    }

    private static IEnumerable<(long, long, int)> Extents(string map) =>
        JsonDocument.Parse(map).RootElement.EnumerateArray().Select(extent => (
            extent.GetProperty("offset").GetInt64(),
            extent.GetProperty("length").GetInt64(),
            extent.GetProperty("type").GetInt32()));
}
