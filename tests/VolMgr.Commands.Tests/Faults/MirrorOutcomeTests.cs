using VolMgr.Arrays;
using VolMgr.Arrays.Faults;
using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Tests.Faults;

/// <summary>
/// Every fault of the catalogue under a mirrored volume with I/O: what the catalogue says comes of it is what happens.
/// </summary>
public sealed class MirrorOutcomeTests
{
    private const string Both = "ENABLED ACTIVE, ENABLED ACTIVE";

    /// <summary>Where a fault is put that does not go by the target of its place alone.</summary>
    private static readonly Dictionary<string, string> Targets = new(StringComparer.Ordinal)
    {
        ["zone-wrong"] = "host1:c2 to=pure0",
        ["clone-presented"] = "emc0/01f5 of=emc0/01f4",
        ["duplicate-lun"] = "emc0/01f5 of=emc0/01f4",
        ["lun-shrunk"] = "emc0/01f4 by=4m",
        ["corrupt-read"] = "emc0/01f4 offset=1m length=7m",
        ["medium-error"] = "emc0/01f4 offset=1m length=7m",
        ["write-error"] = "emc0/01f4 offset=1m length=7m",
        ["misdirected-read"] = "emc0/01f4 by=4k count=1000000",
        ["trespass"] = "ap0/1 to=1",
        ["pool-full"] = "pure0",
        ["daemon-kill"] = "host1 at=write-landed",
    };

    /// <summary>What `vxdisk list` shows after a scan, where it is not a disk that is online.</summary>
    private static readonly Dictionary<string, string> Disks = new(StringComparer.Ordinal)
    {
        ["array-down"] = "dg01         datadg       failed was:emc0_01f4",
        ["array-hang"] = "dg01         datadg       failed was:emc0_01f4",
        ["array-removed"] = "dg01         datadg       failed was:emc0_01f4",
        ["lun-failed"] = "dg01         datadg       failed was:emc0_01f4",
        ["lun-hang"] = "dg01         datadg       failed was:emc0_01f4",
        ["lun-shrunk"] = "dg01         datadg       failed was:emc0_01f4",
        ["lun-unpresented"] = "dg01         datadg       failed was:emc0_01f4",
        ["misdirected-read"] = "dg01         datadg       failed was:emc0_01f4",
        ["changed-serial"] = "emc0_01f4    auto:cdsdisk    -            -            online udid_mismatch clone_disk",
        ["clone-presented"] = "emc0_01f5    auto:cdsdisk    -            -            online udid_mismatch clone_disk",
        ["uuid-hidden"] = "vmdk0_0      auto:cdsdisk    dg01         datadg       online",
        ["trespass"] = "hds9500v0_23 auto:cdsdisk    dg01         datadg       online",
    };

    /// <summary>Seconds that the first I/O takes, and less than one more; none where it is not named.</summary>
    private static readonly Dictionary<string, int> Seconds = new(StringComparer.Ordinal)
    {
        ["path-hang"] = 20,
        ["controller-hang"] = 20,
        ["port-hang"] = 20,
        ["array-down"] = 30,
        ["array-hang"] = 70,
        ["lun-hang"] = 40,
    };

