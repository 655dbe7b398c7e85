namespace VolMgr.Blocks.Tests;

/// <summary>
/// The contract of <see cref="IBlockDevice"/> and <see cref="IExtentDevice"/> as tests. Each implementation has a class
/// that derives from this one and says how to make a device.
/// </summary>
public abstract class BlockDeviceContract
{
    protected const long DeviceLength = 4 << 20;

    /// <summary>Runs a test on a fresh device of <see cref="DeviceLength"/> bytes that holds zeroes.</summary>
    protected abstract Task OnDevice(Func<IExtentDevice, Task> test);

    private static CancellationToken Token => TestWorld.Token;

    [Fact]
    public Task A_new_device_reads_as_zeroes() => OnDevice(async device =>
    {
        Assert.Equal(DeviceLength, device.Length);
        Assert.Equal(new byte[4096], await TestWorld.Content(device, 0, 4096));
        Assert.Equal(new byte[512], await TestWorld.Content(device, DeviceLength - 512, 512));
    });

    [Theory]
    [InlineData(0, 512)]
    [InlineData(512, 4096)]
    [InlineData(3584, 1536)]
    [InlineData(DeviceLength - 512, 512)]
    [InlineData(65536, 1 << 20)]
    public Task A_write_is_read_back_and_touches_nothing_else(long offset, int length) => OnDevice(async device =>
    {
        byte[] model = TestWorld.Bytes(1, (int)DeviceLength);
        await TestWorld.Write(device, 0, model);
        byte[] data = TestWorld.Bytes(2, length);
        await TestWorld.Write(device, offset, data);
        data.CopyTo(model, offset);
        Assert.Equal(model, await TestWorld.Content(device, 0, (int)DeviceLength));
    });

    [Theory]
    [InlineData(WriteFlags.None)]
    [InlineData(WriteFlags.ForceUnitAccess)]
    public Task The_whole_device_can_be_written_at_once(WriteFlags flags) => OnDevice(async device =>
    {
        byte[] data = TestWorld.Bytes(3, (int)DeviceLength);
        await TestWorld.Write(device, 0, data, flags);
        Assert.Equal(data, await TestWorld.Content(device, 0, (int)DeviceLength));
    });

