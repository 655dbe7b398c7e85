using VolMgr.Arrays.Multipath;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

/// <summary>Multipathing as the acceptance points DMP-1 to DMP-4 ask for it, in virtual time.</summary>
public sealed class DmpTests
{
    [Fact]
    public void DMP_1_losing_all_paths_but_one_costs_no_application_error_and_at_most_the_command_timeout() =>
        Run(async lab =>
        {
            HostDevices devices = await lab.BootAsync();
            DmpNode node = devices.FindNode("emc0_01f4")!;

            devices.SetLink("c2", isUp: false);
            for (int count = 0; count < 4; count++)
            {
                Assert.Equal((IoStatus.Success, TimeSpan.Zero), await lab.WriteAsync(node));
            }

            Assert.Equal([PathState.Disabled, PathState.Enabled], node.Paths.Select(path => path.State));
            Assert.Equal(
                ["VxVM vxdmp NOTICE V-5-0-112 disabled path sdb belonging to the dmpnode emc0_01f4"],
                lab.Events.Select(each => each.Text));
            await devices.DisposeAsync();
        });

    [Fact]
    public void DMP_1_a_path_that_swallows_commands_costs_the_command_timeout_once() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("emc0_01f4")!;
        Assert.Null(await devices.Dmp.SetTunableAsync("dmp_scsi_timeout", "7"));

        devices.SetTrouble("c2", PathTrouble.Hang);
        List<TimeSpan> times = [];
        for (int count = 0; count < 4; count++)
        {
            (IoStatus status, TimeSpan time) = await lab.WriteAsync(node);
            Assert.Equal(IoStatus.Success, status);
            times.Add(time);
        }

