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
    private readonly TestLab lab = new();
    private readonly Watch watch = new();

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
        Assert.Equal("the plex could not be switched: TargetFailed", task.Failure);
        Assert.Contains(
            host.Log.Lines, line => line.Contains("Attempting to cleanup after failure", StringComparison.Ordinal));
        AssertBackedOut(group, volume);
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

    /// <summary>Sees copies begin, and does something at a step or instead of the flush before the switch.</summary>
    private sealed class Watch : DataPathSteps
    {
        public List<PlexCopyOptions> Copies { get; } = [];

        public (DataPathStep Step, Action Do)? At { get; set; }

        public Func<PlexDevice, IoStatus>? FlushesTarget { get; set; }

        public override void CopyStarts(PlexCopyOptions options, CopyMap map) => Copies.Add(options);

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            if (At is { } at && at.Step == step)
            {
                at.Do();
            }
            return default;
        }

        public override ValueTask<IoStatus> FlushBeforeSwitchAsync(PlexDevice target) =>
            FlushesTarget is { } instead ? ValueTask.FromResult(instead(target)) : base.FlushBeforeSwitchAsync(target);
    }
}
