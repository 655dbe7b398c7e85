using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

public sealed class MultipathTests
{
    private static readonly byte[] Sector = [.. Enumerable.Range(0, 512).Select(index => (byte)(index % 251))];

    [Fact]
    public async Task Bytes_written_are_read_back_and_seen_by_the_other_host()
    {
        TestLab lab = new() { Topology = LabTemplates.Build(LabTemplates.Cluster, new LabTemplateOptions())! };
        await using HostDevices first = await lab.ScanAsync("host1");
        await using HostDevices second = await lab.ScanAsync("host2");

        Assert.Equal(IoStatus.Success, await WriteAsync(first.Nodes[0], 4096));
        byte[] read = new byte[1024];
        Assert.Equal(IoStatus.Success, await second.Nodes[0].Device.ReadAsync(4096, read, CancellationToken.None));
        Assert.Equal([.. Sector, .. new byte[512]], read);
    }

    [Fact]
    public async Task Io_goes_round_robin_over_all_paths()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();

        for (int count = 0; count < 10; count++)
        {
            Assert.Equal(IoStatus.Success, await WriteAsync(devices.Nodes[0]));
        }

        Assert.Equal([5L, 5L], devices.Nodes[0].Paths.Select(path => path.UseCount));
    }

    [Fact]
    public async Task A_broken_link_is_skipped_disabled_and_enabled_again_by_a_scan()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();
        DmpNode node = devices.Nodes[0];

        devices.SetLink("c2", isUp: false);
        Assert.Equal(PathState.Enabled, node.Paths[0].State);
        Assert.Equal(IoStatus.Success, await WriteAsync(node));
        Assert.Equal(IoStatus.Success, await WriteAsync(node));
        Assert.Equal([PathState.Disabled, PathState.Enabled], node.Paths.Select(path => path.State));
        Assert.False(node.Paths[0].IsDisabledByHand);
        Assert.Equal(PathChange.NotReachable, devices.EnablePath("sdb"));

        devices.SetLink("c2", isUp: true);
        Assert.Equal(PathState.Disabled, node.Paths[0].State);
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(PathState.Enabled, node.Paths[0].State);
    }

    [Fact]
    public async Task All_links_down_is_not_reachable_and_disconnects_the_enclosure()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();
        Assert.Null(await devices.Dmp.SetTunableAsync("dmp_lun_retry_timeout", "0"));
        devices.SetLink("c2", isUp: false);
        devices.SetLink("c3", isUp: false);

        foreach (DmpNode node in devices.Nodes)
        {
            Assert.Equal(IoStatus.NotReachable, await WriteAsync(node));
            Assert.False(node.IsReachable);
        }

        Assert.All(devices.Enclosures, enclosure => Assert.False(enclosure.IsConnected));
        devices.SetLink("c3", isUp: true);
        Assert.Equal(PathChange.Changed, devices.EnablePath("c3"));
        Assert.Equal(IoStatus.Success, await WriteAsync(devices.Nodes[0]));
    }

    /// <summary>
    /// The link breaks while an I/O is under way and the I/O fails: it is issued again on the other path.
    /// </summary>
    [Fact]
    public async Task An_io_that_fails_with_its_link_is_repeated_elsewhere()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        DmpNode node = devices.Nodes[0];
        TestDisk disk = lab.Disk(node.LunName);
        disk.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        disk.Once = IoStatus.NotReachable;
        int before = disk.Calls;

        Task<IoStatus> write = WriteAsync(node).AsTask();
        DevicePath used = node.Paths.Single(path => path.UseCount == 1);
        devices.SetLink(used.Name, isUp: false);
        TaskCompletionSource gate = disk.Gate;
        disk.Gate = null;
        gate.SetResult();
        Assert.Equal(IoStatus.Success, await write);
        Assert.Equal(2, disk.Calls - before);
        Assert.Equal(PathState.Disabled, used.State);
    }

    [Fact]
    public async Task A_path_disabled_by_hand_stays_so_over_scans_and_the_last_one_needs_force()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();
        DmpNode node = devices.Nodes[0];

        Assert.Equal(PathChange.NotFound, devices.DisablePath("sdzz", force: false));
        Assert.Equal(PathChange.Changed, devices.DisablePath("sdb", force: false));
        Assert.Equal(PathChange.AlreadySo, devices.DisablePath("sdb", force: false));
        await devices.ScanAsync(CancellationToken.None);
        Assert.True(node.Paths[0].IsDisabledByHand);
        Assert.Equal([false, true], node.Paths.Select(path => path.IsInUse));

        Assert.Equal(PathChange.LastPath, devices.DisablePath("c3", force: false));
        Assert.Equal(PathChange.Changed, devices.DisablePath("c3", force: true));
        Assert.Equal(IoStatus.NotReachable, await WriteAsync(node));
        Assert.Equal(IoStatus.Success, await WriteAsync(devices.Nodes[1]));

        Assert.Equal(PathChange.Changed, devices.EnablePath("c3"));
        Assert.Equal(PathChange.AlreadySo, devices.EnablePath("c3"));
        Assert.Equal(IoStatus.Success, await WriteAsync(node));
    }

    [Fact]
    public async Task Optimized_paths_are_used_first_and_the_others_when_they_fail()
    {
        LabTopology lab = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(1))!;
        ArrayTopology netapp = lab.Arrays[0] with { Kind = "netapp", Vendor = "NETAPP", Product = "LUN" };
        netapp = netapp with { Luns = [netapp.Luns[0] with { ArrayVolumeId = "7" }] };
        TestLab test = new() { Topology = lab with { Arrays = [netapp, lab.Arrays[1]] } };
        await using HostDevices devices = await test.ScanAsync();
        DmpNode node = devices.FindNode("netapp0_7")!;
        DevicePath best = node.Paths.Single(path => path.Type == PathType.ActiveOptimized);
        DevicePath other = node.Paths.Single(path => path.Type == PathType.ActiveNonOptimized);

        await WriteAsync(node);
        await WriteAsync(node);
        Assert.Equal((2, 0), (best.UseCount, other.UseCount));
        devices.SetLink(best.Name, isUp: false);
        Assert.Equal(IoStatus.Success, await WriteAsync(node));
        Assert.Equal((true, 1), (other.IsInUse, other.UseCount));
    }

    [Fact]
    public async Task An_unpresented_lun_answers_not_reachable_at_once_and_disappears_at_the_scan()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        DmpNode node = devices.Nodes[0];

        await devices.ReplaceTopologyAsync(lab.Topology.WithLun("emc0/01f4", "host1", isPresented: false));
        Assert.Equal(IoStatus.NotReachable, await WriteAsync(node));
        Assert.Equal(IoStatus.NotReachable, await node.Device.FlushAsync(CancellationToken.None));
        Assert.False(node.IsReachable);
        Assert.Contains(node, devices.Nodes);
        Assert.Equal(IoStatus.Success, await WriteAsync(devices.Nodes[1]));

        await devices.ScanAsync(CancellationToken.None);
        Assert.DoesNotContain(node, devices.Nodes);
        Assert.Equal(3, devices.Enclosures[0].LunCount);

        await devices.ReplaceTopologyAsync(lab.Topology);
        Assert.Equal(IoStatus.NotReachable, await WriteAsync(node));
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(IoStatus.Success, await WriteAsync(node));
    }

    [Fact]
    public async Task An_array_whose_luns_are_all_gone_is_listed_as_disconnected()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();

        await devices.ReplaceTopologyAsync(lab.Topology.Arrays[0].Luns
            .Aggregate(lab.Topology, (now, lun) => now.WithLun(lun.Name, null, isPresented: false)));
        Assert.False(devices.Enclosures[0].IsConnected);
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(("emc0", false, 0),
            (devices.Enclosures[0].Name, devices.Enclosures[0].IsConnected, devices.Enclosures[0].LunCount));
        Assert.True(devices.Enclosures[1].IsConnected);
    }

    [Fact]
    public async Task Io_outside_the_lun_is_a_bug_of_the_caller()
    {
        await using HostDevices devices = await new TestLab().ScanAsync();
        IBlockDevice device = devices.Nodes[0].Device;

        await Assert.ThrowsAsync<InvariantViolationException>(
            async () => await device.ReadAsync(device.Length, new byte[512], CancellationToken.None));
        await Assert.ThrowsAsync<InvariantViolationException>(
            async () => await device.WriteAsync(256, new byte[512], WriteFlags.None, CancellationToken.None));
    }

    [Fact]
    public async Task Extents_are_passed_on_or_emulated()
    {
        TestLab lab = new();
        await using HostDevices devices = await lab.ScanAsync();
        IExtentDevice device = Assert.IsAssignableFrom<IExtentDevice>(devices.Nodes[0].Device);

        await WriteAsync(devices.Nodes[0], 512);
        Assert.Equal(IoStatus.Success, await device.ZeroAsync(0, 1024, WriteFlags.None, CancellationToken.None));
        await WriteAsync(devices.Nodes[0], 2048);
        Assert.Equal(IoStatus.Success, await device.DiscardAsync(2048, 512, CancellationToken.None));
        Assert.All(lab.Disk("emc0/01f4").Sectors.Values, bytes => Assert.Equal(new byte[512], bytes));
        Assert.Equal(new ExtentReply(IoStatus.Success, ExtentKind.Data, 4096),
            await device.NextExtentAsync(0, 4096, CancellationToken.None));
    }

    private static ValueTask<IoStatus> WriteAsync(DmpNode node, long offset = 0) =>
        node.Device.WriteAsync(offset, Sector, WriteFlags.None, CancellationToken.None);
}
