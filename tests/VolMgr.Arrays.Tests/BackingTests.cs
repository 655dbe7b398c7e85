using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

public sealed class BackingTests
{
    private const string Lun = "emc0/01f4";

    private static readonly byte[] Sector = new byte[512];

    [Fact]
    public async Task A_missing_backing_leaves_the_node_visible_and_every_io_a_status()
    {
        TestLab lab = new();
        lab.Disk(Lun).Length = 0;
        await using HostDevices devices = await lab.ScanAsync();

        DmpNode node = devices.Nodes[0];
        Assert.Equal(("emc0_01f4", 1L << 30), (node.Name, node.Length));
        Assert.False(node.IsReachable);
        IExtentDevice device = (IExtentDevice)node.Device;
        Assert.Equal(IoStatus.NotReachable, await device.ReadAsync(0, new byte[512], CancellationToken.None));
        Assert.Equal(IoStatus.NotReachable, await WriteAsync(node, 0));
        Assert.Equal(IoStatus.NotReachable, await device.FlushAsync(CancellationToken.None));
        Assert.Equal(IoStatus.NotReachable, await device.ZeroAsync(0, 512, WriteFlags.None, CancellationToken.None));
        Assert.Equal(IoStatus.NotReachable, await device.DiscardAsync(0, 512, CancellationToken.None));
        Assert.Equal(IoStatus.NotReachable, (await device.NextExtentAsync(0, 512, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task A_backing_that_is_back_is_opened_by_the_next_scan()
    {
        TestLab lab = new();
        lab.Disk(Lun).Length = 0;
        await using HostDevices devices = await lab.ScanAsync();

        lab.Disk(Lun).Length = 1L << 30;
        Assert.Equal(IoStatus.NotReachable, await WriteAsync(devices.Nodes[0], 0));
        await devices.ScanAsync(CancellationToken.None);
        Assert.True(devices.Nodes[0].IsReachable);
        Assert.Equal(IoStatus.Success, await WriteAsync(devices.Nodes[0], 0));
    }

    [Fact]
    public async Task A_truncated_backing_works_up_to_its_end_and_is_a_media_error_behind_it()
    {
        TestLab lab = new();
        lab.Disk(Lun).Length = 8192;
        await using HostDevices devices = await lab.ScanAsync();

        DmpNode node = devices.Nodes[0];
        Assert.Equal(1L << 30, node.Length);
        Assert.True(node.IsReachable);
        Assert.Equal(IoStatus.Success, await WriteAsync(node, 7680));
        Assert.Equal(IoStatus.MediaError, await WriteAsync(node, 8192));
        Assert.Equal(IoStatus.MediaError, await WriteAsync(node, node.Length - 512));
    }

    [Fact]
    public async Task A_lun_that_grew_is_larger_after_the_scan()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        LabTopology grown = lab.Topology with
        {
            Arrays = [lab.Topology.Arrays[0] with
            {
                Luns = [.. lab.Topology.Arrays[0].Luns.Select(lun => lun with { Size = 2L << 30 })],
            }, lab.Topology.Arrays[1]],
        };

        lab.Disk(Lun).Length = 2L << 30;
        await devices.ReplaceTopologyAsync(grown);
        Assert.Equal(1L << 30, devices.Nodes[0].Length);
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(2L << 30, devices.Nodes[0].Device.Length);
        Assert.Equal(IoStatus.Success, await WriteAsync(devices.Nodes[0], (2L << 30) - 512));
    }

    [Fact]
    public async Task A_sound_backing_is_opened_once()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        await devices.ScanAsync(CancellationToken.None);

        Assert.Equal(8, lab.OpenCount);
    }

    /// <summary>
    /// A write is acknowledged, then the backing fails: after a scan a fresh device would call a flush a success though
    /// the write may be lost. The connection has to keep failing.
    /// </summary>
    [Fact]
    public async Task A_failed_backing_with_unflushed_writes_is_not_opened_anew()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        DmpNode node = devices.Nodes[0];
        TestDisk disk = lab.Disk(Lun);

        Assert.Equal(IoStatus.Success, await WriteAsync(node, 0));
        disk.Status = IoStatus.NotReachable;
        Assert.Equal(IoStatus.NotReachable, await node.Device.FlushAsync(CancellationToken.None));
        int opened = lab.OpenCount;
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(opened, lab.OpenCount);

        disk.Status = IoStatus.Success;
        Assert.Equal(IoStatus.Success, await node.Device.FlushAsync(CancellationToken.None));
        disk.Status = IoStatus.NotReachable;
        Assert.Equal(IoStatus.NotReachable, await node.Device.ReadAsync(0, new byte[512], CancellationToken.None));
        await devices.ScanAsync(CancellationToken.None);
        Assert.True(lab.OpenCount > opened);
    }

    /// <summary>
    /// A backing that keeps its own account of unflushed writes is believed: without any it is opened anew at once
    /// when it does not come back, with some it stays until it has come back by itself.
    /// </summary>
    [Fact]
    public async Task A_backing_that_restores_itself_is_opened_anew_only_when_nothing_depends_on_it()
    {
        RestoringOpener opener = new();
        await using HostDevices devices = new(
            opener.Lab.Topology, "host1", opener, opener.Lab.Files, TestLab.Engine);
        await devices.ScanAsync(CancellationToken.None);
        DmpNode node = devices.Nodes[0];
        RestoringDisk disk = opener.Opened[Lun];
        int opened = opener.Count;

        Assert.Equal(IoStatus.Success, await WriteAsync(node, 0));
        disk.HasUnflushedWrites = true;
        disk.Status = IoStatus.NotReachable;
        Assert.Equal(IoStatus.NotReachable, await WriteAsync(node, 0));
        await devices.ScanAsync(CancellationToken.None);
        Assert.False(node.IsReachable);
        disk.Status = IoStatus.Success;
        await devices.ScanAsync(CancellationToken.None);
        Assert.True(node.IsReachable);
        Assert.Equal(opened, opener.Count);

        disk.HasUnflushedWrites = false;
        disk.Status = IoStatus.NotReachable;
        Assert.Equal(IoStatus.NotReachable, await WriteAsync(node, 0));
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(opened + 1, opener.Count);
        Assert.True(node.IsReachable);
        Assert.Equal(IoStatus.Success, await WriteAsync(node, 0));
    }

    private sealed class RestoringOpener : ILunOpener
    {
        public TestLab Lab { get; } = new();

        public Dictionary<string, RestoringDisk> Opened { get; } = [];

        public int Count { get; private set; }

        public IBlockDevice Open(LunTopology lun)
        {
            Count++;
            return Opened[lun.Name] = new RestoringDisk(lun.Size);
        }
    }

    private sealed class RestoringDisk(long length) : ISelfRestoringDevice
    {
        public IoStatus Status { get; set; }

        public bool? HasUnflushedWrites { get; set; } = false;

        public long Length => length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            ValueTask.FromResult(Status);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            ValueTask.FromResult(Status);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => ValueTask.FromResult(Status);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_lun_that_answers_with_an_error_passes_it_on_and_keeps_its_paths()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        lab.Disk(Lun).Status = IoStatus.MediaError;

        Assert.Equal(IoStatus.MediaError, await WriteAsync(devices.Nodes[0], 0));
        Assert.True(devices.Nodes[0].IsReachable);
        Assert.All(devices.Nodes[0].Paths, path => Assert.Equal(PathState.Enabled, path.State));
    }

    [Fact]
    public void Memory_files_are_read_listed_and_deleted()
    {
        MemoryHostFiles files = new();
        files.Write("etc/vx/b", "1");
        files.Write("etc/vx/a", "2");
        files.Write("etc/vx/deep/c", "3");
        files.Write("etc/vxx", "4");

        Assert.Equal(["a", "b"], files.List("etc/vx"));
        Assert.Equal("2", files.Read("etc/vx/a"));
        files.Delete("etc/vx/a");
        files.Delete("etc/vx/a");
        Assert.Null(files.Read("etc/vx/a"));
        Assert.Empty(files.List("nowhere"));
    }

    private static ValueTask<IoStatus> WriteAsync(DmpNode node, long offset) =>
        node.Device.WriteAsync(offset, Sector, WriteFlags.None, CancellationToken.None);
}
