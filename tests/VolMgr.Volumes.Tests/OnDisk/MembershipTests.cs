using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>Disks that join and leave, and what stays when that fails in the middle.</summary>
public sealed class MembershipTests
{
    private readonly TestGroup group = new();

    [Fact]
    public async Task When_a_disk_cannot_join_the_one_that_was_to_leave_stays()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(3);
        ConfigurationStore store = await group.CreateAsync([disks[0], disks[1]]);
        GroupDisk third = (await TestGroup.ScanAsync([disks[2]], inGroup: false))[0];
        disks[2].WriteFailure = IoStatus.MediaError;
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(
            current => TestGroup.WithDisk(current, third).Without(current.FindDisk("datadg02")!.Id),
            new StoreMembership { Joining = [third] });
        Assert.False(outcome.IsDone);
        Assert.Equal(2, store.Holders.Count);
        await store.CommitAsync(current => TestGroup.Comment(current, "both"));
        Assert.Equal("both", TestGroup.CommentOf(await group.ImportAsync([disks[1]], force: true)));
    }

    // What is on a disk that was being written anew is not known.
    [Fact]
    public async Task A_holder_that_cannot_be_written_anew_is_left_out()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        GroupDisk second = (await TestGroup.ScanAsync([disks[1]], inGroup: true))[0];
        disks[1].WriteFailure = IoStatus.MediaError;
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(
            current => current, new StoreMembership { Joining = [second] });
        Assert.False(outcome.IsDone);
        Assert.Single(store.Holders);
    }

    [Fact]
    public async Task Disks_join_together_or_not_at_all()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(3);
        ConfigurationStore store = await group.CreateAsync([disks[0]]);
        IReadOnlyList<GroupDisk> joining = await TestGroup.ScanAsync([disks[1], disks[2]], inGroup: false);
        disks[2].WritesLeft = 2; // text and header of its copy; its own header fails
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(
            current => joining.Aggregate(current, TestGroup.WithDisk), new StoreMembership { Joining = [.. joining] });
        Assert.Equal("Device emc0_2, emc0_3: Disk group adddisk failed: Disk I/O error", outcome.Refusal!.Message);
        Assert.Single(store.Holders);
        Assert.Empty(await TestGroup.ScanAsync([disks[1]], inGroup: true));
    }

    // Its header names the group and its copy is of the next generation: it must lose against what is written after.
    [Fact]
    public async Task What_a_disk_holds_that_did_not_join_loses_against_the_next_commit()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(3);
        ConfigurationStore store = await group.CreateAsync([disks[0]]);
        IReadOnlyList<GroupDisk> joining = await TestGroup.ScanAsync([disks[1], disks[2]], inGroup: false);
        disks[1].WritesLeft = 4; // its copy and both places of its header; the way back fails
        disks[2].WritesLeft = 2;
        Assert.False((await store.CommitAsync(
            current => joining.Aggregate(current, TestGroup.WithDisk),
            new StoreMembership { Joining = [.. joining] })).IsDone);
        Assert.Single(await TestGroup.ScanAsync([disks[1]], inGroup: true));
        Assert.True((await store.CommitAsync(current => TestGroup.Comment(current, "alone"))).IsDone);
        disks[1].WritesLeft = null;
        ConfigurationStore after = await group.ImportAsync([disks[0], disks[1]]);
        Assert.Equal("alone", TestGroup.CommentOf(after));
        Assert.Null(after.Current.FindDisk("datadg02"));
    }

    [Fact]
    public async Task A_disk_that_was_changed_separately_does_not_join()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        await group.CreateAsync(disks);
        ConfigurationStore one = await group.ImportAsync([disks[0]], force: true);
        await one.CommitAsync(current => TestGroup.Comment(current, "one"));
        ConfigurationStore other = await group.ImportAsync([disks[1]], force: true);
        await other.CommitAsync(current => TestGroup.Comment(current, "other"));
        GroupDisk second = (await TestGroup.ScanAsync([disks[1]], inGroup: true))[0];
        Outcome<GroupConfiguration> outcome = await one.CommitAsync(
            current => current, new StoreMembership { Joining = [second] });
        Assert.Contains("Split Brain", outcome.Refusal!.Message, StringComparison.Ordinal);
        Assert.Single(one.Holders);
    }

    [Fact]
    public async Task The_last_copy_that_would_leave_is_named_by_its_disk()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync(disks);
        disks[0].Failure = IoStatus.NotReachable;
        await store.CommitAsync(current => TestGroup.Comment(current, "missed"));
        Outcome<GroupConfiguration> outcome = await store.CommitAsync(
            current => current, new StoreMembership { LeavingDiskIds = [TestGroup.DiskIdOf(2)] });
        Assert.StartsWith(
            "disassociating disk-media datadg02: ", outcome.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_joins_only_with_a_record()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(2);
        ConfigurationStore store = await group.CreateAsync([disks[0]]);
        GroupDisk second = (await TestGroup.ScanAsync([disks[1]], inGroup: false))[0];
        await Assert.ThrowsAsync<InvariantViolationException>(() => store.CommitAsync(
            current => current, new StoreMembership { Joining = [second] }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_group_that_was_given_up_takes_no_commit(bool isDestroyed)
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        ConfigurationStore store = await group.CreateAsync(disks);
        Assert.True((await (isDestroyed ? store.DestroyAsync() : store.DeportAsync())).IsDone);
        Assert.Equal(
            ErrorCode.NoDiskGroup,
            (await store.CommitAsync(current => TestGroup.Comment(current, "late"))).Refusal!.Code);
    }
}
