using VolMgr.Arrays.Faults;
using VolMgr.Simulation;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Proof.Tests;

/// <summary>The fault daemon-kill at every point of the engine, in virtual time.</summary>
public sealed class DaemonKillTests
{
    /// <summary>
    /// Of two plexes and the one that the first copy is about: what goes on at boot, where that is the question.
    /// </summary>
    private static readonly Dictionary<string, int> ActivePlexes = new(StringComparer.Ordinal)
    {
        ["write-entered"] = 2,
        ["copy-starts"] = 3,
        ["copy-loaded"] = 3,
        ["copy-locked"] = 3,
        ["copy-read"] = 3,
        ["copy-written"] = 3,
        ["copy-marking"] = 3,
        ["copy-released"] = 3,
        ["checkpoint-captured"] = 3,
        ["checkpoint-flushed"] = 3,
        ["switch-flushed"] = 3,
        ["frozen"] = 2,
        ["drained"] = 2,
        ["commit-begins"] = 2,
        ["committed"] = 3,
        ["published"] = 3,
        ["copy-stopping"] = 3,
        ["write-miss-recorded"] = 2,
    };

    public static TheoryData<string> Points => [.. EnginePoints.All.Select(point => point.Name)];

    [Fact]
    public void There_are_33_points_and_every_step_of_the_data_path_is_one_of_them()
    {
        Assert.Equal(33, EnginePoints.All.Count);
        Assert.Equal(
            EnginePoints.All.Select(point => point.Name).Order(StringComparer.Ordinal),
            Enum.GetValues<DataPathStep>().Select(MortalSteps.NameOf)
                .Concat(["commit-begins", "copy-starts", "copy-marking"]).Order(StringComparer.Ordinal));
        Assert.All(EnginePoints.All, point => Assert.EndsWith(".", point.Outcome));
    }

    /// <summary>
    /// Goal: a host that dies at the point boots again with everything that was acknowledged, with equal plexes, with
    /// its copies going on. Method: writes, copies, changes, misses and a recovery in virtual time until it is dead.
    /// </summary>
    [Theory]
    [MemberData(nameof(Points))]
    public void A_host_that_dies_at_the_point_has_everything_after_its_next_boot(string point)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            Simulator simulator = new(seed) { StepLimit = 2_000_000 };
            MortalHost lab = new(simulator);
            simulator.Run(() => RunAsync(lab, point, hit: seed));
        }
    }

    private static async Task RunAsync(MortalHost lab, string point, int hit)
    {
        await lab.SetUpAsync();
        (LabFault? fault, string? refusal) = lab.Arrays.Faults.Inject(
            lab.Topology, "daemon-kill", "host1", $"at={point}", $"count={hit}");
        Assert.NotNull(fault);
        Assert.Null(refusal);
        if (await lab.LivesThroughAsync(() => WorkAsync(lab)))
        {
            // The point is one of recovery, or not passed so often: the host dies otherwise, and maybe again there.
            await Task.WhenAny(lab.LivesThroughAsync(() => lab.WriteAsync(8192, 4096)), DieAsync(lab));
        }

        foreach (LabFault other in lab.Arrays.Faults.Active.Where(each => each.Definition.Name == "write-error"))
        {
            lab.Arrays.Faults.Clear(other.Id);
        }

        for (int boot = 0; boot < 4 && lab.Host is null; boot++)
        {
            await lab.BootAsync();
            await lab.LivesThroughAsync(lab.AwaitTasksAsync);
        }

        Assert.NotNull(lab.Host);
        Assert.DoesNotContain(lab.Arrays.Faults.Active, each => each.Definition.Name == "daemon-kill" && hit == 1);
        lab.Arrays.Faults.ClearAll();
        if (hit == 1 && ActivePlexes.TryGetValue(point, out int plexes))
        {
            Assert.Equal(plexes, lab.Plexes.Count(plex => plex.State == PlexState.Active));
        }

        await lab.CheckAsync();
        await lab.WriteAsync(1024, 2048);
        await lab.CheckAsync();
    }

    private static Task DieAsync(MortalHost lab)
    {
        lab.Arrays.Faults.Inject(lab.Topology, "host-crash", "host1");
        return Task.CompletedTask;
    }

    private static async Task WorkAsync(MortalHost lab)
    {
        await lab.WriteAsync(0, 4096);
        await lab.WriteAsync(100, 300);
        await lab.Volume.ReadAsync(0, new byte[4096], CancellationToken.None);
        await lab.Volume.FlushAsync(CancellationToken.None);

        VolumeTask copy = await MirrorAsync(lab);
        await lab.WriteAsync(128 * 1024, 8192);
        Assert.Equal(TaskState.Completed, await copy.Completion);
        VolumeTask aborted = await MirrorAsync(lab);
        await lab.Simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        aborted.Abort();
        await aborted.Completion;
        VolumeTask failing = await MirrorAsync(lab);
        int broken = Break(lab, lab.Plexes.First(each => each.Name == failing.PlexName));
        await failing.Completion;
        lab.Arrays.Faults.Clear(broken);
        await lab.WriteAsync(64 * 1024, 512);
        await lab.Volume.FlushAsync(CancellationToken.None);
        await lab.Simulator.Engine.DelayAsync(TimeSpan.FromMinutes(5), CancellationToken.None);

        // A plex misses writes, and is attached again.
        PlexRecord plex = lab.Plexes[0];
        broken = Break(lab, plex);
        await lab.WriteAsync(32 * 1024, 16 * 1024);
        lab.Arrays.Faults.Clear(broken);
        Outcome<VolumeTask?> attached = await lab.Group.AttachPlexAsync("vol01", plex.Name, MortalHost.Copy);
        Assert.True(attached.IsDone, attached.Refusal?.Message);
        await lab.AwaitTasksAsync();
        Outcome grown = await lab.Group.GrowAsync("vol01", 2 * lab.Volume.Length, StorageSpecification.Any);
        Assert.True(grown.IsDone, grown.Refusal?.Message);
        await lab.WriteAsync(200 * 1024, 4096);
    }

    /// <summary>From now on the data of the plex cannot be written.</summary>
    private static int Break(MortalHost lab, PlexRecord plex)
    {
        DiskRecord disk = lab.Group.Current.Disks[lab.Group.Current.SubdisksOf(plex.Id)[0].DiskId];
        string lun = lab.Host!.Disks.First(each => each.Header?.DiskId == disk.DiskId).Node.LunName;
        return lab.Arrays.Faults.Inject(lab.Topology, "write-error", lun, "offset=1m", "length=7m").Fault!.Id;
    }

    private static async Task<VolumeTask> MirrorAsync(MortalHost lab)
    {
        Outcome<VolumeTask> copy = await lab.Group.AddMirrorAsync(
            new MirrorRequest { Volume = "vol01" }, MortalHost.Copy with { SlowMs = 5 });
        Assert.True(copy.IsDone, copy.Refusal?.Message);
        return copy.Value;
    }
}
