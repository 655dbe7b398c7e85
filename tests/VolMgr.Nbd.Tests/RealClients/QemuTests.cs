using VolMgr.Blocks.Tests;

namespace VolMgr.Nbd.Tests.RealClients;

/// <summary>qemu-img and qemu-io (the client of virtual machines), and fio, on a Unix socket.</summary>
public sealed class QemuTests : IAsyncDisposable
{
    private readonly ServedDevice _served = new();

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Fact]
    public async Task Qemu_io_writes_zeroes_discards_and_reads()
    {
        string output = await RealClient.RunAsync(
            "qemu-io", "-f", "raw", _served.Uri,
            "-c", "write -P 0x5a 1M 1M", "-c", "read -P 0x5a 1M 1M",
            "-c", "write -z 1M 64k", "-c", "read -P 0 1M 64k",
            "-c", "write -z -u 1088k 64k", "-c", "read -P 0 1088k 64k",
            "-c", "discard 1M 512k", "-c", "write -f -P 0x77 0 4k", "-c", "flush", "-c", "read -P 0x77 0 4k",
            "-c", "aio_write -P 1 2M 64k", "-c", "aio_write -P 2 3M 64k", "-c", "aio_flush",
            "-c", "read -P 1 2M 64k", "-c", "read -P 2 3M 64k", "-c", "length");
        Assert.DoesNotContain("failed", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("error", output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("8 MiB", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Qemu_img_converts_maps_and_compares()
    {
        byte[] image = TestWorld.Bytes(9, 4 << 20);
        image.AsSpan(1 << 20, 1 << 20).Clear();
        string source = _served.File("image");
        await File.WriteAllBytesAsync(source, image, TestWorld.Token);
        await RealClient.RunAsync("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", source, _served.Uri);
        Assert.Equal(image, await TestWorld.Content(_served.Device, 0, image.Length));
        string map = await RealClient.RunAsync("qemu-img", "map", "--output=json", "-f", "raw", _served.Uri);
        Assert.Contains("\"start\": 1048576, \"length\": 1048576", map, StringComparison.Ordinal);
        await RealClient.RunAsync("qemu-img", "compare", "-f", "raw", "-F", "raw", source, _served.Uri);
    }

    [Fact]
    public async Task Fio_verifies_what_it_wrote_at_depth_32()
    {
        string output = await RealClient.RunAsync(
            "fio", "--name=verify", "--ioengine=nbd", $"--uri={_served.Uri}", "--rw=randwrite", "--bs=4k",
            "--iodepth=32", "--size=8m", "--verify=crc32c", "--verify_fatal=1", "--randseed=3", "--fsync=64",
            $"--aux-path={Path.GetTempPath()}", "--verify_state_save=0");
        Assert.Contains("err= 0", output, StringComparison.Ordinal);
    }
}
