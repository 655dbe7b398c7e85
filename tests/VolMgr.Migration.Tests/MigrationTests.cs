using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;
using static VolMgr.Migration.Tests.MigrationLab;

namespace VolMgr.Migration.Tests;

public sealed class MigrationTests
{
    private static readonly MigrationRequest ToPure = new() { DiskGroup = GroupName, To = "pure0" };

    [Fact]
    public async Task Everything_moves_and_the_old_disks_leave()
    {
        await using MigrationLab lab = await StartAsync();

        MigrationRun run = Value(lab.Desk().Start(ToPure));

        Assert.Equal(MigrationState.Done, await EndAsync(run));
        lab.CheckMoved();
        await lab.CheckDataAsync();
        Assert.InRange(run.Journal.BytesCopied, 4 * DataLength, 56L << 20);
        Assert.True(run.Journal.BytesSkipped > 0, "nothing of the holes was skipped");
        string[] steps = [.. run.Journal.Steps.Select(step => step.What)];
        Assert.Equal(3, steps.Count(step => step.StartsWith("volmgr verify", StringComparison.Ordinal)));
        Assert.Empty(lab.Host.Tasks.List);
    }

    [Fact]
    public async Task A_layered_volume_moves_by_its_sub_volumes()
    {
        await using MigrationLab lab = await StartAsync();
        Done(await lab.Group.RemoveLogAsync("pair", StorageSpecification.Any));
        Done(await lab.Group.ConvertVolumeAsync("pair", isLayered: true));

        MigrationRun run = Value(lab.Desk().Start(ToPure));

        Assert.Equal(MigrationState.Done, await EndAsync(run));
        Assert.All(lab.Group.Sites, site => Assert.Equal("pure0", site.Enclosure));
        await lab.CheckDataAsync();
        Assert.True(lab.Group.Current.IsLayered(lab.Group.Current.FindVolume("pair")!.Id)); // created by the lab
    }

    [Fact]
    public async Task It_moves_back_with_the_arrays_swapped()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        Assert.Equal(MigrationState.Done, await EndAsync(Value(desk.Start(ToPure))));

        Assert.Equal(MigrationState.Done, await EndAsync(Value(desk.Start(ToPure with { To = "emc0" }))));

