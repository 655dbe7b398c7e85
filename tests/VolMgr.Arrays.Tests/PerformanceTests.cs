using VolMgr.Arrays.Performance;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

/// <summary>What modelled arrays take of time, to the tick: all of it in virtual time.</summary>
public sealed class PerformanceTests
{
    private const long Megabyte = 1_000_000;
    private static readonly byte[] mebibyte = new byte[1 << 20];

    [Fact]
    public void A_single_operation_takes_its_latency_and_its_bytes() => Run(
        Lun(new PerformanceModel { Read = Ms(5), Write = Ms(2), Flush = Ms(1), BytesPerSecond = 128 << 20 }),
        async (lab, node) =>
        {
            IExtentDevice device = Assert.IsAssignableFrom<IExtentDevice>(node.Device);
            Assert.Equal(Ms(5 + 7.8125), await lab.TimeAsync(() => ReadAsync(node)));
            Assert.Equal(Ms(2 + 7.8125), await lab.TimeAsync(() => WriteAsync(node)));
            Assert.Equal(Ms(1), await lab.TimeAsync(() => device.FlushAsync(CancellationToken.None)));
            Assert.Equal(Ms(2), await lab.TimeAsync(() => device.DiscardAsync(0, 1 << 20, CancellationToken.None)));
            Assert.Equal(Ms(2), await lab.TimeAsync(
                () => device.ZeroAsync(0, 1 << 20, WriteFlags.None, CancellationToken.None)));
        });

    /// <summary>Ten operations at once: fixed times overlap, bytes follow one another.</summary>
    [Fact]
    public void Latencies_overlap_and_bandwidth_does_not() => Run(
        Lun(new PerformanceModel { Read = Ms(5), BytesPerSecond = 128 << 20 }),
        async (lab, node) => Assert.Equal(
            Ms(5 + (10 * 7.8125)), await lab.TimeAsync(() => AllAsync(10, () => ReadAsync(node)))));

    [Fact]
    public void A_link_that_is_never_idle_passes_its_rate_to_the_byte() => Run(
        Lun(new PerformanceModel { BytesPerSecond = 3 * Megabyte }),
        async (lab, node) =>
        {
            // 512 bytes are 1706.66 ticks; 3000 of them are 512 ms exactly.
            byte[] sector = new byte[512];
            Assert.Equal(Ms(512), await lab.TimeAsync(() => AllAsync(
                3000, () => node.Device.ReadAsync(0, sector, CancellationToken.None))));
        });

    [Fact]
    public void Operations_a_second_are_a_limit_of_their_own() => Run(
        Lun(new PerformanceModel { OperationsPerSecond = 500, BytesPerSecond = 1000 * Megabyte }),
        async (lab, node) =>
        {
            byte[] sector = new byte[512];
            Assert.Equal(Ms(200), await lab.TimeAsync(() => AllAsync(
                100, () => node.Device.ReadAsync(0, sector, CancellationToken.None))));
        });

    /// <summary>Sixteen operations of 5 ms on a LUN that works on four at once.</summary>
    [Fact]
    public void A_full_queue_makes_the_next_operation_wait() => Run(
        Lun(new PerformanceModel { Read = Ms(5), QueueDepth = 4 }),
        async (lab, node) => Assert.Equal(
            Ms(20), await lab.TimeAsync(() => AllAsync(16, () => ReadAsync(node)))));

    [Fact]
    public void Two_luns_of_a_pool_share_its_bandwidth() => RunTwo(
        lab => lab with
        {
            Arrays = [lab.Arrays[0], lab.Arrays[1] with
            {
                Pools = [new PoolTopology
                {
                    Name = "p1", Size = 64 << 20,
                    Performance = new PerformanceModel { BytesPerSecond = 128 << 20 },
                }],
                Luns = [.. lab.Arrays[1].Luns.Select(lun => lun with { Pool = "p1" })],
            }],
        },
        async (lab, one, two) =>
        {
            await BothAsync(WriteAsync(one).AsTask(), WriteAsync(two).AsTask()); // takes the pool's space
            Assert.Equal(Ms(8 * 7.8125), await lab.TimeAsync(() => AllAsync(8, () => WriteAsync(one))));
            Assert.Equal(Ms(16 * 7.8125), await lab.TimeAsync(() => BothAsync(
                AllAsync(8, () => WriteAsync(one)), AllAsync(8, () => ReadAsync(two)))));
        });

    [Fact]
    public void All_luns_of_an_array_share_what_the_array_has() => RunTwo(
        lab => WithModels(lab, new ArrayPerformance { Array = new PerformanceModel { BytesPerSecond = 128 << 20 } }),
        async (lab, one, two) => Assert.Equal(Ms(16 * 7.8125), await lab.TimeAsync(() => BothAsync(
            AllAsync(8, () => WriteAsync(one)), AllAsync(8, () => ReadAsync(two))))));

    /// <summary>Two paths carry twice what one carries, each direction of a port for itself.</summary>
    [Fact]
    public void A_port_limits_its_paths_in_each_direction() => RunTwo(
        lab => WithModels(lab, new ArrayPerformance { Port = new PerformanceModel { BytesPerSecond = 128 << 20 } }),
        async (lab, one, two) =>
        {
            Assert.Equal(Ms(4 * 7.8125), await lab.TimeAsync(() => AllAsync(8, () => ReadAsync(one))));
            Assert.Equal(Ms(4 * 7.8125), await lab.TimeAsync(() => AllAsync(8, () => WriteAsync(one))));
            // The policy sends the first of two to the first port, and so on: both directions are full at both ports.
            Assert.Equal(Ms(4 * 7.8125), await lab.TimeAsync(() => BothAsync(
                AllAsync(8, () => ReadAsync(one)), AllAsync(8, () => WriteAsync(two)))));
        });