        Assert.Equal(TimeSpan.FromSeconds(7), times.Max());
        Assert.Single(times, time => time > TimeSpan.Zero);
        await devices.DisposeAsync();
    });

    /// <summary>
    /// The last path fails: I/O is retried for the LUN's retry time, then fails, and from then on fails at once. When
    /// a cable is back the restore daemon notices.
    /// </summary>
    [Fact]
    public void DMP_1_losing_the_last_path_is_an_error_after_the_retry_period_and_coming_back_is_noticed() =>
        Run(async lab =>
        {
            HostDevices devices = await lab.BootAsync();
            DmpNode node = devices.FindNode("emc0_01f4")!;
            devices.SetLink("c2", isUp: false);
            devices.SetLink("c3", isUp: false);

            await lab.WaitAsync(1);
            Assert.Equal((IoStatus.NotReachable, TimeSpan.FromSeconds(30)), await lab.WriteAsync(node));
            Assert.Equal((IoStatus.NotReachable, TimeSpan.Zero), await lab.WriteAsync(node));
            Assert.Equal(
                [DmpEventKind.PathDisabled, DmpEventKind.PathDisabled, DmpEventKind.NodeDisabled],
                lab.Events.Select(each => each.Kind));

            devices.SetLink("c3", isUp: true);
            await lab.WaitAsync(301);
            Assert.Equal(1, node.Paths.Count(path => path.State == PathState.Enabled));
            Assert.Contains(lab.Events, each => each.Kind == DmpEventKind.NodeEnabled);
            Assert.Equal((IoStatus.Success, TimeSpan.Zero), await lab.WriteAsync(node));
            await devices.DisposeAsync();
        });

    [Fact]
    public void DMP_1_a_path_that_returns_within_the_retry_period_saves_the_io() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("emc0_01f4")!;
        devices.SetLink("c2", isUp: false);
        devices.SetLink("c3", isUp: false);

        Task<(IoStatus Status, TimeSpan Time)> write = lab.WriteAsync(node);
        await lab.WaitAsync(12.5);
        devices.SetLink("c2", isUp: true);
        Assert.Equal((IoStatus.Success, TimeSpan.FromSeconds(13)), await write);
        await devices.DisposeAsync();
    });

    [Fact]
    public void A_busy_answer_is_repeated_on_its_path_as_often_as_the_retry_count_says() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("emc0_01f4")!;
        Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "iopolicy", "singleactive"));

        devices.SetTrouble("sdb", PathTrouble.Busy(5));
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(node)).Status);
        Assert.Equal(PathState.Enabled, node.Paths[0].State);

        devices.SetTrouble("sdb", PathTrouble.Busy(6));
        Assert.Equal(IoStatus.Success, (await lab.WriteAsync(node)).Status);
        Assert.Equal(PathState.Disabled, node.Paths[0].State);
        await devices.DisposeAsync();
    });

    [Fact]
    public void A_path_that_flaps_is_watched_for_the_path_age_before_it_carries_io() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("emc0_01f4")!;
        Assert.Null(await devices.Dmp.SetTunableAsync("dmp_restore_interval", "10"));
        async Task PullAsync()
        {
            devices.SetLink("sdb", isUp: false);
            await lab.WriteAsync(node);
            await lab.WriteAsync(node);
            devices.SetLink("sdb", isUp: true);
        }

        await PullAsync();
        await lab.WaitAsync(11);
        Assert.Equal(PathState.Enabled, node.Paths[0].State);

        await PullAsync();
        Assert.True(node.Paths[0].IsIntermittent);
        await lab.WaitAsync(290);
        Assert.Equal(PathState.Disabled, node.Paths[0].State);
        await lab.WaitAsync(31);
        Assert.Equal(PathState.Enabled, node.Paths[0].State);
        await devices.DisposeAsync();
    });

    [Fact]
    public void The_restore_daemon_finds_a_dead_idle_path_only_under_the_wide_policies() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DevicePath path = devices.FindNode("emc0_01f4")!.Paths[0];

        devices.SetLink("sdb", isUp: false);
        await lab.WaitAsync(601);
        Assert.Equal(PathState.Enabled, path.State);
        Assert.Null(await devices.Dmp.SetTunableAsync("dmp_restore_policy", "check_all"));
        await lab.WaitAsync(301);
        Assert.Equal(PathState.Disabled, path.State);

        devices.SetLink("sdb", isUp: true);
        Assert.Null(await devices.Dmp.SetTunableAsync("dmp_restore_state", "stopped"));
        await lab.WaitAsync(3000);
        Assert.Equal(PathState.Disabled, path.State);
        await devices.DisposeAsync();
    });

    [Fact]
    public void DMP_2_implicit_trespass_moves_the_lun_and_two_hosts_that_disagree_play_ping_pong() => Run(async lab =>
    {
        lab.Topology = SimulatedHosts.Only(SimulatedHosts.ActivePassive(isExplicit: false));
        await PingPongAsync(lab, "hds9500v0_23", "A/P");
    });

    [Fact]
    public void DMP_2_explicit_failover_sends_io_to_the_secondary_only_after_trespass() => Run(async lab =>
    {
        lab.Topology = SimulatedHosts.Only(SimulatedHosts.ActivePassive(isExplicit: true));
        await PingPongAsync(lab, "emc_clariion0_23", "CLR-A/PF");
    });

    /// <summary>Required paths before a migration: what has fewer is named.</summary>
    [Fact]
    public void DMP_3_a_lun_with_fewer_than_the_required_paths_fails_the_path_check() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        Assert.Empty(PathCheck.Run(devices.Nodes, required: 2));

        devices.SetLink("sdb", isUp: false);
        await lab.WriteAsync(devices.FindNode("emc0_01f4")!);
        await lab.WriteAsync(devices.FindNode("emc0_01f4")!);
        Assert.Equal(
            ["emc0_01f4: 1 of 2 paths is enabled and 2 are required; disabled: sdb"],
            PathCheck.Run(devices.Nodes, required: 2));
        Assert.Equal(4, PathCheck.Run(devices.Nodes, required: 3).Count);

        Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "redundancy", "2"));
        Assert.Single(PathCheck.Run(devices.Nodes, required: 0));
        await devices.DisposeAsync();
    });

    [Theory]
    [InlineData("18014398509481984")]
    [InlineData("9223372036854775807")]
    [InlineData("99999999999999999999")]
    public void DMP_4_a_partition_that_no_number_of_bytes_holds_is_refused(string sectors) => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();

        string? refusal = await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "partitionsize", sectors);

        Assert.Contains("expected a number of sectors", refusal, StringComparison.Ordinal);
        await devices.ScanAsync(CancellationToken.None);
        Assert.NotEmpty(devices.Nodes);
    });

    [Theory]
    [InlineData("round-robin", 8, 8)]
    [InlineData("minimumq", 8, 8)]
    [InlineData("balanced", 12, 4)]
    [InlineData("priority", 0, 16)]
    [InlineData("singleactive", 16, 0)]
    public void DMP_4_policies_spread_io_and_the_paths_statistics_add_up_to_the_nodes(
        string policy, long first, long second) => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("emc0_01f4")!;
        Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "iopolicy", policy));
        Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "partitionsize", "8"));
        Assert.Null(await devices.Dmp.SetPathAsync("sdf", "active", priority: 3));
        devices.Dmp.GatherStatistics(isOn: true);

        for (int count = 0; count < 16; count++)
        {
            Assert.Equal(IoStatus.Success, (await lab.WriteAsync(node, count < 12 ? 8192 : 4096)).Status);
        }

        Assert.Equal([first, second], node.Paths.Select(path => path.Counts.Writes));
        Assert.Equal(node.Counts, node.Paths.Select(path => path.Counts).Aggregate((sum, one) => sum + one));
        Assert.Equal(16 * 512, node.Counts.WrittenBytes);
        await devices.DisposeAsync();
    });

    [Theory]
    [InlineData("adaptive")]
    [InlineData("adaptiveminq")]
    public void DMP_4_adaptive_policies_prefer_the_faster_path(string policy) => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("emc0_01f4")!;
        Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "iopolicy", policy));
        devices.Dmp.GatherStatistics(isOn: true);
        devices.SetTrouble("sdb", PathTrouble.Slow(TimeSpan.FromMilliseconds(50)));
        devices.SetTrouble("sdf", PathTrouble.Slow(TimeSpan.FromMilliseconds(1)));

        for (int count = 0; count < 200; count++)
        {
            Assert.Equal(IoStatus.Success, (await lab.WriteAsync(node)).Status);
        }

        Assert.InRange(node.Paths[1].Counts.Writes, 180, 199);
        Assert.InRange(node.Paths[0].Counts.Writes, 1, 20);
        await devices.DisposeAsync();
    });

    [Fact]
    public void Settings_hold_over_a_reboot_and_a_rename_of_the_enclosure() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "iopolicy", "round-robin"));
        Assert.Null(await devices.Dmp.SetTunableAsync("dmp_path_age", "60"));
        Assert.Null(await devices.Dmp.SetPathAsync("sdf", "standby", null));
        Assert.Null(await devices.Dmp.RenameEnclosureAsync("emc0", "vmax_old"));
        await devices.DisposeAsync();

        devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("vmax_old_01f4")!;
        Assert.Equal(IoPolicy.RoundRobin, node.Policy);
        Assert.Equal("60", devices.Dmp.Tunables.Find("dmp_path_age"));
        Assert.Equal([true, false], node.Paths.Select(path => path.IsInUse));
        Assert.NotNull(await devices.Dmp.RenameEnclosureAsync("vmax_old", "pure0"));
        Assert.NotNull(await devices.Dmp.SetAttributeAsync("enclosure", "vmax_old", "iopolicy", "fastest"));
        Assert.NotNull(await devices.Dmp.SetAttributeAsync("enclosure", "vmax_old", "failovermode", "explicit"));
        Assert.NotNull(await devices.Dmp.SetTunableAsync("dmp_cache_open", "on"));
        await devices.DisposeAsync();
    });

    [Fact]
    public void Exclusion_hides_a_device_over_rescans_reboots_and_names() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        Assert.Null(await devices.Dmp.ExcludeAsync("dmpnodename", "emc0_01f4"));
        Assert.Null(await devices.Dmp.ExcludeAsync("path", "sdc"));
        Assert.NotNull(await devices.Dmp.ExcludeAsync("dmpnodename", "nowhere0_1"));
        await devices.ScanAsync(CancellationToken.None);
        Assert.Null(devices.FindNode("emc0_01f4"));
        Assert.Single(devices.FindNode("emc0_01f5")!.Paths);
        await devices.DisposeAsync();

        devices = await lab.BootAsync();
        Assert.Null(devices.FindNode("emc0_01f4"));
        Assert.Equal([("dmpnodename", "emc0_01f4"), ("path", "sdc")], devices.Dmp.Exclusions);
        Assert.Null(await devices.Dmp.IncludeAsync("all", ""));
        await devices.ScanAsync(CancellationToken.None);
        Assert.NotNull(devices.FindNode("emc0_01f4"));
        await devices.DisposeAsync();
    });

    [Fact]
    public void An_io_without_trouble_completes_inline_and_allocates_nothing() => Run(async lab =>
    {
        HostDevices devices = await lab.BootAsync();
        DmpNode node = devices.FindNode("emc0_01f4")!;
        byte[] buffer = new byte[4096];
        foreach (string policy in IoPolicyWords.Words)
        {
            Assert.Null(await devices.Dmp.SetAttributeAsync("enclosure", "emc0", "iopolicy", policy));
            devices.Dmp.GatherStatistics(isOn: true);

            // What the runtime allocates on this thread when it compiles anew comes once, not in every round.
            long least = long.MaxValue;
            for (int round = 0; round < 8 && least > 0; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int count = 0; count < 500; count++)
                {
                    ValueTask<IoStatus> read = node.Device.ReadAsync(0, buffer, CancellationToken.None);
                    Assert.True(read.IsCompletedSuccessfully);
                }

                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);
        }

        await devices.DisposeAsync();
    });

    private static async Task PingPongAsync(SimulatedHosts lab, string name, string arrayType)
    {
        HostDevices first = await lab.BootAsync("host1");
        HostDevices second = await lab.BootAsync("host2");
        DmpNode one = first.FindNode(name)!;
        DmpNode two = second.FindNode(name)!;
        Assert.Equal(arrayType, one.Enclosure.ArrayType);
        Assert.Equal(IoPolicy.SingleActive, one.Policy);

        await lab.WriteAsync(one);
        await lab.WriteAsync(two);
        Assert.Equal(0, lab.Arrays.TrespassCount("ap0/1"));
        Assert.All(one.Paths, path => Assert.Equal(path.Type == PathType.Primary ? 1 : 0, path.UseCount));

        first.SetLink(one.Paths.Single(path => path.Type == PathType.Primary).Name, isUp: false);
        (IoStatus status, TimeSpan time) = await lab.WriteAsync(one);
        Assert.Equal((IoStatus.Success, true), (status, time > TimeSpan.Zero));
        Assert.Equal(1, lab.Arrays.TrespassCount("ap0/1"));
        Assert.Contains(lab.Events, each => each.Kind == DmpEventKind.Trespass);

        for (int round = 0; round < 3; round++)
        {
            await lab.WriteAsync(two);
            await lab.WriteAsync(one);
        }

        Assert.Equal(7, lab.Arrays.TrespassCount("ap0/1"));
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    private static void Run(Func<SimulatedHosts, Task> program)
    {
        SimulatedHosts lab = new();
        lab.Simulator.Run(() => program(lab));
    }
}
