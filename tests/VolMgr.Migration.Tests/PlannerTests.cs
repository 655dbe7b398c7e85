using VolMgr.Arrays;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using static VolMgr.Migration.Tests.MigrationLab;

namespace VolMgr.Migration.Tests;

public sealed class PlannerTests
{
    [Fact]
    public async Task Every_plex_log_and_disk_of_the_old_array_has_its_place_in_the_plan()
    {
        await using MigrationLab lab = await StartAsync();

        MigrationPlan plan = Value(lab.Desk().Plan(ToPure()));

        Assert.Equal(["cat", "pair", "pair", "wide"], plan.Moves.Select(move => move.Volume));
        Assert.Equal([24L << 20, 8L << 20, 8L << 20, 16L << 20], plan.Moves.Select(move => move.Bytes));
        Assert.Equal(2, plan.Moves[3].TargetDisks.Count);
        Assert.Empty(plan.Moves[1].TargetDisks.Intersect(plan.Moves[2].TargetDisks));
        Assert.Equal(["pair"], plan.OldLogVolumes);
        Assert.Equal(["cat", "wide"], plan.TemporaryLogVolumes);
        Assert.Equal(56L << 20, plan.BytesAtMost);
        Assert.Equal(["dg01", "dg02", "dg03", "dg04", "dg05", "dg06"], plan.LeavingDisks);
        Assert.All(plan.Targets, disk => Assert.True(disk is { NeedsInitialising: true, NeedsAdding: true }));
        Assert.All(plan.Targets, disk => Assert.StartsWith("pure0_", disk.Device, StringComparison.Ordinal));
        Assert.Contains(plan.Risks, risk => risk is { Severity: "low", Subject: "cat" });
        Assert.DoesNotContain(plan.Risks, risk => risk.Severity == "high");
    }

    [Fact]
    public async Task Steps_are_in_the_order_in_which_they_happen()
    {
        await using MigrationLab lab = await StartAsync();

        MigrationPlan plan = Value(lab.Desk().Plan(ToPure() with { UntilMirrored = true }));

        Assert.Equal(plan.Steps.Select(step => step.Phase).Order(), plan.Steps.Select(step => step.Phase));
        string[] commands = [.. plan.Steps.Select(step => step.Command)];
        Assert.Contains($"vxdisksetup -i {plan.Targets[0].Device}", commands);
        Assert.Equal(3, commands.Count(command => command.Contains("addlog", StringComparison.Ordinal)));
        Assert.Contains("volmgr migrate finish --group datadg", commands);
        Assert.Contains("vxplex -g datadg -o rm dis cat-01", commands);
        Assert.Contains("vxdg -g datadg rmdisk dg06", commands);
    }

    [Fact]
    public async Task One_volume_leaves_the_others_and_their_disks_alone()
    {
        await using MigrationLab lab = await StartAsync();

        MigrationPlan plan = Value(lab.Desk().Plan(ToPure() with { Volumes = ["wide"], From = "emc0" }));

        Assert.Equal("wide", Assert.Single(plan.Moves).Volume);
        Assert.Empty(plan.OldLogVolumes);
        GroupConfiguration now = lab.Group.Current;
        PlexRecord plex = Assert.Single(now.DataPlexesOf(now.FindVolume("cat")!.Id));
        string[] stay = [.. now.SubdisksOf(plex.Id).Select(piece => now.Disks[piece.DiskId].Name)];
        Assert.NotEmpty(stay);
        Assert.Empty(plan.LeavingDisks.Intersect(stay));
    }

    [Fact]
    public async Task Making_a_plan_changes_nothing()
    {
        await using MigrationLab lab = await StartAsync();
        IReadOnlyList<string> before = lab.Records;
        long generation = lab.Group.Generation;

        Value(lab.Desk().Plan(ToPure()));

        Assert.Equal(before, lab.Records);
        Assert.Equal(generation, lab.Group.Generation);
        Assert.All(
            lab.Host.Disks.Where(disk => disk.Name.StartsWith("pure0", StringComparison.Ordinal)),
            disk => Assert.Null(disk.Header));
        Assert.Equal(0, lab.Archive.Count);
    }

    [Fact]
    public async Task Too_few_disks_are_a_refusal_that_tells_the_remedy()
    {
        await using MigrationLab lab = await StartAsync(newLunCount: 1);
        IReadOnlyList<string> before = lab.Records;

        Refusal refusal = Refused(lab.Desk().Start(ToPure()));

        Assert.Equal(ErrorCode.NoSpace, refusal.Code);
        Assert.Contains("pure0 has no further free disk: present more LUNs", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, lab.Records);
    }