    [Fact]
    public void With_one_path_left_the_other_port_has_to_carry_all() => RunTwo(
        lab => WithModels(lab, new ArrayPerformance { Port = new PerformanceModel { BytesPerSecond = 128 << 20 } })
            with
        {
            Hosts = [.. lab.Hosts.Select(host => host with { Hbas = [host.Hbas[0]] })],
        },
        async (lab, one, two) =>
        {
            Assert.Equal(Ms(8 * 7.8125), await lab.TimeAsync(() => AllAsync(8, () => ReadAsync(one))));
            Assert.Equal(Ms(8 * 7.8125), await lab.TimeAsync(() => BothAsync(
                AllAsync(8, () => ReadAsync(one)), AllAsync(8, () => WriteAsync(two)))));
        });

    [Fact]
    public void Of_all_parts_on_the_way_the_slowest_decides() => Run(
        new ArrayPerformance
        {
            Port = new PerformanceModel { Read = Ms(0.1), BytesPerSecond = 256 << 20 },
            Array = new PerformanceModel { Read = Ms(0.2), BytesPerSecond = 128 << 20 },
            Lun = new PerformanceModel { Read = Ms(0.5), BytesPerSecond = 512 << 20 },
        },
        async (lab, node) => Assert.Equal(Ms(0.8 + 7.8125), await lab.TimeAsync(() => ReadAsync(node))));

    [Fact]
    public void Two_hosts_meet_at_the_array() => Run(
        new ArrayPerformance { Array = new PerformanceModel { BytesPerSecond = 128 << 20 } },
        async (lab, node) =>
        {
            HostDevices second = await lab.BootAsync("host2");
            DmpNode same = second.FindNode(node.Name)!;
            Assert.Equal(Ms(2 * 7.8125), await lab.TimeAsync(() => BothAsync(
                ReadAsync(node).AsTask(), ReadAsync(same).AsTask())));
            await second.DisposeAsync();
        });

    [Fact]
    public void Suspended_models_and_arrays_without_any_take_no_time() => Run(
        Lun(new PerformanceModel { Read = Ms(5) }),
        async (lab, node) =>
        {
            lab.Arrays.Performance.IsSuspended = true;
            Assert.Equal(TimeSpan.Zero, await lab.TimeAsync(() => ReadAsync(node)));
            lab.Arrays.Performance.IsSuspended = false;
            Assert.Equal(Ms(5), await lab.TimeAsync(() => ReadAsync(node)));
            HostDevices plain = await lab.BootAsync("host2");
            DmpNode other = plain.Nodes.First(each => each.LunName.StartsWith("emc0", StringComparison.Ordinal));
            Assert.All(other.Paths, path => Assert.Null(path.Timing));
            Task<IoStatus> read = other.Device.ReadAsync(0, mebibyte.AsMemory(0, 512), CancellationToken.None).AsTask();
            Assert.True(read.IsCompletedSuccessfully);
            await plain.DisposeAsync();
        });

    private static TimeSpan Ms(double milliseconds) =>
        TimeSpan.FromTicks((long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond));

    private static ArrayPerformance Lun(PerformanceModel model) => new() { Lun = model };

    private static LabTopology WithModels(LabTopology lab, ArrayPerformance models) =>
        lab with { Arrays = [lab.Arrays[0], lab.Arrays[1] with { Performance = models }] };

    private static ValueTask<IoStatus> ReadAsync(DmpNode node) =>
        node.Device.ReadAsync(0, mebibyte, CancellationToken.None);

    private static ValueTask<IoStatus> WriteAsync(DmpNode node) =>
        node.Device.WriteAsync(0, mebibyte, WriteFlags.None, CancellationToken.None);

    private static async Task<IoStatus> AllAsync(int count, Func<ValueTask<IoStatus>> operation)
    {
        List<Task<IoStatus>> started = [.. Enumerable.Range(0, count).Select(_ => operation().AsTask())];
        foreach (Task<IoStatus> each in started)
        {
            Assert.Equal(IoStatus.Success, await each);
        }

        return IoStatus.Success;
    }

    private static async Task<IoStatus> BothAsync(Task<IoStatus> one, Task<IoStatus> two)
    {
        Assert.Equal(IoStatus.Success, await one);
        return await two;
    }

    private static void Run(ArrayPerformance models, Func<SimulatedHosts, DmpNode, Task> body) =>
        RunTwo(lab => WithModels(lab, models), (lab, node, _) => body(lab, node));

    private static void RunTwo(
        Func<LabTopology, LabTopology> change, Func<SimulatedHosts, DmpNode, DmpNode, Task> body)
    {
        SimulatedHosts lab = new();
        lab.Topology = change(lab.Topology);
        lab.Simulator.Run(async () =>
        {
            HostDevices devices = await lab.BootAsync();
            await body(lab, devices.FindNode("pure0_0012")!, devices.FindNode("pure0_0013")!);
            await devices.DisposeAsync();
        });
    }
}