    [Fact]
    public Task Written_data_survives_a_flush() => OnDevice(async device =>
    {
        byte[] data = TestWorld.Bytes(4, 8192);
        await TestWorld.Write(device, 1024, data);
        Assert.Equal(IoStatus.Success, await device.FlushAsync(Token));
        Assert.Equal(IoStatus.Success, await device.FlushAsync(Token));
        Assert.Equal(data, await TestWorld.Content(device, 1024, 8192));
    });

    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 512)]
    [InlineData(-512, 512)]
    [InlineData(DeviceLength, 512)]
    [InlineData(DeviceLength - 512, 1024)]
    [InlineData(long.MaxValue - 511, 512)]
    public Task A_range_outside_or_unaligned_is_a_bug_of_the_caller(long offset, int length) => OnDevice(async device =>
    {
        byte[] buffer = new byte[length];
        await Assert.ThrowsAsync<InvariantViolationException>(
            async () => await device.ReadAsync(offset, buffer, Token));
        await Assert.ThrowsAsync<InvariantViolationException>(
            async () => await device.WriteAsync(offset, buffer, WriteFlags.None, Token));
        await Assert.ThrowsAsync<InvariantViolationException>(
            async () => await device.ZeroAsync(offset, length, WriteFlags.None, Token));
        await Assert.ThrowsAsync<InvariantViolationException>(
            async () => await device.DiscardAsync(offset, length, Token));
        await Assert.ThrowsAsync<InvariantViolationException>(
            async () => await device.NextExtentAsync(offset, length, Token));
    });

    [Fact]
    public Task Empty_transfers_succeed_and_an_empty_extent_is_no_question() => OnDevice(async device =>
    {
        Assert.Equal(IoStatus.Success, await device.ReadAsync(DeviceLength, Memory<byte>.Empty, Token));
        Assert.Equal(IoStatus.Success, await device.WriteAsync(0, Memory<byte>.Empty, WriteFlags.None, Token));
        Assert.Equal(IoStatus.Success, await device.ZeroAsync(0, 0, WriteFlags.None, Token));
        await Assert.ThrowsAsync<InvariantViolationException>(async () => await device.NextExtentAsync(0, 0, Token));
    });

    [Theory]
    [InlineData(0, DeviceLength, WriteFlags.None)]
    [InlineData(512, 512, WriteFlags.None)]
    [InlineData(4096, 8192, WriteFlags.ForceUnitAccess)]
    [InlineData(5120, 100352, WriteFlags.NoHole)]
    [InlineData(DeviceLength - 1024, 1024, WriteFlags.NoHole | WriteFlags.ForceUnitAccess)]
    public Task A_zeroed_range_reads_as_zeroes(long offset, long length, WriteFlags flags) => OnDevice(async device =>
    {
        byte[] model = TestWorld.Bytes(5, (int)DeviceLength);
        await TestWorld.Write(device, 0, model);
        Assert.Equal(IoStatus.Success, await device.ZeroAsync(offset, length, flags, Token));
        Array.Clear(model, (int)offset, (int)length);
        Assert.Equal(model, await TestWorld.Content(device, 0, (int)DeviceLength));
    });

    [Fact]
    public Task A_discarded_range_reads_as_zeroes() => OnDevice(async device =>
    {
        byte[] model = TestWorld.Bytes(6, (int)DeviceLength);
        await TestWorld.Write(device, 0, model);
        Assert.Equal(IoStatus.Success, await device.DiscardAsync(1536, 1 << 20, Token));
        Array.Clear(model, 1536, 1 << 20);
        Assert.Equal(model, await TestWorld.Content(device, 0, (int)DeviceLength));
    });

    [Fact]
    public Task Extents_cover_the_device_and_holes_read_as_zeroes() => OnDevice(async device =>
    {
        await TestWorld.Write(device, 65536, TestWorld.Bytes(7, 4096));
        await TestWorld.Write(device, 1 << 20, TestWorld.Bytes(8, 512));
        await TestWorld.Write(device, 2 << 20, TestWorld.Bytes(9, 1 << 20));
        await device.DiscardAsync((2 << 20) + 65536, 262144, Token);
        byte[] content = await TestWorld.Content(device, 0, (int)DeviceLength);
        for (long offset = 0; offset < DeviceLength;)
        {
            ExtentReply reply = await device.NextExtentAsync(offset, DeviceLength - offset, Token);
            Assert.Equal(IoStatus.Success, reply.Status);
            Assert.InRange(reply.Length, 512, DeviceLength - offset);
            Assert.Equal(0, reply.Length % 512);
            if (reply.Kind == ExtentKind.Hole)
            {
                Assert.Equal(-1, content.AsSpan((int)offset, (int)reply.Length).IndexOfAnyExcept((byte)0));
            }

            offset += reply.Length;
        }
    });

    [Fact]
    public Task An_extent_never_exceeds_the_question() => OnDevice(async device =>
    {
        ExtentReply hole = await device.NextExtentAsync(512, 1024, Token);
        Assert.InRange(hole.Length, 512, 1024);
        await TestWorld.Write(device, 0, TestWorld.Bytes(10, 65536));
        ExtentReply data = await device.NextExtentAsync(1024, 512, Token);
        Assert.Equal(new ExtentReply(IoStatus.Success, ExtentKind.Data, 512), data);
    });

    [Fact]
    public Task A_cancelled_token_is_honoured_before_anything_begins() => OnDevice(async device =>
    {
        CancellationToken cancelled = new(canceled: true);
        byte[] data = TestWorld.Bytes(11, 512);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await device.WriteAsync(0, data, WriteFlags.None, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await device.WriteAsync(0, data, WriteFlags.ForceUnitAccess, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await device.ReadAsync(0, data, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await device.FlushAsync(cancelled));
        Assert.Equal(new byte[512], await TestWorld.Content(device, 0, 512));
    });

    [Fact]
    public Task Overlapping_writes_leave_each_sector_whole() => OnDevice(async device =>
    {
        const int length = 64 * 512;
        byte[][] contents =
            [.. Enumerable.Range(1, 8).Select(value => Enumerable.Repeat((byte)value, length).ToArray())];
        Task<IoStatus>[] writes =
            [.. contents.Select(data => device.WriteAsync(0, data, WriteFlags.None, Token).AsTask())];
        Assert.All(await Task.WhenAll(writes), status => Assert.Equal(IoStatus.Success, status));
        byte[] found = await TestWorld.Content(device, 0, length);
        for (int sector = 0; sector < 64; sector++)
        {
            byte value = found[sector * 512];
            Assert.InRange(value, 1, 8);
            Assert.Equal(-1, found.AsSpan(sector * 512, 512).IndexOfAnyExcept(value));
        }
    });

    /// <summary>Random operations, one after the other, against a byte array.</summary>
    [Fact]
    public Task Random_operations_agree_with_a_plain_array() => OnDevice(async device =>
    {
        Random random = new(2026);
        byte[] model = new byte[DeviceLength];
        for (int step = 0; step < 300; step++)
        {
            int length = random.Next(1, 257) * 512;
            int offset = random.Next((int)(DeviceLength - length) / 512) * 512;
            WriteFlags flags = random.Next(8) == 0 ? WriteFlags.ForceUnitAccess : WriteFlags.None;
            switch (random.Next(6))
            {
                case 0 or 1:
                    byte[] data = TestWorld.Bytes(step, length);
                    await TestWorld.Write(device, offset, data, flags);
                    data.CopyTo(model, offset);
                    break;
                case 2:
                    Assert.Equal(IoStatus.Success, await device.ZeroAsync(offset, length, flags, Token));
                    model.AsSpan(offset, length).Clear();
                    break;
                case 3:
                    Assert.Equal(IoStatus.Success, await device.DiscardAsync(offset, length, Token));
                    model.AsSpan(offset, length).Clear();
                    break;
                case 4:
                    Assert.Equal(IoStatus.Success, await device.FlushAsync(Token));
                    break;
                default:
                    byte[] found = await TestWorld.Content(device, offset, length);
                    Assert.True(found.AsSpan().SequenceEqual(model.AsSpan(offset, length)), $"step {step}");
                    break;
            }
        }

        Assert.Equal(model, await TestWorld.Content(device, 0, (int)DeviceLength));
    });
}
