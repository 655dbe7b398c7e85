namespace VolMgr.Blocks.Tests;

public sealed class FaultDeviceTests
{
    private const int Sector = 512;

    private readonly MemoryDevice _inner = new(1 << 20);
    private readonly FaultDevice _device;

    public FaultDeviceTests() => _device = new FaultDevice(_inner, new Random(7));

    private static CancellationToken Token => TestWorld.Token;

    [Fact]
    public async Task Once_strikes_one_operation_of_its_kind()
    {
        Fault fault = _device.Add(FaultRule.Once(DeviceOperations.Write, IoStatus.NoSpace));
        Assert.Equal(IoStatus.Success, await Read(0));
        Assert.Equal(IoStatus.NoSpace, await Write(0));
        Assert.Equal(IoStatus.Success, await Write(0));
        Assert.Equal(1, fault.Struck);
    }

    [Fact]
    public async Task Nth_lets_the_ones_before_pass()
    {
        _device.Add(FaultRule.Nth(3, DeviceOperations.Read));
        IoStatus[] found = [await Read(0), await Read(0), await Read(0), await Read(0)];
        Assert.Equal([IoStatus.Success, IoStatus.Success, IoStatus.MediaError, IoStatus.Success], found);
    }

    [Fact]
    public async Task Always_strikes_until_it_is_removed()
    {
        Fault fault = _device.Add(FaultRule.Always(DeviceOperations.Flush, IoStatus.NotReachable));
        Assert.Equal(IoStatus.NotReachable, await _device.FlushAsync(Token));
        Assert.Equal(IoStatus.NotReachable, await _device.FlushAsync(Token));
        _device.Remove(fault);
        Assert.Equal(IoStatus.Success, await _device.FlushAsync(Token));
        Assert.Empty(_device.Faults);
    }

    [Fact]
    public async Task A_range_strikes_what_touches_it()
    {
        _device.Add(FaultRule.InRange(4096, 1024, DeviceOperations.Read | DeviceOperations.Zero));
        Assert.Equal(IoStatus.Success, await _device.ReadAsync(0, new byte[4096], Token));
        Assert.Equal(IoStatus.MediaError, await _device.ReadAsync(0, new byte[4096 + Sector], Token));
        Assert.Equal(IoStatus.MediaError, await _device.ReadAsync(4096 + Sector, new byte[4096], Token));
        Assert.Equal(IoStatus.Success, await _device.ReadAsync(5120, new byte[Sector], Token));
        Assert.Equal(IoStatus.MediaError, await _device.ZeroAsync(0, 1 << 20, WriteFlags.None, Token));
    }

    [Fact]
    public async Task A_rate_strikes_about_as_often_as_it_says_and_the_same_with_the_same_seed()
    {
        FaultDevice other = new(_inner, new Random(7));
        Fault fault = _device.Add(FaultRule.AtRate(0.25, DeviceOperations.Read));
        other.Add(FaultRule.AtRate(0.25, DeviceOperations.Read));
        for (int round = 0; round < 1000; round++)
        {
            Assert.Equal(await Read(0), await other.ReadAsync(0, new byte[Sector], Token));
        }

        Assert.InRange(fault.Struck, 190, 310);
    }

    [Theory]
    [InlineData(FaultMoment.Before, 0)]
    [InlineData(FaultMoment.Partway, 2)]
    [InlineData(FaultMoment.After, 4)]
    public async Task The_moment_says_how_much_has_landed(FaultMoment moment, int sectors)
    {
        _device.Add(FaultRule.Once(DeviceOperations.Write) with { Moment = moment });
        byte[] data = TestWorld.Bytes(1, 4 * Sector);
        Assert.Equal(IoStatus.MediaError, await _device.WriteAsync(0, data, WriteFlags.None, Token));
        byte[] expected = new byte[4 * Sector];
        data.AsSpan(0, sectors * Sector).CopyTo(expected);
        Assert.Equal(expected, await TestWorld.Content(_inner, 0, 4 * Sector));
    }

    [Fact]
    public async Task A_hung_operation_goes_on_when_released()
    {
        Fault fault = _device.Add(FaultRule.Hang(DeviceOperations.Write));
        byte[] data = TestWorld.Bytes(2, Sector);
        Task<IoStatus> write = _device.WriteAsync(0, data, WriteFlags.None, Token).AsTask();
        Assert.False(write.IsCompleted);
        Assert.Equal(1, fault.Hanging);
        Assert.Equal(new byte[Sector], await TestWorld.Content(_device, 0, Sector));
        Assert.Equal(1, _device.Release(fault));
        Assert.Equal(IoStatus.Success, await write);
        Assert.Equal(data, await TestWorld.Content(_device, 0, Sector));
    }

    [Fact]
    public async Task A_hung_operation_can_be_released_with_an_answer()
    {
        Fault fault = _device.Add(FaultRule.Hang(DeviceOperations.All));
        Task<IoStatus> flush = _device.FlushAsync(Token).AsTask();
        Task<ExtentReply> extent = _device.NextExtentAsync(0, Sector, Token).AsTask();
        Assert.Equal(2, _device.Release(fault, IoStatus.Timeout));
        Assert.Equal(IoStatus.Timeout, await flush);
        Assert.Equal(IoStatus.Timeout, (await extent).Status);
    }

    [Fact]
    public async Task Removing_and_disposing_let_go_what_hangs()
    {
        Fault first = _device.Add(FaultRule.Hang(DeviceOperations.Read) with { Limit = 1 });
        _device.Add(FaultRule.Hang(DeviceOperations.Read));
        Task<IoStatus> read = Read(0).AsTask();
        Task<IoStatus> second = Read(0).AsTask();
        _device.Remove(first);
        Assert.Equal(IoStatus.Success, await read);
        Assert.False(second.IsCompleted);
        await _device.DisposeAsync();
        Assert.Equal(IoStatus.Success, await second);
    }

    [Fact]
    public async Task The_first_rule_that_strikes_answers()
    {
        _device.Add(FaultRule.Once(DeviceOperations.Read, IoStatus.Timeout));
        _device.Add(FaultRule.Always(DeviceOperations.Read, IoStatus.NotReachable));
        Assert.Equal(IoStatus.Timeout, await Read(0));
        Assert.Equal(IoStatus.NotReachable, await Read(0));
    }

    [Fact]
    public void A_rate_without_a_random_source_is_refused()
    {
        FaultDevice device = new(_inner);
        Assert.Throws<InvariantViolationException>(() => device.Add(FaultRule.AtRate(0.5, DeviceOperations.Read)));
        Assert.Throws<InvariantViolationException>(() => device.Add(FaultRule.AtRate(0, DeviceOperations.Read)));
    }

    private ValueTask<IoStatus> Read(long offset) => _device.ReadAsync(offset, new byte[Sector], Token);

    private ValueTask<IoStatus> Write(long offset) =>
        _device.WriteAsync(offset, new byte[Sector], WriteFlags.None, Token);
}
