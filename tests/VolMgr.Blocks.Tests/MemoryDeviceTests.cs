namespace VolMgr.Blocks.Tests;

public sealed class MemoryDeviceTests
{
    private const long Large = 15L << 40;

    private static CancellationToken Token => TestWorld.Token;

    [Fact]
    public async Task A_huge_device_costs_only_what_is_written_and_its_holes_are_one_step_each()
    {
        await using MemoryDevice device = new(Large);
        await TestWorld.Write(device, 7L << 40, TestWorld.Bytes(1, 4096));
        Assert.Equal(4096, device.AllocatedBytes);
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Hole, 7L << 40),
            await device.NextExtentAsync(0, Large, Token));
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Data, 4096),
            await device.NextExtentAsync(7L << 40, 1L << 40, Token));
        Assert.Equal(IoStatus.Success, await device.DiscardAsync(512, Large - 512, Token));
        Assert.Equal(0, device.AllocatedBytes);
    }

    [Fact]
    public async Task Zeroing_part_of_a_page_keeps_the_rest()
    {
        await using MemoryDevice device = new(16384);
        byte[] model = TestWorld.Bytes(2, 16384);
        await TestWorld.Write(device, 0, model);
        await device.ZeroAsync(512, 8192, WriteFlags.None, Token);
        Array.Clear(model, 512, 8192);
        Assert.Equal(model, await TestWorld.Content(device, 0, 16384));
        Assert.Equal(3 * 4096, device.AllocatedBytes);
    }

    [Fact]
    public async Task Zeroes_without_holes_stay_allocated()
    {
        await using MemoryDevice device = new(16384);
        await device.ZeroAsync(0, 8192, WriteFlags.NoHole, Token);
        Assert.Equal(8192, device.AllocatedBytes);
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Data, 8192), await device.NextExtentAsync(0, 16384, Token));
    }

    [Fact]
    public async Task A_filled_device_reads_its_fill_until_it_is_written_or_zeroed()
    {
        await using MemoryDevice device = new(
            16384 + 512, (offset, page) => page.Fill((byte)(1 + (offset / 4096))));
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Data, 16896), await device.NextExtentAsync(0, 16896, Token));
        await device.ZeroAsync(4096, 4096 + 512, WriteFlags.None, Token);
        await TestWorld.Write(device, 5120, [.. Enumerable.Repeat((byte)9, 512)]);
        byte[] found = await TestWorld.Content(device, 0, 16896);
        byte[] heads = [.. Enumerable.Range(0, 33).Select(sector => found[sector * 512])];
        byte[] expected =
        [
            1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5,
        ];
        Assert.Equal(expected, heads);
    }

    [Fact]
    public async Task A_zeroed_page_of_a_filled_device_is_a_hole()
    {
        await using MemoryDevice device = new(16384, (_, page) => page.Fill(0xA5));
        await device.DiscardAsync(4096, 4096, Token);
        Assert.Equal(ExtentKind.Data, (await device.NextExtentAsync(0, 16384, Token)).Kind);
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Hole, 4096), await device.NextExtentAsync(4096, 12288, Token));
    }

    [Theory]
    [InlineData(1L << 43)]
    [InlineData(15L << 40)]
    public async Task Pages_beyond_two_to_the_31_are_pages_like_others(long offset)
    {
        await using MemoryDevice device = new(16L << 40);
        await TestWorld.Write(device, offset, [.. Enumerable.Repeat((byte)9, 512)]);
        Assert.Equal(9, (await TestWorld.Content(device, offset, 512))[0]);
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Hole, offset),
            await device.NextExtentAsync(0, 16L << 40, Token));
    }

    [Theory]
    [InlineData(-512)]
    [InlineData(100)]
    public void A_length_that_no_device_can_have_is_refused(long length) =>
        Assert.Throws<InvariantViolationException>(() => new MemoryDevice(length));
}