    /// <summary>A LUN with fewer paths than it should have fails the go or no-go, on either side.</summary>
    [Theory]
    [InlineData("pure0_0012", "sdh")]
    [InlineData("emc0_01f4", "sdb")]
    public async Task DMP_3_a_disk_with_one_path_left_is_a_no_go_unless_accepted(string device, string path)
    {
        await using MigrationLab lab = await StartAsync();
        Assert.Equal(PathChange.Changed, lab.Host.Devices.DisablePath(path, force: false));

        MigrationPlan plan = Value(lab.Desk().Plan(ToPure()));

        MigrationRisk risk = Assert.Single(plan.Risks, each => each.Severity == "high");
        Assert.Equal(device, risk.Subject);
        Assert.Equal($"1 of 2 paths is enabled and 2 are required; disabled: {path}", risk.Fact);
        Assert.Equal(plan.Risks[0], risk);
        IReadOnlyList<string> before = lab.Records;
        Refusal refusal = Refused(lab.Desk().Start(ToPure()));
        Assert.Equal(ErrorCode.InvalidState, refusal.Code);
        Assert.Equal(
            $"{device}: 1 of 2 paths is enabled and 2 are required; disabled: {path}; repair that, or start with "
            + "--accept-risks (`--dry-run` lists all)",
            refusal.Message);
        Assert.Equal(before, lab.Records);
        Assert.Equal(0, lab.Archive.Count);
        MigrationRun run = Value(lab.Desk().Start(ToPure() with { AcceptsRisks = true }));
        await run.Completion;
        Assert.Equal(MigrationState.Done, run.Journal.State);
    }

    [Fact]
    public async Task A_full_file_system_is_a_high_risk_and_nothing_starts()
    {
        await using MigrationLab lab = await StartAsync();
        lab.Archive.Space = new HostSpace(1 << 20, 1L << 30);

        MigrationPlan plan = Value(lab.Desk().Plan(ToPure()));
        Refusal refusal = Refused(lab.Desk().Start(ToPure()));

        Assert.Equal(("high", "host file system"), (plan.Risks[0].Severity, plan.Risks[0].Subject));
        Assert.Equal(56L << 20, plan.HostBytesNeeded);
        Assert.Equal(ErrorCode.NoSpace, refusal.Code);
        Assert.Contains("free space where the lab is", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, lab.Archive.Count);
    }

    [Fact]
    public async Task What_does_not_exist_is_named_in_the_refusal()
    {
        await using MigrationLab lab = await StartAsync();
        MigrationDesk desk = lab.Desk();

        Assert.Equal(
            (ErrorCode.NoDiskGroup, "Disk group otherdg is not imported on host1; `vxdg list` shows those that are"),
            Said(desk.Plan(ToPure() with { DiskGroup = "otherdg" })));
        Assert.Equal(
            (ErrorCode.NotFound, "No enclosure hds0; the host sees emc0, pure0"),
            Said(desk.Plan(ToPure() with { To = "hds0" })));
        Assert.Equal(
            (ErrorCode.NotFound, "No enclosure hds0; the host sees emc0, pure0"),
            Said(desk.Plan(ToPure() with { From = "hds0" })));
        Assert.Equal(
            (ErrorCode.NotFound, "No volume nosuch in disk group datadg"),
            Said(desk.Plan(ToPure() with { Volumes = ["cat", "nosuch"] })));
        Assert.Equal(
            (ErrorCode.Usage, "pure0 is both the source and the target: name two enclosures"),
            Said(desk.Plan(ToPure() with { From = "pure0" })));
    }

    [Fact]
    public async Task A_stopped_volume_has_to_be_started_first()
    {
        await using MigrationLab lab = await StartAsync();
        Done(await lab.Group.StopVolumeAsync("cat", force: true));

        Assert.Equal(
            (ErrorCode.NotStarted, "Volume cat is not started; start it with vxvol start first"),
            Said(lab.Desk().Plan(ToPure())));
    }

    private static MigrationRequest ToPure() => new() { DiskGroup = GroupName, To = "pure0" };

    private static (ErrorCode Code, string Message) Said(Outcome<MigrationPlan> outcome)
    {
        Refusal refusal = Refused(outcome);
        return (refusal.Code, refusal.Message);
    }
}
