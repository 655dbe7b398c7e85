using VolMgr.Arrays.Faults;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

/// <summary>Every fault of the catalogue, injected by its name, has the outcome that the catalogue documents.</summary>
public sealed class FaultOutcomeTests
{
    private const string Lun = "emc0/01f4";

    private static readonly Dictionary<string, Func<FaultRun, Task>> Outcomes = new(StringComparer.Ordinal)
    {
        ["path-down"] = run => OnWayAsync(run, "host1:sdb", 0),
        ["controller-down"] = run => OnWayAsync(run, "host1:c2", 0),
        ["port-down"] = run => OnWayAsync(run, "emc0:1", 0),
        ["array-down"] = run => AllWaysAsync(run, 30),
        ["path-hang"] = run => OnWayAsync(run, "host1:sdb", 20),
        ["controller-hang"] = run => OnWayAsync(run, "host1:c2", 20),
        ["port-hang"] = run => OnWayAsync(run, "emc0:1", 20),
        ["array-hang"] = run => AllWaysAsync(run, 70),
        ["path-slow"] = run => SlowAsync(run, "host1:sdb"),
        ["controller-slow"] = run => SlowAsync(run, "host1:c2"),
        ["port-slow"] = run => SlowAsync(run, "emc0:1"),
        ["array-slow"] = run => SlowAsync(run, "emc0"),
        ["path-busy"] = run => BusyAsync(run, "host1:sdb"),
        ["controller-busy"] = run => BusyAsync(run, "host1:c2"),
        ["port-busy"] = run => BusyAsync(run, "emc0:1"),
        ["array-busy"] = run => BusyAsync(run, "emc0"),
        ["array-removed"] = async run =>
        {
            run.Inject("emc0");
            Assert.Equal(IoStatus.NotReachable, await run.WriteAsync());
            await run.ScanAsync();
            Assert.DoesNotContain(run.Devices.Nodes, node => node.Enclosure.Name == "emc0");
            Assert.False(run.Devices.Enclosures[0].IsConnected);
        },
        ["lun-unpresented"] = async run =>
        {
            run.Inject(Lun);
            Assert.Equal(IoStatus.NotReachable, await run.WriteAsync());
            await run.ScanAsync();
            Assert.Equal(["emc0_01f5"], run.Names("emc0"));
        },
        ["changed-avid"] = async run =>
        {
            run.Inject(Lun, "to=beef");
            await run.ScanAsync();
            Assert.Equal(["emc0_01f4", "emc0_01f5"], run.Names("emc0"));
            await run.Devices.AssignNamesAsync(CancellationToken.None);
            Assert.Equal(["emc0_01f5", "emc0_beef"], run.Names("emc0"));
        },
        ["changed-serial"] = async run =>
        {
            string before = run.Node.Udid;
            run.Inject(Lun, "to=OTHER");
            await run.ScanAsync();
            Assert.NotEqual(before, run.Devices.FindNode("emc0_01f4")?.Udid);
        },
        ["clone-presented"] = async run =>
        {
            await run.WriteAsync();
            run.Inject("emc0/01f5", $"of={Lun}");
            await run.ScanAsync();
            DmpNode clone = run.Devices.FindNode("emc0_01f5")!;
            byte[] read = new byte[512];
            Assert.Equal(IoStatus.Success, await clone.Device.ReadAsync(0, read, CancellationToken.None));
            Assert.Equal(SimulatedHosts.Sector, read);
            Assert.NotEqual(run.Node.Udid, clone.Udid);
            Assert.Equal(IoStatus.ReadOnly, (await run.Lab.WriteAsync(clone)).Status);
        },
        ["duplicate-lun"] = async run =>
        {
            run.Inject("emc0/01f5", $"of={Lun}");
            await run.ScanAsync();
            Assert.Equal(["emc0_01f4"], run.Names("emc0"));
            Assert.Contains("give one of them another serial", run.Devices.Problems[0]);
        },
        ["firmware-changed"] = async run =>
        {
            run.Inject("emc0", "to=6079");
            await run.ScanAsync();
            Assert.Equal("6079", run.Devices.Enclosures[0].Firmware);
            Assert.Equal(IoStatus.Success, await run.WriteAsync());
        },
        ["lun-grown"] = async run =>
        {
            await run.WriteAsync();
            run.Inject(Lun, "by=1m");
            await run.ScanAsync();
            Assert.Equal(2 << 20, run.Node.Length);
            Assert.Equal(SimulatedHosts.Sector, await run.ReadAsync());
        },
        ["lun-shrunk"] = async run =>
        {
            await run.WriteAsync();
            run.Inject(Lun, "by=512k");
            await run.ScanAsync();
            Assert.Equal(512 << 10, run.Node.Length);
            Assert.Equal(SimulatedHosts.Sector, await run.ReadAsync());
            Assert.Equal(IoStatus.MediaError, await run.WriteAsync(600 << 10));
        },
        ["lun-renumbered"] = async run =>
        {
            run.Inject(Lun, "to=99");
            await run.ScanAsync();
            Assert.Equal(["emc0_01f4", "emc0_01f5"], run.Names("emc0"));
            Assert.Equal(IoStatus.Success, await run.WriteAsync());
        },
        ["uuid-hidden"] = async run =>
        {
            run.Inject("host1");
            await run.ScanAsync();
            Assert.Equal("vmdk0_0", run.Devices.FindNode("vmdk0_0")?.Name);
            await run.Devices.DisposeAsync();
            HostDevices rebooted = await run.Lab.BootAsync();
            Assert.Equal(
                ["sdf", "sdk"],
                rebooted.Nodes.Where(node => node.Vendor == "VMware").Select(node => node.Name));
            await rebooted.DisposeAsync();
        },
        ["zone-missing"] = async run =>
        {
            run.Inject("host1:c2");
            Assert.Equal(IoStatus.Success, await run.WriteAsync());
            await run.ScanAsync();
            Assert.Equal(["c3"], run.Node.Paths.Select(path => path.Controller));
        },
        ["zone-wrong"] = async run =>
        {
            run.Inject("host1:c2", "to=pure0");
            await run.ScanAsync();
            Assert.Equal(["c3"], run.Node.Paths.Select(path => path.Controller));
            Assert.Equal(3, run.Devices.FindNode("pure0_0012")?.Paths.Count);
            Assert.Equal(IoStatus.Success, await run.WriteAsync());
        },
        ["trespass"] = async run =>
        {
            DmpNode node = run.Devices.FindNode("hds9500v0_23")!;
            await run.Lab.WriteAsync(node);
            run.Inject("ap0/1", "to=1");
            Assert.Equal(1, run.Lab.Arrays.TrespassCount("ap0/1"));
            Assert.Equal(IoStatus.Success, (await run.Lab.WriteAsync(node)).Status);
            Assert.Equal(2, run.Lab.Arrays.TrespassCount("ap0/1"));
        },
        ["array-power-loss"] = run =>
        {
            DmpNode other = run.Devices.FindNode("emc0_01f5")!;
            Assert.Equal(ReservationAnswer.Good, run.Node.Reservations.Register(0, 1, persist: true));
            Assert.Equal(ReservationAnswer.Good, other.Reservations.Register(0, 1));
            run.Inject("emc0");
            Assert.Equal(8 + 16, run.Node.Reservations.ReadKeys().Length);
            Assert.Equal(8, other.Reservations.ReadKeys().Length);
            return Task.CompletedTask;
        },
        ["host-crash"] = run =>
        {
            List<string> crashed = Crashes(run);
            run.Inject("host2");
            Assert.Equal(["host2"], crashed);
            return Task.CompletedTask;
        },
        ["power-failure"] = run =>
        {
            List<string> crashed = Crashes(run);
            Assert.Equal(ReservationAnswer.Good, run.Node.Reservations.Register(0, 1));
            run.Inject("lab");
            Assert.Equal(["host1", "host2"], crashed);
            Assert.Equal(8, run.Node.Reservations.ReadKeys().Length);
            return Task.CompletedTask;
        },
        ["daemon-kill"] = run =>
        {
            List<string> crashed = Crashes(run);
            run.Inject("host1", "at=copy-read", "count=2");
            LabFaults faults = run.Lab.Arrays.Faults;
            faults.Reached("host2", "copy-read");
            faults.Reached("host1", "copy-written");
            faults.Reached("host1", "copy-read");
            Assert.Empty(crashed);
            faults.Reached("host1", "copy-read");
            faults.Reached("host1", "copy-read");
            Assert.Equal(["host1"], crashed);
            Assert.False(faults.IsWatchingEngine);
            return Task.CompletedTask;
        },
        ["clock-step"] = async run =>
        {
            HostClock clock = new(run.Lab.Simulator.Engine.Time, run.Lab.Arrays.Faults, "host1");
            DateTimeOffset before = clock.GetUtcNow();
            long began = clock.GetTimestamp();
            run.Inject("host1", "by=-2h");
            Assert.Equal(TimeSpan.FromHours(-2), clock.GetUtcNow() - before);
            await run.Lab.WaitAsync(1);
            Assert.Equal(TimeSpan.FromSeconds(1), clock.GetElapsedTime(began));
        },
        ["reservation-conflict"] = run => StatusAsync(run, IoStatus.ReservationConflict, IoStatus.Success, 0),
        ["corrupt-read"] = async run =>
        {
            await run.WriteAsync();
            run.Inject(Lun, "length=4k");
            Assert.NotEqual(SimulatedHosts.Sector, await run.ReadAsync());
            Assert.Equal(new byte[512], await run.ReadAsync(8192));
        },
        ["corrupt-write"] = run => SilentAsync(run, read => Assert.NotEqual(SimulatedHosts.Sector, read)),
        ["lost-write"] = run => SilentAsync(run, read => Assert.Equal(new byte[512], read)),
        ["misdirected-write"] = async run =>
        {
            run.Inject(Lun, "by=4k");
            Assert.Equal(IoStatus.Success, await run.WriteAsync());
            Assert.Equal(new byte[512], await run.ReadAsync());
            Assert.Equal(SimulatedHosts.Sector, await run.ReadAsync(4096));
        },
        ["misdirected-read"] = async run =>
        {
            await run.WriteAsync(4096);
            run.Inject(Lun, "by=4k");
            Assert.Equal(SimulatedHosts.Sector, await run.ReadAsync());
            Assert.Equal(new byte[512], await run.ReadAsync());
        },
        ["torn-write"] = async run =>
        {
            run.Inject(Lun);
            byte[] two = [.. SimulatedHosts.Sector, .. SimulatedHosts.Sector];
            Assert.Equal(
                IoStatus.Success, await run.Node.Device.WriteAsync(0, two, WriteFlags.None, CancellationToken.None));
            Assert.Equal(SimulatedHosts.Sector, await run.ReadAsync());
            Assert.Equal(new byte[512], await run.ReadAsync(512));
        },
        ["flush-error"] = async run =>
        {
            run.Inject(Lun);
            await run.WriteAsync();
            Assert.Equal(IoStatus.MediaError, await run.Node.Device.FlushAsync(CancellationToken.None));
        },
        ["flush-lie"] = async run =>
        {
            run.Inject(Lun);
            await run.WriteAsync();
            Assert.Equal(IoStatus.Success, await run.Node.Device.FlushAsync(CancellationToken.None));
            Assert.Equal(SimulatedHosts.Sector, await run.ReadAsync());
            run.Lab.Arrays.Faults.Inject(run.Lab.Topology, "array-power-loss", "emc0");
            Assert.Equal(new byte[512], await run.ReadAsync());
            await run.WriteAsync(512);
        },
        ["lun-failed"] = run => StatusAsync(run, IoStatus.NotReachable, IoStatus.NotReachable, 0),
        ["lun-hang"] = run => StatusAsync(run, IoStatus.Timeout, IoStatus.Timeout, 20),
        ["lun-readonly"] = run => StatusAsync(run, IoStatus.ReadOnly, IoStatus.Success, 0),
        ["lun-slow"] = run => StatusAsync(run, IoStatus.Success, IoStatus.Success, 0.1),
        ["medium-error"] = run => StatusAsync(run, IoStatus.Success, IoStatus.MediaError, 0),
        ["write-error"] = run => StatusAsync(run, IoStatus.MediaError, IoStatus.Success, 0),
        ["transient-error"] = run => StatusAsync(run, IoStatus.MediaError, IoStatus.Success, 0),
        ["pool-full"] = async run =>
        {
            DmpNode thin = run.Devices.FindNode("pure0_0012")!;
            await run.Lab.WriteAsync(thin);
            run.Inject("pure0");
            Assert.Equal(IoStatus.Success, (await run.Lab.WriteAsync(thin)).Status);
            Assert.Equal(IoStatus.NoSpace, (await run.Lab.WriteAsync(thin, 512 << 10)).Status);
            Assert.Equal(IoStatus.Success, await run.WriteAsync());
        },
    };

