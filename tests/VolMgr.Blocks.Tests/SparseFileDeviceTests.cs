namespace VolMgr.Blocks.Tests;

public sealed class SparseFileDeviceTests : IDisposable
{
    private const int Length = 4 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public SparseFileDeviceTests()
    {
        _path = _folder.File("lun.img");
        SparseFileDevice.Create(_path, Length);
    }

    private static CancellationToken Token => TestWorld.Token;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Discarded_ranges_become_holes_of_the_file()
    {
        await using SparseFileDevice device = Open();
        await TestWorld.Write(device, 0, TestWorld.Bytes(1, Length));
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Data, Length), await device.NextExtentAsync(0, Length, Token));
        await device.DiscardAsync(1 << 20, 1 << 20, Token);
        Assert.Equal(1 << 20, (await device.NextExtentAsync(0, Length, Token)).Length);
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Hole, 1 << 20),
            await device.NextExtentAsync(1 << 20, Length - (1 << 20), Token));
    }

    [Fact]
    public async Task A_new_file_is_one_hole()
    {
        await using SparseFileDevice device = Open();
        Assert.Equal(
            new ExtentReply(IoStatus.Success, ExtentKind.Hole, Length), await device.NextExtentAsync(0, Length, Token));
    }

    [Theory]
    [InlineData((int)FileCapabilities.All)]
    [InlineData((int)FileCapabilities.SecondDescriptor)]
    [InlineData((int)FileCapabilities.None)]
    public async Task Content_is_there_when_the_file_is_opened_again(int capabilities)
    {
        byte[] data = TestWorld.Bytes(2, 65536);
        await using (SparseFileDevice device = SparseFileDevice.Open(
            _path, TestWorld.Engine, readOnly: false, length: null, (FileCapabilities)capabilities))
        {
            await TestWorld.Write(device, 4096, data, WriteFlags.ForceUnitAccess);
        }

        await using SparseFileDevice again = Open();
        Assert.Equal(data, await TestWorld.Content(again, 4096, data.Length));
    }

    [Fact]
    public async Task A_missing_file_gives_a_device_that_cannot_be_reached()
    {
        string[] paths = [_folder.File("none"), _folder.File("none/none"), _folder.File("."), $"{_path}/x"];
        foreach (string path in paths)
        {
            await using SparseFileDevice device = SparseFileDevice.Open(path, TestWorld.Engine, length: 8192);
            Assert.Equal(8192, device.Length);
            await AssertEverythingAnswers(device, IoStatus.NotReachable);
            Assert.Equal(IoStatus.NotReachable, device.OpenStatus);
        }
    }

    [Fact]
    public async Task A_closed_device_cannot_be_reached()
    {
        SparseFileDevice device = Open();
        await device.DisposeAsync();
        await AssertEverythingAnswers(device, IoStatus.NotReachable);
    }

    [Fact]
    public async Task A_read_only_device_refuses_changes()
    {
        await using SparseFileDevice device = SparseFileDevice.Open(_path, TestWorld.Engine, readOnly: true);
        Assert.Equal(IoStatus.ReadOnly, await device.WriteAsync(0, new byte[512], WriteFlags.None, Token));
        Assert.Equal(IoStatus.ReadOnly, await device.ZeroAsync(0, 512, WriteFlags.None, Token));
        Assert.Equal(IoStatus.ReadOnly, await device.DiscardAsync(0, 512, Token));
        Assert.Equal(IoStatus.Success, await device.ReadAsync(0, new byte[512], Token));
        Assert.Equal(IoStatus.Success, await device.FlushAsync(Token));
    }

    [Fact]
    public async Task A_file_too_short_fails_past_its_end_and_never_grows()
    {
        await using SparseFileDevice device = SparseFileDevice.Open(_path, TestWorld.Engine, length: Length + 4096);
        Assert.Equal(IoStatus.MediaError, device.OpenStatus);
        Assert.Equal(Length + 4096, device.Length);
        await TestWorld.Write(device, Length - 4096, TestWorld.Bytes(3, 4096));
        byte[] tail = new byte[8192];
        Assert.Equal(IoStatus.MediaError, await device.ReadAsync(Length - 4096, tail, Token));
        Assert.Equal(
            IoStatus.MediaError, await device.WriteAsync(Length, tail.AsMemory(0, 512), WriteFlags.None, Token));
        Assert.Equal(IoStatus.MediaError, await device.ZeroAsync(Length, 512, WriteFlags.None, Token));
        Assert.Equal(IoStatus.MediaError, (await device.NextExtentAsync(Length, 512, Token)).Status);
        Assert.Equal(Length, new FileInfo(_path).Length);
    }

    [Fact]
    public async Task A_file_cut_while_open_fails_reads_past_the_cut_and_every_flush()
    {
        await using SparseFileDevice device = Open();
        await TestWorld.Write(device, 0, TestWorld.Bytes(4, Length));
        await using (FileStream file = new(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(1 << 20);
        }

        Assert.Equal(IoStatus.MediaError, await device.ReadAsync(2 << 20, new byte[4096], Token));
        Assert.Equal(IoStatus.MediaError, await device.ReadAsync((1 << 20) - 512, new byte[1024], Token));
        Assert.Equal(IoStatus.MediaError, (await device.NextExtentAsync(2 << 20, 4096, Token)).Status);
        Assert.Equal(IoStatus.Success, await device.ReadAsync(0, new byte[4096], Token));
        Assert.Equal(IoStatus.MediaError, await device.FlushAsync(Token));
        Assert.Equal(IoStatus.MediaError, await device.FlushAsync(Token));
    }

    [Fact]
    public async Task A_flush_of_a_deleted_file_fails_and_keeps_failing()
    {
        await using SparseFileDevice device = Open();
        await TestWorld.Write(device, 0, new byte[512]);
        File.Delete(_path);
        Assert.Equal(IoStatus.NotReachable, await device.FlushAsync(Token));
        SparseFileDevice.Create(_path, Length);
        Assert.Equal(IoStatus.NotReachable, await device.FlushAsync(Token));
        Assert.Equal(
            IoStatus.NotReachable, await device.WriteAsync(0, new byte[512], WriteFlags.ForceUnitAccess, Token));
    }

    [Fact]
    public async Task Only_what_may_sleep_runs_on_the_blocking_scheduler()
    {
        CountingScheduler blocking = new();
        EngineServices engine = TestWorld.Engine with { Blocking = blocking };
        await using SparseFileDevice device = SparseFileDevice.Open(_path, engine);
        await device.FlushAsync(Token);
        Assert.Equal(1, blocking.Count);
        await device.FlushAsync(Token);
        Assert.Equal(1, blocking.Count);
        await TestWorld.Write(device, 0, TestWorld.Bytes(5, 65536));
        await TestWorld.Content(device, 0, 65536);
        Assert.Equal(1, blocking.Count);
        await TestWorld.Write(device, 0, new byte[512], WriteFlags.ForceUnitAccess);
        await device.FlushAsync(Token);
        await device.ZeroAsync(0, 512, WriteFlags.None, Token);
        await device.FlushAsync(Token);
        Assert.Equal(5, blocking.Count);
    }

    [Fact]
    public async Task Cached_transfers_complete_inline_and_allocate_nothing()
    {
        await using SparseFileDevice device = Open();
        byte[] data = TestWorld.Bytes(5, 4096);
        await Transfer(device, data, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Task<int> transfers = Transfer(device, data, 1000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(transfers.IsCompleted);
        Assert.Equal(2000, await transfers);
        Assert.InRange(allocated, 0, 512);
    }

    [Fact]
    public void Create_refuses_a_file_that_exists() =>
        Assert.ThrowsAny<IOException>(() => SparseFileDevice.Create(_path, Length));

    [Fact]
    public async Task A_size_that_is_no_multiple_of_the_sector_is_rounded_down()
    {
        string path = _folder.File("odd");
        await File.WriteAllBytesAsync(path, new byte[1300], Token);
        await using SparseFileDevice device = SparseFileDevice.Open(path, TestWorld.Engine);
        Assert.Equal(1024, device.Length);
        Assert.Equal(IoStatus.Success, device.OpenStatus);
    }

    private static async Task<int> Transfer(SparseFileDevice device, byte[] data, int rounds)
    {
        int done = 0;
        for (int round = 0; round < rounds; round++)
        {
            IoStatus written = await device.WriteAsync(8192, data, WriteFlags.None, CancellationToken.None);
            IoStatus read = await device.ReadAsync(8192, data, CancellationToken.None);
            done += (written == IoStatus.Success ? 1 : 0) + (read == IoStatus.Success ? 1 : 0);
        }

        return done;
    }

    private static async Task AssertEverythingAnswers(SparseFileDevice device, IoStatus status)
    {
        byte[] buffer = new byte[512];
        Assert.Equal(status, await device.ReadAsync(0, buffer, Token));
        Assert.Equal(status, await device.WriteAsync(0, buffer, WriteFlags.None, Token));
        Assert.Equal(status, await device.WriteAsync(0, buffer, WriteFlags.ForceUnitAccess, Token));
        Assert.Equal(status, await device.ZeroAsync(0, 512, WriteFlags.None, Token));
        Assert.Equal(status, await device.DiscardAsync(0, 512, Token));
        Assert.Equal(status, (await device.NextExtentAsync(0, 512, Token)).Status);
        Assert.Equal(status, await device.FlushAsync(Token));
    }

    private SparseFileDevice Open() => SparseFileDevice.Open(_path, TestWorld.Engine);
}

/// <summary>Counts the tasks that are sent to it and runs them on the pool.</summary>
internal sealed class CountingScheduler : TaskScheduler
{
    private int _count;

    public int Count => _count;

    protected override void QueueTask(Task task)
    {
        Interlocked.Increment(ref _count);
        ThreadPool.UnsafeQueueUserWorkItem(_ => TryExecuteTask(task), null);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
