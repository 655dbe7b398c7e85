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

        Assert.Equal((128L << 10, 128L << 10), lab.Arrays.PoolUsage("pure0", "p1"));
        Assert.Equal(IoStatus.NoSpace, (await lab.WriteAsync(two)).Status);
        Assert.Equal(IoStatus.NoSpace, (await lab.WriteAsync(one, 8 * 16384)).Status);
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(one, 1024)).Status);
        byte[] read = new byte[512];
        Assert.Equal(IoStatus.Success, await two.Device.ReadAsync(0, read, CancellationToken.None));
        Assert.Equal(new byte[512], read);

        IExtentDevice thin = Assert.IsAssignableFrom<IExtentDevice>(one.Device);
        Assert.Equal(IoStatus.Success, await thin.DiscardAsync(0, 16384 + 8192, CancellationToken.None));
        Assert.Equal((112L << 10, 128L << 10), lab.Arrays.PoolUsage("pure0", "p1"));
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
        Assert.InRange(fresh.PoolUsage("pure0", "p1")!.Value.Used, 16 << 10, 128 << 10);
        await devices.DisposeAsync();
    });

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
            ("thin: true", "thin: false", "is not thin"),
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
