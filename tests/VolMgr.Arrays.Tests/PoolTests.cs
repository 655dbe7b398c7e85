using VolMgr.Arrays.Scsi;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

public sealed class PoolTests
{
    /// <summary>
    /// Two LUNs of 1 MiB promise more than the pool of 128 KiB has. What has space is written again when it is full,
    /// what has none fails with nothing changed, and space that is discarded serves the other LUN.
    /// </summary>
    [Fact]
    public void A_full_pool_fails_writes_to_new_space_only_and_gets_discarded_space_back() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        HostDevices second = await lab.BootAsync("host2");
        DmpNode one = devices.FindNode("pure0_0012")!;
        DmpNode two = second.FindNode("pure0_0013")!;
        for (int unit = 0; unit < 8; unit++)
        {
            Assert.Equal(IoStatus.Success, (await lab.WriteAsync(one, unit * 16384L)).Status);
            Assert.Equal(IoStatus.Success, (await lab.WriteAsync(one, (unit * 16384L) + 512)).Status);
        }

        Assert.Equal(128L << 10, lab.Arrays.PoolUsage(lab.Topology, "pure0", "p1"));
        Assert.Equal(IoStatus.NoSpace, (await lab.WriteAsync(two)).Status);
        Assert.Equal(IoStatus.NoSpace, (await lab.WriteAsync(one, 8 * 16384)).Status);
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(one, 1024)).Status);
        byte[] read = new byte[512];
        Assert.Equal(IoStatus.Success, await two.Device.ReadAsync(0, read, CancellationToken.None));
        Assert.Equal(new byte[512], read);

        IExtentDevice thin = Assert.IsAssignableFrom<IExtentDevice>(one.Device);
        Assert.Equal(IoStatus.Success, await thin.DiscardAsync(0, 16384 + 8192, CancellationToken.None));
        Assert.Equal(112L << 10, lab.Arrays.PoolUsage(lab.Topology, "pure0", "p1"));
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(two)).Status);
        Assert.Equal(IoStatus.NoSpace, (await lab.WriteAsync(one)).Status);
        await devices.DisposeAsync();
        await second.DisposeAsync();
    });

    [Fact]
    public void Space_is_known_again_after_the_lab_was_down() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        await lab.WriteAsync(devices.FindNode("pure0_0012")!, 65536);
        await devices.DisposeAsync();
        LabArrays fresh = new();
        devices = new HostDevices(lab.Topology, "host1", lab, lab.Files["host1"], lab.Simulator.Engine, fresh);
        await devices.ScanAsync(CancellationToken.None);
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(devices.FindNode("pure0_0012")!, 65536)).Status);
        Assert.InRange(fresh.PoolUsage(lab.Topology, "pure0", "p1")!.Value, 16 << 10, 128 << 10);
        await devices.DisposeAsync();
    });

    /// <summary>Thick LUNs have their space from the start, and no write of theirs can find the pool full.</summary>
    [Fact]
    public void A_thick_lun_takes_its_space_from_the_start_and_never_finds_the_pool_full() => Run(async lab =>
    {
        lab.Topology = WithPool(new PoolTopology { Name = "p1", Size = (1 << 20) + (32 << 10) }, isSecondThick: true);
        HostDevices devices = await lab.BootAsync();
        Assert.Equal(1L << 20, lab.Arrays.PoolUsage(lab.Topology, "pure0", "p1"));
        DmpNode thin = devices.FindNode("pure0_0012")!;
        DmpNode thick = devices.FindNode("pure0_0013")!;
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(thin)).Status);
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(thin, 16384)).Status);
        Assert.Equal(IoStatus.NoSpace, (await lab.WriteAsync(thin, 32768)).Status);
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(thick, (1 << 20) - 512)).Status);
        Assert.Equal((1L << 20) + (32 << 10), lab.Arrays.PoolUsage(lab.Topology, "pure0", "p1"));
        Assert.False(thick.IsThin);
        await devices.DisposeAsync();
    });

    [Fact]
    public void A_pool_may_take_a_lun_offline_that_finds_it_full_until_it_has_space() => Run(async lab =>
    {
        lab.Topology = WithPool(
            new PoolTopology { Name = "p1", Size = 32 << 10, WhenFull = PoolFullBehaviour.Offline }, false);
        HostDevices devices = await lab.BootAsync();
        DmpNode one = devices.FindNode("pure0_0012")!;
        DmpNode two = devices.FindNode("pure0_0013")!;
        await lab.WriteAsync(one);
        await lab.WriteAsync(two);
        Assert.Equal(IoStatus.NotReachable, (await lab.WriteAsync(two, 16384)).Status);
        Assert.Equal(IoStatus.NotReachable, await two.Device.ReadAsync(0, new byte[512], CancellationToken.None));
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(one, 512)).Status);

        IExtentDevice freed = Assert.IsAssignableFrom<IExtentDevice>(one.Device);
        Assert.Equal(IoStatus.Success, await freed.DiscardAsync(0, 16384, CancellationToken.None));
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(two, 16384)).Status);
        await devices.DisposeAsync();
    });

    [Fact]
    public void Block_limits_tell_the_allocation_unit_of_the_pool() => Run(async lab =>
    {
        lab.Topology = WithPool(new PoolTopology { Name = "p1", Size = 1 << 20, Unit = 64 << 10 }, false);
        EmulatedLun lun = new(lab.Topology.Arrays[1], lab.Topology.Arrays[1].Luns[0]);
        Assert.True(BlockLimitsPage.TryRead(lun.Page(VitalPage.BlockLimits, 1), out BlockLimitsPage page));
        Assert.Equal(128, page.UnmapGranularityBlocks);
        await Task.CompletedTask;
    });

    private static LabTopology WithPool(PoolTopology pool, bool isSecondThick)
    {
        LabTopology lab = Pooled();
        LunTopology[] luns = [lab.Arrays[1].Luns[0], lab.Arrays[1].Luns[1] with { IsThin = !isSecondThick }];
        return lab with { Arrays = [lab.Arrays[0], lab.Arrays[1] with { Pools = [pool], Luns = luns }] };
    }

    [Fact]
    public void Pools_are_read_written_and_checked()
    {
        string text = LabTopologyText.Write(Pooled());
        Assert.Contains("pools:\n      - { name: p1, size: 128k, unit: 16k }", text);
        Assert.Contains(", pool: p1", text);
        TopologyReading reading = LabTopologyText.Read(text);
        Assert.Empty(reading.Problems);
        Assert.Equal(text, LabTopologyText.Write(reading.Topology!));

        foreach ((string from, string to, string problem) in new[]
        {
            (", pool: p1", ", pool: p2", "there is no pool"), ("unit: 16k", "unit: 3k", "power of two"),
            ("size: 128k", "size: 16k, full: maybe", "neither fail nor offline"),
            ("thin: true", "thin: false", "too small for its thick LUNs"),
        })
        {
            Assert.Contains(
                LabTopologyText.Read(text.Replace(from, to, StringComparison.Ordinal)).Problems,
                each => each.ToString()!.Contains(problem, StringComparison.Ordinal));
        }
    }

    private static LabTopology Pooled()
    {
        LabTopology lab = LabTemplates.Build(LabTemplates.Cluster, new LabTemplateOptions(2, 1 << 20))!;
        ArrayTopology pure = lab.Arrays[1] with
        {
            Pools = [new PoolTopology { Name = "p1", Size = 128 << 10 }],
            Luns = [.. lab.Arrays[1].Luns.Select(lun => lun with { Pool = "p1" })],
        };
        return lab with { Arrays = [lab.Arrays[0], pure] };
    }

    private static void Run(Func<SimulatedHosts, Task> program)
    {
        SimulatedHosts lab = new() { Topology = Pooled() };
        lab.Simulator.Run(() => program(lab));
    }
}