    public static TheoryData<string> Names => [.. FaultCatalogue.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mirrored_volume_fares_as_the_catalogue_says_and_is_whole_again_afterwards(string name)
    {
        Simulator simulator = new(1) { StepLimit = 5_000_000 };
        simulator.Run(() => RunAsync(new MirrorLab(simulator, ExtraArray(name)), FaultCatalogue.Find(name)!));
    }

    /// <summary>
    /// Goal: losing the last path is an error after the retry period and a detached plex, with no error of the
    /// application; its coming back is noticed without a scan. Method: two paths of an array go one after the other.
    /// </summary>
    [Fact]
    public void DMP_1_the_last_path_costs_the_plex_after_the_retry_period_and_its_return_is_noticed()
    {
        Simulator simulator = new(1);
        simulator.Run(async () =>
        {
            MirrorLab lab = new(simulator);
            await lab.SetUpAsync("emc0_01f4");
            Inject(lab, "port-down", "emc0:1");
            Assert.InRange((await IoAsync(lab, 1)).TotalSeconds, 0, 1);
            Assert.Equal(Both, await lab.PlexesAsync());
            Inject(lab, "port-down", "emc0:2");
            Assert.InRange((await IoAsync(lab, 2)).TotalSeconds, 30, 31);
            Assert.Equal("DETACHED IOFAIL, ENABLED ACTIVE", await lab.PlexesAsync());
            Assert.DoesNotContain("ENABLED(A)", await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=emc0_01f4"));

            lab.Arrays.Faults.ClearAll();
            await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(301), CancellationToken.None);
            Assert.DoesNotContain("DISABLED", await lab.AskAsync("vxdmpadm getsubpaths dmpnodename=emc0_01f4"));
            await lab.AskAsync("vxreattach -rb");
            await lab.IdleAsync();
            Assert.Equal(Both, await lab.PlexesAsync());
            Assert.True(await lab.AreEqualAsync());
        });
    }

    private static async Task RunAsync(MirrorLab lab, FaultDefinition fault)
    {
        await lab.SetUpAsync(
            fault.Name switch { "trespass" => "hds9500v0_23", "uuid-hidden" => "vmdk0_0", _ => "emc0_01f4" });
        Assert.Equal(IoStatus.Success, await lab.WriteAsync(0));
        Assert.Equal(IoStatus.Success, await lab.Volume.FlushAsync(CancellationToken.None));
        string target = Targets.GetValueOrDefault(fault.Name) ?? DefaultTarget(fault.Place);
        Inject(lab, fault.Name, target);
        if (fault.Name == "power-failure")
        {
            lab.LosePower();
        }

        if (lab.IsUp)
        {
            int seconds = Seconds.GetValueOrDefault(fault.Name);
            Assert.InRange((await IoAsync(lab, 1)).TotalSeconds, seconds, seconds + 1);
        }

        if (fault.Name == "flush-lie")
        {
            Inject(lab, "array-power-loss", "emc0");
        }

        if (lab.IsUp)
        {
            await LookAsync(lab, fault);
        }
        else
        {
            Assert.Equal(MirrorOutcome.HostRestarts, fault.Mirror);
        }

        lab.Arrays.Faults.ClearAll();
        await MendAsync(lab, fault.Mirror);
        await IoAsync(lab, 3);
        Assert.Equal(Both, await lab.PlexesAsync());
        Assert.True(await lab.ReadsAllAsync() && await lab.ReadsAllAsync());
        Assert.True(await lab.AreEqualAsync());
    }

    /// <summary>What is seen of the fault: plexes, disks, data.</summary>
    private static async Task LookAsync(MirrorLab lab, FaultDefinition fault)
    {
        await lab.AskAsync("vxdisk scandisks");
        await IoAsync(lab, 2);
        Assert.Contains(
            Disks.GetValueOrDefault(fault.Name, "emc0_01f4    auto:cdsdisk    dg01         datadg       online\n"),
            await lab.AskAsync("vxdisk list"));
        bool isDetached = (await lab.PlexesAsync()).Contains("DETACHED IOFAIL");
        bool isRight = await lab.ReadsAllAsync() && await lab.ReadsAllAsync();
        bool isEqual = await lab.AreEqualAsync();
        lab.Arrays.Faults.ClearAll();
        bool isEqualAfterwards = await lab.AreEqualAsync();
        Assert.Equal(fault.Mirror, (isDetached, isRight, isEqual, isEqualAfterwards) switch
        {
            (true, true, true, true) => MirrorOutcome.PlexDetached,
            (false, true, true, true) => MirrorOutcome.Unaffected,
            (false, true, false, true) => MirrorOutcome.ReadElsewhere,
            (false, false, false, true) => MirrorOutcome.ReadsWrong,
            (false, false, false, false) => MirrorOutcome.PlexesDiffer,
            var seen => throw new InvalidOperationException($"{fault.Name}: {seen}"),
        });
    }

    /// <summary>What the administrator does once the fault is over.</summary>
    private static async Task MendAsync(MirrorLab lab, MirrorOutcome outcome)
    {
        if (!lab.IsUp)
        {
            await lab.BootAsync();
            await lab.IdleAsync();
        }

        await lab.AskAsync("vxdisk scandisks");
        switch (outcome)
        {
            case MirrorOutcome.PlexesDiffer:
                await lab.AskAsync("vxplex -g datadg det vol01-01");
                Assert.True(await lab.ReadsAllAsync());
                Assert.True((await lab.Group.AttachPlexAsync("vol01", "vol01-01", new CopyOptions())).IsDone);
                break;
            case MirrorOutcome.PlexDetached:
                await lab.AskAsync("vxreattach -rb");
                break;
            default:
                break;
        }

        await lab.IdleAsync();
        Assert.DoesNotContain("failed was", await lab.AskAsync("vxdisk list"));
    }

    private static void Inject(MirrorLab lab, string name, string target)
    {
        string[] words = target.Split(' ');
        (LabFault? fault, string? refusal) = lab.Arrays.Faults.Inject(lab.Topology, name, words[0], words[1..]);
        Assert.Null(refusal);
        Assert.NotNull(fault);
    }

    /// <summary>An application has no error unless the host dies; says how long it took.</summary>
    private static async Task<TimeSpan> IoAsync(MirrorLab lab, int round)
    {
        TimeSpan before = lab.Simulator.Elapsed;
        Task<IoStatus[]> running = lab.Simulator.Engine.StartAsync(async () => new[]
        {
            await lab.WriteAsync(round * 64 * 1024),
            await lab.WriteAsync(MirrorLab.Length - (round * 64 * 1024)),
            await lab.ReadAsync(),
            await lab.ReadAsync(),
            await lab.Volume.FlushAsync(CancellationToken.None),
        });
        while (!running.IsCompleted && lab.IsUp)
        {
            await lab.Simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }

        if (lab.IsUp)
        {
            Assert.All(await running, status => Assert.Equal(IoStatus.Success, status));
        }

        return lab.Simulator.Elapsed - before;
    }

    private static string DefaultTarget(FaultPlace place) => place switch
    {
        FaultPlace.Path => "host1:sdb",
        FaultPlace.Controller => "host1:c2",
        FaultPlace.Port => "emc0:1",
        FaultPlace.Array => "emc0",
        FaultPlace.Lun => "emc0/01f4",
        FaultPlace.Host => "host1",
        _ => "lab",
    };

    private static ArrayTopology? ExtraArray(string name) => name switch
    {
        "trespass" => new ArrayTopology
        {
            Name = "ap0",
            Kind = "hitachi-df",
            Vendor = "HITACHI",
            Product = "DF600F",
            Revision = "0326",
            Serial = "APM00042100123",
            Luns = [Other("ap0/1", "60060160A1B2C3D4", "23")],
        },
        "uuid-hidden" => new ArrayTopology
        {
            Name = "vm0",
            Kind = "vmware",
            Vendor = "VMware",
            Product = "Virtual disk",
            Revision = "2.0",
            Serial = "vm",
            Luns = [Other("vm0/1", new string('a', 32), "")],
        },
        _ => null,
    };

    private static LunTopology Other(string name, string serial, string avid) => new()
    {
        Name = name,
        Number = 1,
        Size = 8 << 20,
        Serial = serial,
        ArrayVolumeId = avid,
        Backing = $"arrays/{name}.img",
    };
}
