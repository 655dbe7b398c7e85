using VolMgr.Blocks;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

public sealed class ImportTests
{
    private readonly TestGroup group = new();

    [Fact]
    public async Task No_disk_of_the_group_is_refused()
    {
        Outcome<ConfigurationStore> import = await group.TryImportAsync([]);
        Assert.Equal("Disk group datadg: import failed: No valid disk found containing disk group",
            import.Refusal!.Message);
        Assert.Equal("V-5-1-10978", import.Refusal.MessageId);
        Assert.Equal(ErrorCode.NotFound, import.Refusal.Code);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, false)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(4, 2, false)]
    [InlineData(4, 3, true)]
    public async Task More_than_half_of_the_holders_is_enough(int holders, int present, bool isEnough)
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(holders);
        await group.CreateAsync(disks);
        IReadOnlyList<CrashDisk> seen = [.. disks.Take(present)];
        Assert.Equal(isEnough, (await group.TryImportAsync(Copies(seen))).IsDone);
        Assert.True((await group.TryImportAsync(Copies(seen), force: true)).IsDone);
    }

    [Fact]
    public async Task Refused_import_changes_nothing()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        await group.CreateAsync(disks);
        var power = new Power(int.MaxValue, 0);
        CrashDisk alone = disks[0].Copy(power);
        Assert.False((await group.TryImportAsync([alone])).IsDone);
        Assert.False((await group.TryImportAsync([alone, disks[1].Copy(power)], host: "host2")).IsDone);
        Assert.Equal(0, power.Writes);
    }

    [Fact]
    public async Task Group_of_another_host_needs_its_lock_cleared()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        await group.CreateAsync(disks);
        Outcome<ConfigurationStore> import = await group.TryImportAsync(disks, host: "host2");
        Assert.StartsWith(
            "Disk group datadg: import failed: Disk is in use by another host", import.Refusal!.Message,
                StringComparison.Ordinal);
        Assert.Contains("host1", import.Refusal.Message, StringComparison.Ordinal);

        Assert.True((await group.TryImportAsync(disks, host: "host2", clear: true)).IsDone);
        IReadOnlyList<GroupDisk> now = await TestGroup.ScanAsync(disks, inGroup: true);
        Assert.All(now, disk => Assert.Equal("host2", disk.Header.HostId));
        Assert.False((await group.TryImportAsync(disks)).IsDone);
    }

    [Fact]
    public async Task Deported_group_imports_on_another_host_with_all_its_records()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        await store.CommitAsync(current => TestGroup.Comment(current, "moving"));
        Assert.True((await store.DeportAsync()).IsDone);
        Assert.All(
            await TestGroup.ScanAsync(disks, inGroup: true), disk => Assert.Equal(("", "datadg"),
                (disk.Header.HostId, disk.Header.GroupName)));
        ConfigurationStore other = await group.ImportAsync(disks, host: "host2");
        Assert.Equal("moving", TestGroup.CommentOf(other));
    }

    [Fact]
    public async Task Deport_for_a_host_and_by_a_new_name()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        Assert.True((await store.DeportAsync("host2", "newdg")).IsDone);
        Assert.False((await group.TryImportAsync(disks)).IsDone);
        ConfigurationStore other = await group.ImportAsync(disks, host: "host2");
        Assert.Equal("newdg", other.Current.Group.Name);
        Assert.Equal(TestGroup.GroupId, other.Current.Group.GroupId);
    }

    [Fact]
    public async Task Destroyed_group_leaves_free_disks()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        Assert.True((await store.DestroyAsync()).IsDone);
        Assert.Empty(await TestGroup.ScanAsync(disks, inGroup: true));
        Assert.Equal(2, (await TestGroup.ScanAsync(disks, inGroup: false)).Count);
        Assert.Equal(2, (await group.CreateAsync(disks)).Holders.Count);
    }

    [Fact]
    public async Task New_name_lasts_and_a_temporary_one_does_not()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        await group.CreateAsync(disks);
        ConfigurationStore passing = (await group.TryImportAsync(disks, newName: "tmpdg", temporary: true)).Value;
        Assert.Equal("tmpdg", passing.Current.Group.Name);
        await passing.CommitAsync(current => TestGroup.Comment(current, "kept"));
        Assert.Equal("tmpdg", passing.Current.Group.Name);
        GroupDisk disk = (await TestGroup.ScanAsync(disks, inGroup: true))[0];
        Assert.Equal(("datadg", true), (disk.Header.GroupName, disk.Header.IsNoAutoImport));

        ConfigurationStore renamed = (await group.TryImportAsync(disks, newName: "lastdg")).Value;
        Assert.Equal("lastdg", renamed.Current.Group.Name);
        ConfigurationStore again = await group.ImportAsync(disks);
        Assert.Equal(("lastdg", "kept"), (again.Current.Group.Name, TestGroup.CommentOf(again)));
    }

    [Fact]
    public async Task Illegal_new_name_is_refused_before_anything_is_written()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        await group.CreateAsync(disks);
        var power = new Power(int.MaxValue, 0);
        CrashDisk disk = disks[0].Copy(power);
        Assert.False((await group.TryImportAsync([disk], newName: "-x")).IsDone);
        Assert.False((await group.TryImportAsync([disk], newName: new string('n', 40))).IsDone);
        Assert.Equal(0, power.Writes);
    }

    /// <summary>Each half of a mirrored group is imported by force while the other is away, and changed. Brought
    /// together,
    /// neither side may win and neither may be written to.</summary>
    [Fact]
    public async Task Sides_that_were_changed_separately_are_never_merged()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        await (await group.CreateAsync(disks)).DeportAsync();
        foreach (int side in new[] { 0, 1 })
        {
            ConfigurationStore store = await group.ImportAsync([disks[side]], force: true);
            await store.CommitAsync(current => TestGroup.Comment(current, $"side {side}"));
            await store.DeportAsync();
        }

        var power = new Power(int.MaxValue, 0);
        IReadOnlyList<CrashDisk> together = [.. disks.Select(disk => disk.Copy(power))];
        foreach (bool force in new[] { false, true })
        {
            Outcome<ConfigurationStore> import = await group.TryImportAsync(together, force: force);
            Assert.Contains("Split Brain", import.Refusal!.Message, StringComparison.Ordinal);
            Assert.Contains("emc0_1", import.Refusal.Message, StringComparison.Ordinal);
            Assert.Contains("emc0_2", import.Refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, power.Writes);
        Assert.Equal("side 1", TestGroup.CommentOf(await group.ImportAsync([disks[1]], force: true)));
    }

    /// <summary>One side stops, the other goes on alone: the first is merely behind, and is written anew.</summary>
    [Fact]
    public async Task Side_that_was_not_changed_is_behind_and_not_foreign()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        await (await group.CreateAsync(disks)).DeportAsync();
        for (int round = 0; round < 3; round++)
        {
            ConfigurationStore store = await group.ImportAsync([disks[0]], force: true);
            await store.CommitAsync(current => TestGroup.Comment(current, $"round {round}"));
            await store.DeportAsync();
        }

        ConfigurationStore both = await group.ImportAsync(disks);
        Assert.Equal("round 2", TestGroup.CommentOf(both));
        Assert.Equal(2, both.Holders.Count);
    }

    /// <summary>The first disk went on alone after the second was lost, and the second is then forced from its older
    /// state:
    /// the first has acknowledged commits that the second never saw.</summary>
    [Fact]
    public async Task Side_that_went_on_with_acknowledged_commits_is_foreign()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[1].Failure = IoStatus.NotReachable;
        await store.CommitAsync(current => TestGroup.Comment(current, "acknowledged"));
        disks[1].Failure = null;
        await group.ImportAsync([disks[1]], force: true);
        Outcome<ConfigurationStore> import = await group.TryImportAsync(disks);
        Assert.Contains("Split Brain", import.Refusal!.Message, StringComparison.Ordinal);
    }

    /// <summary>The host goes down while a commit has reached one disk only. The other two import without it; the
    /// commit
    /// was never acknowledged, so that disk is behind, not foreign.</summary>
    [Fact]
    public async Task Disk_ahead_by_an_unacknowledged_commit_is_not_foreign()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(3);
        await group.CreateAsync(disks);
        var counting = new Power(int.MaxValue, 0);
        await group.ImportAsync([.. disks.Select(disk => disk.Copy(counting))]);
        int lost = 0;
        for (int seed = 0; seed < 10; seed++)
        {
            var power = new Power(counting.Writes + 1, seed);
            CrashDisk[] torn = [.. disks.Select(disk => disk.Copy(power))];
            ConfigurationStore store = await group.ImportAsync(torn);
            Assert.False((await store.CommitAsync(current => TestGroup.Comment(current, "in flight"))).IsDone);
            CrashDisk[] after = [.. torn.Select(disk => disk.Copy())];
            Assert.Equal("in flight", TestGroup.CommentOf(await group.ImportAsync([after[0].Copy()], force: true)));

            string others = TestGroup.CommentOf(await group.ImportAsync([after[1], after[2]]));
            lost += others.Length == 0 ? 1 : 0;
            ConfigurationStore all = await group.ImportAsync(after);
            Assert.Equal(others, TestGroup.CommentOf(all));
            Assert.Equal(3, all.Holders.Count);
        }

        Assert.True(lost > 0);
    }

    [Fact]
    public async Task Disk_left_behind_by_an_interrupted_leave_is_taken_out()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[1].Failure = IoStatus.NotReachable;
        await store.CommitAsync(current => current.Without(current.FindDisk("datadg02")!.Id));
        disks[1].Failure = null;
        Assert.Equal(2, (await TestGroup.ScanAsync(disks, inGroup: true)).Count);
        Assert.Single((await group.ImportAsync(disks)).Holders);
        Assert.Single(await TestGroup.ScanAsync(disks, inGroup: true));
    }

    [Fact]
    public async Task Copied_disk_is_refused()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        await group.CreateAsync(disks);
        Outcome<ConfigurationStore> import = await group.TryImportAsync([disks[0], disks[0].Copy()]);
        Assert.Contains("same disk id", import.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outdated_lock_of_a_disk_that_was_away_does_not_matter()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(3);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[2].Failure = IoStatus.NotReachable;
        await store.CommitAsync(current => TestGroup.Comment(current, "two"));
        await store.DeportAsync();
        disks[2].Failure = null;
        ConfigurationStore other = await group.ImportAsync(disks, host: "host2");
        Assert.Equal(("two", 3), (TestGroup.CommentOf(other), other.Holders.Count));
    }

    [Fact]
    public async Task Group_may_be_imported_for_years()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        for (int round = 0; round < 300; round++)
        {
            await store.CloseAsync();
            store = await group.ImportAsync(disks);
        }

        Assert.Equal(301, store.Generation);
    }

    private static IReadOnlyList<CrashDisk> Copies(IEnumerable<CrashDisk> disks) =>
        [.. disks.Select(disk => disk.Copy())];
}
