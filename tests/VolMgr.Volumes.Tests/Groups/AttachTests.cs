using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>How a copy begins, with what, and how it ends when it does not end well.</summary>
public sealed class AttachTests
{
    private static readonly CopyOptions Slow = new() { IoSize = 65536, SlowMs = 20, Workers = 1 };

    private readonly TestLab lab = new();
    private readonly CopyWatch watch = new();

    [Fact]
    public async Task The_options_of_a_copy_reach_it_and_those_of_the_host_fill_the_gaps()
    {
        VolumeHost host = await lab.BootAsync(
            copy: new CopyOptions { IoSize = 131072, BandwidthLimit = 1 << 30 }, steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        await CompletesAsync(Value(await group.AddMirrorAsync(
            MirrorTo("vol01"),
            new CopyOptions
            {
                IoSize = 65536,
                Workers = 3,
                BandwidthLimit = 1 << 29,
                Policy = CopyPolicy.FullSpeed,
                CheckpointBytes = 1 << 20,
            })));
        Done(await group.DetachPlexAsync(null, "vol01-02", force: false));
        await CompletesAsync(Value(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions()))!);

        Assert.Equal(
            (65536L, 3, 1L << 29, CopyPolicy.FullSpeed, 1L << 20),
            (watch.Copies[0].IoSize, watch.Copies[0].Workers, watch.Copies[0].Throttle.BandwidthLimit,
                watch.Copies[0].Throttle.Policy, watch.Copies[0].CheckpointBytes));
        Assert.Equal(
            (131072L, 4, 1L << 30, CopyPolicy.Application),
            (watch.Copies[1].IoSize, watch.Copies[1].Workers, watch.Copies[1].Throttle.BandwidthLimit,
                watch.Copies[1].Throttle.Policy));
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task Only_a_copy_that_a_boot_can_go_on_with_leaves_a_record()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host, disksPerArray: 3);
        await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01");
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01", "new01"), new CopyOptions())));
        await CompletesAsync(Value(await group.MoveVolumeAsync("vol01", Storage("!new01"), new CopyOptions()))!);
        Done(await group.PrepareAsync(new DcoRequest { Volume = "vol01" }));
        Done(await group.DetachPlexAsync(null, "vol01-02", force: false));
        await CompletesAsync(Value(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions()))!);

        Assert.Equal([true, false, false], watch.Copies.Select(copy => copy.Store is not null));
        Assert.Equal([false, false, true], watch.Copies.Select(copy => copy.Only is not null));
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task A_bug_in_a_copy_leaves_no_plex_half_copied_and_is_thrown_where_the_host_goes_down()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        await WriteAsync(volume, 0, Pattern(1, 65536));
        watch.At = (DataPathStep.CopyRead, () => throw new InvalidOperationException("a bug"));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        Assert.Equal(TaskState.Failed, await task.Completion);
        Assert.Equal("internal error", task.Failure);
        AssertBackedOut(group, volume);
        InvalidOperationException bug = await Assert.ThrowsAsync<InvalidOperationException>(host.ShutdownAsync);
        Assert.Equal("a bug", bug.Message);
    }

    [Fact]
    public async Task An_abort_that_comes_before_the_switch_is_an_abort()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        watch.At = (DataPathStep.Frozen, () => host.Tasks.List.SingleOrDefault()?.Abort());
        await WriteAsync(volume, 0, Pattern(1, 65536));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        Assert.Equal(TaskState.Aborted, await task.Completion);
        Assert.Equal("", task.Failure);
        AssertBackedOut(group, volume);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task A_target_that_cannot_be_flushed_for_the_switch_is_backed_out()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        watch.FlushesTarget = _ => IoStatus.NotReachable;
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        Assert.Equal(TaskState.Failed, await task.Completion);
        Assert.Equal("the plex could not be switched: its disk failed", task.Failure);
        Assert.Contains(
            host.Log.Lines, line => line.Contains("Attempting to cleanup after failure", StringComparison.Ordinal));
        AssertBackedOut(group, volume);
        await host.ShutdownAsync();
    }

    // The plex is not readable before its records say so, on disk.
    [Fact]
    public async Task A_switch_that_cannot_be_committed_publishes_nothing()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        watch.At = (DataPathStep.SwitchFlushed, () => lab.ForEachLun(lun => lun.Faults.Add(
            FaultRule.InRange(0, TestLab.PrivateLength, DeviceOperations.Write))));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        Assert.Equal(TaskState.Failed, await task.Completion);
        Assert.Equal("the plex could not be switched: the configuration could not be changed", task.Failure);
        Assert.Contains(
            host.Log.Lines,
            line => line.Contains("Plex vol01-02: cleanup failed: ", StringComparison.Ordinal));
        Assert.DoesNotContain(
            volume.Plexes.Members, member => member.Name == "vol01-02" && member.Role == PlexRole.ReadWrite);
        Assert.Equal(PlexMode.WriteOnly, Plex(group, "vol01-02").Mode);
    }

    [Fact]
    public async Task A_bug_after_the_commit_takes_nothing_back()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        watch.At = (DataPathStep.Published, () =>
        {
            if (group.Current.FindPlex("vol01-02")?.State == PlexState.Active)
            {
                watch.At = null;
                throw new InvalidOperationException("a bug");
            }
        }
        );
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        Assert.Equal(TaskState.Failed, await task.Completion);
        Assert.Equal(PlexState.Active, Plex(group, "vol01-02").State);
        Assert.DoesNotContain(host.Log.Lines, line => line.Contains("cleanup failed", StringComparison.Ordinal));
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_copy_that_went_on_gives_its_lock_back()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host, disksPerArray: 3);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 3);
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        VolumeTask first = Value(await group.AddMirrorAsync(MirrorTo("vol01", ""), Slow));
        Assert.Equal("ATT1", Volume(group, "vol01").TUtil0);
        await lab.CrashAsync();
        host = await lab.BootAsync(copy: Slow, steps: watch);
        group = Assert.Single(host.Groups);
        await SettleAsync(host);
        Assert.Equal("", Volume(group, "vol01").TUtil0 + Plex(group, first.PlexName).TUtil0);
        Assert.Equal(PlexState.Active, Plex(group, first.PlexName).State);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task Stopping_a_volume_by_force_aborts_its_copies_and_no_others()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        await CreateVolumeAsync(group, "vol02", 4 * MiB);
        VolumeTask first = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        VolumeTask second = Value(await group.AddMirrorAsync(MirrorTo("vol02"), Slow));
        Done(await group.StopVolumeAsync("vol01", force: true));
        Assert.True(first.IsEnded);
        Assert.Equal(TaskState.Aborted, await first.Completion);
        Assert.Null(group.Current.FindPlex("vol01-02"));
        second.SetSlow(0);
        await CompletesAsync(second);
        await PlexesAreEqualAsync(group, "vol02", 2);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task A_plex_on_a_disk_that_is_away_is_not_attached_to_a_started_volume()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 2);
        PlexRecord plex = Plex(group, "vol01-02");
        DiskRecord disk = group.Current.Disks[group.Current.SubdisksOf(plex.Id)[0].DiskId];
        Done(await group.DetachPlexAsync(null, plex.Name, force: false));
        await lab.PresentAsync(host, disk.LastDeviceName, false);
        await host.RescanAsync();
        Refusal refusal = Refused(await group.AttachPlexAsync("vol01", plex.Name, new CopyOptions()));
        Assert.Equal($"Plex {plex.Name}: disk {disk.Name} is not accessible", refusal.Message);
        Done(await group.StopVolumeAsync("vol01", force: false));
        Assert.Null(Value(await group.AttachPlexAsync("vol01", plex.Name, new CopyOptions())));
        Assert.Equal(PlexState.Stale, Plex(group, plex.Name).State);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task Names_that_are_not_there_are_refused()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        GroupConfiguration before = group.Current;
        Refused(await group.AddMirrorAsync(MirrorTo("nosuch"), new CopyOptions()));
        Refused(await group.AddMirrorAsync(MirrorTo("vol01", "nosuch"), new CopyOptions()));
        Refused(await group.AttachPlexAsync("nosuch", "vol01-01", new CopyOptions()));
        Refused(await group.AttachPlexAsync("vol01", "nosuch", new CopyOptions()));
        Refused(await group.RemoveMirrorAsync("nosuch", StorageSpecification.Any, null));
        Refused(await group.DissociatePlexAsync(null, "nosuch", remove: true, force: false));
        Assert.Same(before, group.Current);
        Assert.Empty(host.Tasks.List);
        Done(await group.MakeAsync([], [new PlexMakeRequest("bare", [])], []));
        Refused(await group.AttachPlexAsync("vol01", "bare", new CopyOptions()));
        Assert.Null(Plex(group, "bare").VolumeId);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task Of_two_that_remove_a_plex_at_once_the_second_finds_it_gone()
    {
        VolumeHost host = await lab.BootAsync(steps: watch);
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 2);
        watch.HoldAt = DataPathStep.Drained;
        Task<Outcome> first = group.DissociatePlexAsync("vol01", "vol01-02", remove: true, force: false);
        await watch.Held;
        Task<Outcome> second = group.DissociatePlexAsync("vol01", "vol01-02", remove: true, force: false);
        watch.Release();
        Done(await first);
        Refused(await second);
        Assert.Single(group.Current.Subdisks);
        await host.ShutdownAsync();
    }

    [Fact]
    public async Task A_plex_without_a_volume_is_removed_by_its_name_alone()
    {
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 2);
        Done(await group.DissociatePlexAsync("vol01", "vol01-02", remove: false, force: false));
        Assert.Equal(
            "V-5-1-388", Refused(await group.DetachPlexAsync(null, "vol01-02", force: false)).MessageId);
        Assert.Contains("vol01", Refused(
            await group.DissociatePlexAsync("vol01", "vol01-02", remove: true, force: false)).Message,
            StringComparison.Ordinal);
        Assert.Equal("Plex vol01-02 is dissociated already", Refused(
            await group.DissociatePlexAsync(null, "vol01-02", remove: false, force: false)).Message);
        Done(await group.SetAttributesAsync("vol01-02", [new("tutil0", "ATT")]));
        Assert.Equal(
            ErrorCode.Locked,
            Refused(await group.DissociatePlexAsync(null, "vol01-02", remove: true, force: false)).Code);
        Done(await group.ClearUtilityAsync("tutil0", ["vol01-02"]));
        Done(await group.DissociatePlexAsync(null, "vol01-02", remove: true, force: false));
        Assert.Null(group.Current.FindPlex("vol01-02"));
        Assert.Single(group.Current.Subdisks);
        await host.ShutdownAsync();
    }

    private static void AssertBackedOut(DiskGroup group, VolumeDevice volume)
    {
        Assert.Equal("vol01-01", Assert.Single(group.Current.Plexes.Values).Name);
        Assert.Single(group.Current.Subdisks);
        Assert.Equal("", Volume(group, "vol01").TUtil0);
        Assert.Single(volume.Plexes.Members);
    }
}
