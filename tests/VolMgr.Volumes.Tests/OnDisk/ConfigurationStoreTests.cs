using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

public sealed class ConfigurationStoreTests
{
    private readonly TestGroup group = new();

    [Fact]
    public async Task Commit_survives_the_host()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        Assert.Equal(1, store.Generation);
        Assert.Equal(2, store.Holders.Count);

        Outcome<GroupConfiguration> changed = await store.CommitAsync(current => TestGroup.Comment(current, "one"));
        Assert.Equal("one", changed.Value.FindVolume("vol01")!.Comment);
        Assert.Equal(2, store.Generation);

        ConfigurationStore again = await group.ImportAsync(disks);
        Assert.Equal("one", TestGroup.CommentOf(again));
        Assert.Equal(3, again.Generation);
        Assert.True(ConfigurationDelta.Between(changed.Value, again.Current).IsEmpty);
    }

    [Fact]
    public async Task Commits_that_fill_the_log_flip_the_checkpoint_and_lose_nothing()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        ConfigurationStore store = await group.CreateAsync(disks);
        for (int round = 0; round < 250; round++)
        {
            Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, $"round {round}"))).IsDone);
            if (round % 50 == 0)
            {
                ConfigurationStore copy = await group.ImportAsync([disks[0].Copy()]);
                Assert.Equal($"round {round}", TestGroup.CommentOf(copy));
            }
        }

        Assert.Equal("round 249", TestGroup.CommentOf(await group.ImportAsync(disks)));
    }

    [Fact]
    public async Task Refused_change_leaves_everything_as_it_was()
    {
        ConfigurationStore store = await group.CreateAsync(await group.InitializeAsync(1));
        var refusal = new Refusal(ErrorCode.NoSpace, "no");
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(_ => refusal);
        Assert.Same(refusal, outcome.Refusal);
        Assert.Equal(1, store.Generation);
    }

    [Fact]
    public async Task Change_that_breaks_the_rules_throws_and_the_store_goes_on()
    {
        ConfigurationStore store = await group.CreateAsync(await group.InitializeAsync(1));
        await Assert.ThrowsAsync<InvariantViolationException>(
            () => store.CommitAsync(current => current.With(current.FindVolume("vol01")! with { Name = "-bad" })));
        await Assert.ThrowsAsync<InvariantViolationException>(
            () => store.CommitAsync(current => TestGroup.Comment(current, "two\nlines")));
        Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, "good"))).IsDone);
    }

    [Fact]
    public async Task Failed_holder_is_dropped_in_the_same_generation_and_its_old_copy_is_ignored_later()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[1].Failure = IoStatus.NotReachable;
        Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, "without second"))).IsDone);
        Assert.Equal(2, store.Generation);
        Assert.Equal([TestGroup.DiskIdOf(1)], store.Holders.Select(holder => holder.DiskId));

        disks[1].Failure = null;
        ConfigurationStore again = await group.ImportAsync(disks);
        Assert.Equal("without second", TestGroup.CommentOf(again));
        Assert.Equal(2, again.Holders.Count);
    }

    [Fact]
    public async Task Old_copy_alone_is_refused_without_force()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[1].Failure = IoStatus.NotReachable;
        await store.CommitAsync(current => TestGroup.Comment(current, "newer"));
        disks[1].Failure = null;

        Outcome<ConfigurationStore> import = await group.TryImportAsync([disks[1]]);
        Assert.Equal("V-5-1-10978", import.Refusal!.MessageId);
        Assert.StartsWith(
            "Disk group datadg: import failed: Disk for disk group not found", import.Refusal.Message,
                StringComparison.Ordinal);
        Assert.Contains("datadg01", import.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_holders_the_group_is_disabled_and_keeps_its_last_configuration()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[0].WriteFailure = IoStatus.MediaError;
        disks[1].WriteFailure = IoStatus.NoSpace;
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(current => TestGroup.Comment(current, "lost"));
        Assert.Equal("V-5-1-124", outcome.Refusal!.MessageId);
        Assert.True(store.IsDisabled);
        Assert.Equal("", TestGroup.CommentOf(store));
        Assert.Equal("V-5-1-124", (await store.CommitAsync(current => current)).Refusal!.MessageId);
        Assert.True((await store.DeportAsync()).IsDone);
    }

    [Fact]
    public async Task Dropped_disk_joins_again_and_is_written_anew()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[1].Failure = IoStatus.NotReachable;
        await store.CommitAsync(current => TestGroup.Comment(current, "missed"));
        disks[1].Failure = null;

        IReadOnlyList<GroupDisk> back = await TestGroup.ScanAsync([disks[1]], inGroup: true);
        Assert.True((await store.CommitAsync(current => current, new StoreMembership { Joining = back })).IsDone);
        Assert.Equal(2, store.Holders.Count);
        await store.CommitAsync(current => TestGroup.Comment(current, "together"));
        Assert.Equal("together", TestGroup.CommentOf(await group.ImportAsync([disks[1]], force: true)));
    }

    [Fact]
    public async Task Disk_joins_and_leaves_with_its_record()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync([disks[0]]);
        GroupDisk second = (await TestGroup.ScanAsync([disks[1]], inGroup: false))[0];
        await store.CommitAsync(
            current => TestGroup.WithDisk(current, second), new StoreMembership { Joining = [second] });
        Assert.Equal("datadg", (await TestGroup.ScanAsync([disks[1]], inGroup: true))[0].Header.GroupName);
        Assert.Equal(2, store.Holders.Count);

        await store.CommitAsync(current => current.Without(current.FindDisk("datadg02")!.Id));
        Assert.Single(store.Holders);
        Assert.Empty(await TestGroup.ScanAsync([disks[1]], inGroup: true));
        Assert.Null((await group.TryImportAsync(disks)).Refusal);
    }

    [Fact]
    public async Task Last_copy_cannot_leave()
    {
        ConfigurationStore store = await group.CreateAsync(await group.InitializeAsync(1));
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(
            current => current, new StoreMembership { LeavingDiskIds = [TestGroup.DiskIdOf(1)] });
        Assert.Equal("V-5-1-10128", outcome.Refusal!.MessageId);
        Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, "still"))).IsDone);
    }

    [Fact]
    public async Task Disk_that_cannot_be_written_does_not_join()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync([disks[0]]);
        GroupDisk second = (await TestGroup.ScanAsync([disks[1]], inGroup: false))[0];
        disks[1].WriteFailure = IoStatus.MediaError;
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(
            current => TestGroup.WithDisk(current, second), new StoreMembership { Joining = [second] });
        Assert.Equal("V-5-1-543", outcome.Refusal!.MessageId);
        Assert.Null(store.Current.FindDisk("datadg02"));
        Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, "alone"))).IsDone);
        Assert.Equal("alone", TestGroup.CommentOf(await group.ImportAsync([disks[0]])));
    }

    [Fact]
    public async Task Disk_of_another_group_is_not_taken()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        await group.CreateAsync([disks[0]]);
        GroupDisk owned = (await TestGroup.ScanAsync([disks[0]], inGroup: true))[0];
        GroupConfiguration other = TestGroup.Configuration([owned]);
        other = other with { Group = other.Group with { Name = "otherdg", GroupId = "1741211310.11.host1" } };
        Outcome<ConfigurationStore> created = await ConfigurationStore.CreateAsync(
            other, [owned], new StoreOptions { HostId = TestGroup.Host }, group.Engine);
        Assert.Equal("Device emc0_1 appears to be owned by disk group datadg.", created.Refusal!.Message);
        Assert.Equal("V-5-1-2349", created.Refusal.MessageId);
    }

    [Fact]
    public async Task Kernel_states_and_utility_locks_do_not_outlive_the_import()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        ConfigurationStore store = await group.CreateAsync(disks);
        Outcome<GroupConfiguration> started = await store.CommitAsync(current => current
            .With(current.FindVolume("vol01")! with
            {
                KernelState = VolumeKernelState.Enabled,
                State = VolumeState.Active,
                TUtil0 = "ATT1",
            })
            .With(current.FindPlex("vol01-01")! with
            {
                KernelState = PlexKernelState.Enabled,
                State = PlexState.Active,
                TUtil0 = "ATT",
                PUtil0 = "kept",
            }));
        Assert.Null(started.Refusal);

        GroupConfiguration imported = (await group.ImportAsync(disks)).Current;
        VolumeRecord volume = imported.FindVolume("vol01")!;
        PlexRecord plex = imported.FindPlex("vol01-01")!;
        Assert.Equal((VolumeKernelState.Disabled, VolumeState.Active, ""), (volume.KernelState, volume.State,
            volume.TUtil0));
        Assert.Equal((PlexKernelState.Disabled, PlexState.Active, ""), (plex.KernelState, plex.State, plex.TUtil0));
        Assert.Equal("kept", plex.PUtil0);
    }

    [Fact]
    public async Task Closed_store_refuses_and_the_group_stays_with_its_host()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        ConfigurationStore store = await group.CreateAsync(disks);
        await store.CommitAsync(current => TestGroup.Comment(current, "closed"));
        await store.CloseAsync();
        await store.CloseAsync();
        Assert.Equal(ErrorCode.NoDiskGroup, (await store.CommitAsync(current => current)).Refusal!.Code);
        Assert.False((await store.DeportAsync()).IsDone);
        Assert.False((await group.TryImportAsync(disks, host: "host2")).IsDone);
        Assert.Equal("closed", TestGroup.CommentOf(await group.ImportAsync(disks)));
    }

    [Fact]
    public async Task Commits_are_applied_one_at_a_time()
    {
        ConfigurationStore store = await group.CreateAsync(await group.InitializeAsync(2));
        Outcome<GroupConfiguration>[] outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
            store.CommitAsync(current => TestGroup.Comment(current, current.FindVolume("vol01")!.Comment + "x"))));
        Assert.All(outcomes, outcome => Assert.Null(outcome.Refusal));
        Assert.Equal(new string('x', 100), TestGroup.CommentOf(store));
        Assert.Equal(101, store.Generation);
    }

    [Fact]
    public async Task Configuration_that_no_copy_can_hold_is_refused()
    {
        ConfigurationStore store = await group.CreateAsync(await group.InitializeAsync(1));
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(
            current => TestGroup.Comment(current, new string('x', 400_000)));
        Assert.Equal("V-5-1-2928", outcome.Refusal!.MessageId);
        Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, "short"))).IsDone);
    }
}