    public static TheoryData<string> Names => [.. FaultCatalogue.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_fault_has_its_documented_outcome_and_is_over_when_it_is_cleared(string name)
    {
        SimulatedHosts lab = new();
        lab.Topology = lab.Topology with
        {
            Arrays =
            [
                .. lab.Topology.Arrays,
                .. name == "trespass" ? [SimulatedHosts.ActivePassive(false)] : VirtualDisks(),
            ],
            Hosts = [.. lab.Topology.Hosts.Select(host => host with
            {
                Hbas = [.. host.Hbas.Select(hba => hba with
                {
                    Targets = [.. hba.Targets,
                        new PortTarget(name == "trespass" ? "ap0" : "vm0", hba.Controller == "c2" ? 1 : 2)],
                })],
            })],
        };
        lab.Simulator.Run(async () =>
        {
            HostDevices devices = await lab.BootAsync();
            FaultRun run = new(lab, devices, name);
            await Outcomes[name](run);
            bool isOver = FaultCatalogue.Find(name)!.IsMomentary || name == "daemon-kill";
            Assert.Equal(isOver ? [] : [name], lab.Arrays.Faults.Active.Select(fault => fault.Definition.Name));

            Assert.Equal(isOver ? 0 : 1, lab.Arrays.Faults.ClearAll());
            await devices.ScanAsync(CancellationToken.None);
            DmpNode node = devices.FindNode("emc0_01f4") ?? devices.FindNode("emc0_beef")!;
            Assert.Equal((IoStatus.Success, TimeSpan.Zero), await lab.WriteAsync(node));
            await devices.DisposeAsync();
        });
    }

    [Fact]
    public void There_are_at_least_forty_faults_by_name_and_each_is_documented()
    {
        Assert.InRange(FaultCatalogue.All.Count, 40, 200);
        Assert.Equal(FaultCatalogue.All.Count, FaultCatalogue.All.Select(fault => fault.Name).Distinct().Count());
        Assert.All(FaultCatalogue.All, fault => Assert.EndsWith(".", fault.Outcome));
        Assert.Equal(
            FaultCatalogue.All.Select(fault => fault.Name).Order(StringComparer.Ordinal),
            Outcomes.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("meteor", "emc0", "meteor: there is no such fault")]
    [InlineData("path-down", "host1", "host1: there is no such target in the lab; expected a host and a path")]
    [InlineData("lun-hang", "emc0/9999", "emc0/9999: there is no such target in the lab; expected a LUN")]
    [InlineData("port-down", "emc0:7", "emc0:7: there is no such target in the lab; expected an array and a port")]
    [InlineData("lun-hang", "emc0/01f4 ms=3", "ms=3: lun-hang has no such option; it takes none")]
    [InlineData("lun-slow", "emc0/01f4 ms=-3", "ms=-3: expected a number from 1 to")]
    [InlineData("clone-presented", "emc0/01f4", "of=: expected the name of another LUN")]
    [InlineData("zone-wrong", "host1:c2", "to=: expected an array of the lab")]
    [InlineData("medium-error", "emc0/01f4 offset=x", "offset=x: expected an offset")]
    [InlineData("daemon-kill", "host1 at=lunch", "at=lunch: there is no such point")]
    [InlineData("clock-step", "host1 by=0s", "by=0s: expected a duration")]
    [InlineData("power-failure", "emc0", "emc0: there is no such target in the lab; expected lab")]
    public void What_cannot_be_injected_is_refused_in_one_sentence(string name, string target, string sentence)
    {
        SimulatedHosts lab = new();
        string[] words = target.Split(' ');
        (LabFault? fault, string? refusal) = lab.Arrays.Faults.Inject(lab.Topology, name, words[0], words[1..]);
        Assert.Null(fault);
        Assert.StartsWith(sentence, refusal);
    }

    private static List<string> Crashes(FaultRun run)
    {
        List<string> crashed = [];
        run.Lab.Arrays.Faults.OnHostCrash = crashed.Add;
        return crashed;
    }

    private static async Task OnWayAsync(FaultRun run, string target, double seconds)
    {
        run.Inject(target);
        TimeSpan before = run.Lab.Simulator.Elapsed;
        for (int count = 0; count < 3; count++)
        {
            Assert.Equal(IoStatus.Success, await run.WriteAsync());
        }

        Assert.Equal(TimeSpan.FromSeconds(seconds), run.Lab.Simulator.Elapsed - before);
        Assert.Equal([PathState.Disabled, PathState.Enabled], run.Node.Paths.Select(path => path.State));
    }

    private static async Task AllWaysAsync(FaultRun run, double seconds)
    {
        await run.Lab.WaitAsync(1);
        run.Inject("emc0");
        Assert.Equal((IoStatus.NotReachable, TimeSpan.FromSeconds(seconds)), await run.Lab.WriteAsync(run.Node));
        Assert.Equal(IoStatus.Success, (await run.Lab.WriteAsync(run.Devices.FindNode("pure0_0012")!)).Status);
    }

    private static async Task SlowAsync(FaultRun run, string target)
    {
        run.Inject(target, "ms=100");
        List<TimeSpan> times = [(await run.Lab.WriteAsync(run.Node)).Time, (await run.Lab.WriteAsync(run.Node)).Time];
        Assert.Equal(TimeSpan.FromMilliseconds(100), times.Max());
        Assert.All(run.Node.Paths, path => Assert.Equal(PathState.Enabled, path.State));
    }

    private static async Task BusyAsync(FaultRun run, string target)
    {
        run.Inject(target, "count=3");
        Assert.Equal(IoStatus.Success, await run.WriteAsync());
        Assert.Equal(IoStatus.Success, await run.WriteAsync());
        Assert.All(run.Node.Paths, path => Assert.Equal(PathState.Enabled, path.State));
    }

    private static async Task SilentAsync(FaultRun run, Action<byte[]> check)
    {
        run.Inject(Lun);
        Assert.Equal(IoStatus.Success, await run.WriteAsync());
        check(await run.ReadAsync());
        Assert.Equal(IoStatus.Success, await run.WriteAsync());
        Assert.Equal(SimulatedHosts.Sector, await run.ReadAsync());
    }

    private static async Task StatusAsync(FaultRun run, IoStatus write, IoStatus read, double seconds)
    {
        run.Inject(Lun);
        Assert.Equal((write, TimeSpan.FromSeconds(seconds)), await run.Lab.WriteAsync(run.Node));
        Assert.Equal(read, await run.Node.Device.ReadAsync(0, new byte[512], CancellationToken.None));
        Assert.All(run.Node.Paths, path => Assert.Equal(PathState.Enabled, path.State));
    }

    private static ArrayTopology[] VirtualDisks() =>
    [
        new ArrayTopology
        {
            Name = "vm0",
            Kind = "vmware",
            Vendor = "VMware",
            Product = "Virtual disk",
            Revision = "2.0",
            Serial = "vm",
            Luns =
            [
                new LunTopology
                {
                    Name = "vm0/1",
                    Number = 1,
                    Size = 1 << 20,
                    Serial = new string('a', 32),
                    ArrayVolumeId = "",
                    Backing = "arrays/vm0/1.img",
                },
            ],
        },
    ];

    /// <summary>One fault on one lab: what the outcomes do with it.</summary>
    internal sealed record FaultRun(SimulatedHosts Lab, HostDevices Devices, string Name)
    {
        public DmpNode Node { get; } = Devices.FindNode("emc0_01f4")!;

        public void Inject(string target, params string[] options)
        {
            (LabFault? fault, string? refusal) = Lab.Arrays.Faults.Inject(Lab.Topology, Name, target, options);
            Assert.Null(refusal);
            Assert.NotNull(fault);
        }

        public Task ScanAsync() => Devices.ScanAsync(CancellationToken.None).AsTask();

        public IEnumerable<string> Names(string enclosure) =>
            Devices.Nodes.Where(node => node.Enclosure.Name == enclosure).Select(node => node.Name);

        public async Task<IoStatus> WriteAsync(long offset = 0) => (await Lab.WriteAsync(Node, offset)).Status;

        public async Task<byte[]> ReadAsync(long offset = 0)
        {
            byte[] read = new byte[512];
            Assert.Equal(IoStatus.Success, await Node.Device.ReadAsync(offset, read, CancellationToken.None));
            return read;
        }
    }
}