        Assert.All(lab.Group.Sites, site => Assert.Equal("emc0", site.Enclosure));
        await lab.CheckDataAsync();
    }

    [Fact]
    public async Task Until_mirrored_keeps_both_sides_and_finish_takes_the_old_one_away()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        Assert.Equal(MigrationState.Mirrored, await EndAsync(Value(desk.Start(ToPure with { UntilMirrored = true }))));
        Assert.Equal(8, lab.Group.Current.Plexes.Values.Count(plex => !plex.IsLog && plex.State == PlexState.Active));
        await lab.CheckDataAsync();
        Assert.DoesNotContain(desk.Read(GroupName)!.Steps, step => step.Phase == MigrationState.Verifying);
        Assert.Contains(
            "`volmgr migrate finish` or `abort`",
            Refused(desk.Resume(GroupName, finishes: false)).Message,
            StringComparison.Ordinal);

        MigrationRun finish = Value(desk.Resume(GroupName, finishes: true));

        Assert.Equal(MigrationState.Done, await EndAsync(finish));
        MigrationState[] phases = [.. finish.Journal.Steps.Select(step => step.Phase)];
        Assert.InRange(
            Array.LastIndexOf(phases, MigrationState.Verifying), 0,
            Array.IndexOf(phases, MigrationState.Detaching) - 1);
        lab.CheckMoved();
        await lab.CheckDataAsync();
    }

    // As many disks as the copies need and none to spare: finishing must not look for room for a second copy.
    [Fact]
    public async Task Finish_needs_no_further_disk()
    {
        int needed;
        await using (MigrationLab roomy = await StartAsync())
        {
            needed = Value(roomy.Desk().Plan(ToPure)).Targets.Count;
        }

        await using MigrationLab lab = await StartAsync(needed);
        MigrationDesk desk = lab.Desk();
        Assert.Equal(MigrationState.Mirrored, await EndAsync(Value(desk.Start(ToPure with { UntilMirrored = true }))));
        Assert.Empty(Value(desk.Plan(ToPure)).Moves);

        Assert.Equal(MigrationState.Done, await EndAsync(Value(desk.Resume(GroupName, finishes: true))));
        lab.CheckMoved();
    }

    [Fact]
    public async Task Abort_while_copying_leaves_no_trace()
    {
        await using MigrationLab lab = await StartAsync();
        IReadOnlyList<string> before = lab.Records;
        MigrationDesk desk = lab.Desk();
        MigrationRun run = Value(desk.Start(ToPure with { SlowMs = 100 }));
        await UntilAsync(run, _ => run.Copies.Count > 0);

        Done(await desk.AbortAsync(GroupName));

        Assert.Equal(MigrationState.Aborted, run.Journal.State);
        Assert.Equal(before, lab.Records);
        await lab.CheckDataAsync();
        Assert.Equal(ErrorCode.NotFound, Refused(desk.Resume(GroupName, finishes: false)).Code);
    }

    [Fact]
    public async Task Abort_of_a_mirrored_migration_leaves_no_trace_also_after_a_restart()
    {
        await using MigrationLab lab = await StartAsync();
        IReadOnlyList<string> before = lab.Records;
        Assert.Equal(
            MigrationState.Mirrored, await EndAsync(Value(lab.Desk().Start(ToPure with { UntilMirrored = true }))));
        Assert.NotEqual(before, lab.Records);
        await lab.CrashAndBootAsync();
        await lab.SettleAsync();

        Done(await lab.Desk().AbortAsync(GroupName));

        Assert.Equal(before, lab.Records);
        await lab.CheckDataAsync();
    }

    [Fact]
    public async Task Abort_after_a_crash_ends_the_copies_that_the_boot_began_again()
    {
        await using MigrationLab lab = await StartAsync();
        IReadOnlyList<string> before = lab.Records;
        MigrationRun run = Value(lab.Desk().Start(ToPure with { SlowMs = 100 }));
        await UntilAsync(run, _ => run.Copies.Count > 0);
        await lab.CrashAndBootAsync(slowMs: 100);

        Done(await lab.Desk().AbortAsync(GroupName));

        await lab.SettleAsync();
        Assert.Equal(before, lab.Records);
        await lab.CheckDataAsync();
    }

    // A copy that begins holds the lock before its task is listed, and one that ends lists no task any more.
    [Fact]
    public async Task Abort_waits_for_a_lock_that_no_task_shows()
    {
        await using MigrationLab lab = await StartAsync();
        IReadOnlyList<string> before = lab.Records;
        Assert.Equal(
            MigrationState.Mirrored, await EndAsync(Value(lab.Desk().Start(ToPure with { UntilMirrored = true }))));
        Done(await lab.Group.SetAttributesAsync("cat", [new("tutil0", "ATT1")]));

        Task<Outcome> abort = lab.Desk().AbortAsync(GroupName);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(abort.IsCompleted);
        Done(await lab.Group.ClearUtilityAsync("tutil0", ["cat"]));

        Done(await abort);
        Assert.Equal(before, lab.Records);
    }

    [Fact]
    public async Task Abort_tells_of_a_lock_that_is_kept_and_can_be_tried_again()
    {
        await using MigrationLab lab = await StartAsync();
        IReadOnlyList<string> before = lab.Records;
        Assert.Equal(
            MigrationState.Mirrored, await EndAsync(Value(lab.Desk().Start(ToPure with { UntilMirrored = true }))));
        Done(await lab.Group.SetAttributesAsync("cat", [new("tutil0", "mine")]));

        Outcome refused = await lab.Desk().AbortAsync(GroupName);
        Assert.Contains("locked by another utility", refused.Refusal?.Message, StringComparison.Ordinal);

        Done(await lab.Group.ClearUtilityAsync("tutil0", ["cat"]));
        Done(await lab.Desk().AbortAsync(GroupName));
        Assert.Equal(before, lab.Records);
    }

    [Fact]
    public async Task A_paused_migration_stands_still_and_goes_on()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        MigrationRun run = Value(desk.Start(ToPure with { SlowMs = 5 }));
        await UntilAsync(run, _ => run.Copies.Count > 0);

        run.Pause();
        Assert.True(run.IsPaused);
        await Task.Delay(100, TestContext.Current.CancellationToken); // pieces that were in flight land
        IReadOnlyList<double> still = [.. run.Copies.Values];
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal(still, run.Copies.Values);
        Assert.False(run.Completion.IsCompleted);
        Assert.Same(run, desk.Running(GroupName));

        Assert.Same(run, Value(desk.Resume(GroupName, finishes: false)));
        Assert.False(run.IsPaused);
        Assert.Equal(MigrationState.Done, await EndAsync(run));
        lab.CheckMoved();
    }

    [Fact]
    public async Task A_paused_migration_can_be_aborted()
    {
        await using MigrationLab lab = await StartAsync();
        IReadOnlyList<string> before = lab.Records;
        MigrationDesk desk = lab.Desk();
        MigrationRun run = Value(desk.Start(ToPure with { SlowMs = 20 }));
        await UntilAsync(run, _ => run.Copies.Count > 0);
        run.Pause();

        Done(await desk.AbortAsync(GroupName));

        Assert.Equal(before, lab.Records);
    }

    [Theory]
    [InlineData(MigrationState.Preparing)]
    [InlineData(MigrationState.Copying)]
    [InlineData(MigrationState.Detaching)]
    public async Task A_migration_goes_on_after_a_restart_of_the_host(MigrationState crashedIn)
    {
        await using MigrationLab lab = await StartAsync();
        MigrationRun run = Value(lab.Desk().Start(ToPure with { SlowMs = 5 }));
        await UntilAsync(run, journal => journal.Steps.Any(step => step.Phase == crashedIn)
            || (crashedIn == MigrationState.Copying && run.Copies.Count > 0));
        await lab.CrashAndBootAsync();
        MigrationDesk desk = lab.Desk();
        MigrationState read = desk.Read(GroupName)?.State ?? MigrationState.Done;
        if (MigrationDesk.IsOver(read))
        {
            Assert.Equal(MigrationState.Detaching, crashedIn); // it was faster than the crash
            return;
        }

        Assert.Equal(MigrationState.Done, await EndAsync(Value(desk.Resume(GroupName, finishes: false))));
        lab.CheckMoved();
        await lab.CheckDataAsync();
    }

    /// <summary>What cannot be read is not told as a difference.</summary>
    [Fact]
    public async Task An_old_plex_that_cannot_be_read_stops_the_comparison_and_says_so()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        await EndAsync(Value(desk.Start(ToPure with { UntilMirrored = true, Volumes = ["cat"] })));
        VolMgr.Arrays.Faults.LabFaults faults = lab.Host.Devices.Arrays.Faults;
        Assert.Null(faults.Inject(
            lab.Topology, "medium-error", "emc0/01f4", "offset=33m", "length=40m").Refusal);

        MigrationRun run = Value(desk.Resume(GroupName, finishes: true));
        Assert.Equal(MigrationState.Failed, await EndAsync(run));
        Assert.StartsWith("Not every plex of volume cat can be read; nothing was detached", run.Journal.Failure);

        faults.ClearAll();
        Assert.Equal(MigrationState.Done, await EndAsync(Value(desk.Resume(GroupName, finishes: false))));
    }

    /// <summary>The go or no-go is asked again before the old side goes, and before a failed run copies anew.</summary>
    [Theory]
    [InlineData("pure0_0012")]
    [InlineData("emc0_01f4")]
    public async Task DMP_3_a_path_that_is_lost_meanwhile_is_a_no_go_for_finish_and_resume(string device)
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        Assert.Equal(
            MigrationState.Mirrored, await EndAsync(Value(desk.Start(ToPure with { UntilMirrored = true }))));
        VolMgr.Arrays.DevicePath path = lab.Host.Devices.FindNode(device)!.Paths[0];
        lab.Host.Devices.DisablePath(path.Name, force: false);
        IReadOnlyList<string> before = lab.Records;

        Refusal refusal = Refused(desk.Resume(GroupName, finishes: true));
        Assert.StartsWith($"{device}: 1 of 2 paths is enabled and 2 are required", refusal.Message);
        Assert.EndsWith("repair that, or go on with --accept-risks", refusal.Message);
        Assert.Equal(before, lab.Records);
        Assert.Equal(MigrationState.Mirrored, desk.Read(GroupName)!.State);

        lab.Host.Devices.EnablePath(path.Name);
        lab.Host.Devices.DisablePath(path.Name, force: false);
        Assert.Equal(
            MigrationState.Done, await EndAsync(Value(desk.Resume(GroupName, finishes: true, acceptsRisks: true))));
        lab.CheckMoved();
        await lab.CheckDataAsync();
    }

    // The mirror has one plex in the copy and one to come: its lock is no reason to refuse.
    [Fact]
    public async Task A_mirror_that_was_half_copied_goes_on_after_a_restart()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationRun run = Value(lab.Desk().Start(ToPure with { Volumes = ["pair"], SlowMs = 100 }));
        await UntilAsync(run, _ => run.Copies.Count > 0);
        await lab.CrashAndBootAsync(slowMs: 100);
        Assert.Contains(lab.Group.Current.Plexes.Values, MigrationScope.IsAttaching);

        Assert.Equal(MigrationState.Done, await EndAsync(Value(lab.Desk().Resume(GroupName, finishes: false))));
        await lab.CheckDataAsync();
        Assert.DoesNotContain(
            lab.Group.Current.Plexes.Values,
            plex => lab.IsOld(plex) && plex.VolumeId == lab.Group.Current.FindVolume("pair")?.Id);
    }

    [Fact]
    public async Task A_failed_copy_detaches_nothing_and_resume_copies_again()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        MigrationRun run = Value(desk.Start(ToPure with { SlowMs = 50 }));
        await UntilAsync(run, _ => run.Copies.Count > 0);
        lab.Host.Tasks.List.First(task => task.PlexName.Length > 0).Abort();

        Assert.Equal(MigrationState.Failed, await EndAsync(run));
        Assert.Contains("`volmgr migrate resume`", run.Journal.Failure, StringComparison.Ordinal);
        Assert.Equal(4, lab.Group.Current.Plexes.Values.Count(plex => !plex.IsLog && lab.IsOld(plex)));

        Assert.Equal(MigrationState.Done, await EndAsync(Value(desk.Resume(GroupName, finishes: false))));
        lab.CheckMoved();
        await lab.CheckDataAsync();
    }

    [Fact]
    public async Task One_migration_of_a_group_at_a_time()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        MigrationRun run = Value(desk.Start(ToPure with { SlowMs = 20 }));
        await UntilAsync(run, _ => run.Copies.Count > 0);

        Assert.Equal(ErrorCode.InvalidState, Refused(desk.Start(ToPure)).Code);

        Done(await desk.AbortAsync(GroupName));
        Assert.Equal(MigrationState.Done, await EndAsync(Value(desk.Start(ToPure))));
    }

    [Fact]
    public async Task What_cannot_be_aborted_or_resumed_is_refused()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();
        Assert.Equal(ErrorCode.NotFound, (await desk.AbortAsync(GroupName)).Refusal?.Code);
        Assert.Equal(ErrorCode.NotFound, Refused(desk.Resume(GroupName, finishes: true)).Code);
        Assert.Null(desk.Read(GroupName));

        MigrationJournal journal = new()
        {
            Request = ToPure,
            State = MigrationState.Failed,
            Started = DateTimeOffset.UnixEpoch,
            IsPastReturn = true,
        };
        lab.Archive.Write(GroupName, journal.ToText());
        Assert.Equal(ErrorCode.InvalidState, (await desk.AbortAsync(GroupName)).Refusal?.Code);

        lab.Archive.Write(GroupName, "not a journal");
        Assert.Null(desk.Read(GroupName));
    }
}
