using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

public sealed class MirrorTests
{
    /// <summary>Slow enough that a test finds it running.</summary>
    private static readonly CopyOptions Slow = new() { Tag = "mig1", IoSize = 65536, SlowMs = 20, Workers = 1 };

    [Fact]
    public async Task A_volume_moves_to_the_new_array_under_writes()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 16 * MiB);
        byte[] data = Pattern(1, (int)(16 * MiB));
        await WriteAsync(volume, 0, data);
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions { Tag = "mig1" }));
        var random = new Random(7);
        while (!task.IsEnded)
        {
            byte[] piece = Pattern(random.Next(), 8192);
            int offset = random.Next((int)(16 * MiB / 8192)) * 8192;
            await WriteAsync(volume, offset, piece);
            piece.CopyTo(data, offset);
        }
        await CompletesAsync(task);
        PlexRecord plex = Plex(group, "vol01-02");
        Assert.Equal((PlexState.Active, PlexMode.ReadWrite), (plex.State, plex.Mode));
        Assert.Equal("", Volume(group, "vol01").TUtil0);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Done(await group.DissociatePlexAsync("vol01", "vol01-01", remove: true, force: false));
        Assert.Null(group.Current.FindPlex("vol01-01"));
        Assert.DoesNotContain(
            group.Current.Subdisks.Values, subdisk => subdisk.Name.StartsWith("dg", StringComparison.Ordinal));
        Assert.Equal(data, await ReadAsync(volume, 0, data.Length));
        Done(await group.RemoveDiskAsync("dg01", keepRecord: false));
        Done(await host.UninitializeDiskAsync("emc0_01f4", clearHostLock: false, force: false));
    }

    [Fact]
    public async Task While_a_copy_runs_the_plex_is_write_only_and_the_volume_locked()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        PlexRecord plex = Plex(group, "vol01-02");
        Assert.Equal(
            (PlexState.TempRmSd, PlexKernelState.Enabled, PlexMode.WriteOnly, "ATT"),
            (plex.State, plex.KernelState, plex.Mode, plex.TUtil0));
        Assert.Equal("ATT1", Volume(group, "vol01").TUtil0);
        Assert.Equal(("ATCOPY", "PLXATT", "vol01-02"), (task.Type, task.Operation, task.PlexName));
        Assert.Same(task, host.Tasks.Find("mig1"));
        Assert.Equal(ErrorCode.Locked, Refused(await group.AddMirrorAsync(MirrorTo("vol01"), Slow)).Code);
        Assert.Equal(ErrorCode.Locked, Refused(await group.DetachPlexAsync(null, "vol01-01", false)).Code);
        Assert.Equal(ErrorCode.Locked, Refused(await group.GrowAsync("vol01", 8 * MiB, StorageSpecification.Any)).Code);
        Assert.Equal(ErrorCode.Locked, Refused(await group.StopVolumeAsync("vol01", false)).Code);
        Assert.Equal(ErrorCode.Locked, Refused(await group.RemoveVolumeAsync("vol01", false)).Code);
        Assert.Equal("V-5-1-584", Refused(await host.DeportGroupAsync("datadg", new GroupDeportRequest())).MessageId);
        Done(await group.ClearUtilityAsync("all", ["vol01", "vol01-02"]));
        Assert.Equal(ErrorCode.Locked, Refused(await group.AddMirrorAsync(MirrorTo("vol01"), Slow)).Code);
        task.SetSlow(0);
        await CompletesAsync(task);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_paused_copy_with_nothing_left_to_copy_does_not_become_readable()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB);
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow with { SlowMs = 100 }));
        Assert.True(task.Pause());
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(task.IsEnded);
        Assert.Equal(PlexMode.WriteOnly, Plex(group, "vol01-02").Mode);
        Assert.True(task.Resume());
        await CompletesAsync(task);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task An_aborted_mirror_leaves_nothing_behind()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        byte[] data = Pattern(1, (int)(4 * MiB));
        await WriteAsync(volume, 0, data);
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), Slow));
        Assert.True(task.Pause());
        Assert.True(task.Abort());
        Assert.Equal(TaskState.Aborted, await task.Completion);
        Assert.Single(group.Current.Plexes);
        Assert.Single(group.Current.Subdisks);
        Assert.Equal("", Volume(group, "vol01").TUtil0);
        Assert.Single(volume.Plexes.Members);
        Assert.Equal(data, await ReadAsync(volume, 0, data.Length));
        await CompletesAsync(Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions())));
    }

    [Fact]
    public async Task A_target_that_fails_is_backed_out_and_the_application_sees_nothing()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB);
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01", "new01"), Slow));
        string target = host.Disks.First(disk => disk.DiskMediaName == "new01").Name;
        Assert.True(task.Pause());
        await lab.PresentAsync(host, target, false);
        byte[] data = Pattern(2, 8192);
        await WriteAsync(volume, 0, data);
        Assert.Equal(
            TaskState.Failed,
            await task.Completion.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Single(group.Current.Plexes);
        Assert.Single(group.Current.Subdisks);
        Assert.Equal(data, await ReadAsync(volume, 0, data.Length));
        Assert.Equal("", Volume(group, "vol01").TUtil0);
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_ends_the_copy_and_promotes_nothing()
    {
        var lab = new TestLab();
        VolumeHost host = await lab.BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01");
        await WriteAsync(volume, 0, Pattern(1, (int)(4 * MiB)));
        lab.Lun("emc0_01f4").Faults.Add(FaultRule.Always(DeviceOperations.Read));
        VolumeTask task = Value(await group.AddMirrorAsync(MirrorTo("vol01"), new CopyOptions()));
        Assert.Equal(
            TaskState.Failed,
            await task.Completion.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal("vol01-01", Assert.Single(group.Current.Plexes.Values).Name);
        Assert.Equal(PlexState.Active, Plex(group, "vol01-01").State);
    }

    [Fact]
    public async Task The_last_complete_plex_is_given_up_only_by_force()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 2);
        Done(await group.DetachPlexAsync("vol01", "vol01-01", force: false));
        PlexRecord detached = Plex(group, "vol01-01");
        Assert.Equal((PlexState.Stale, PlexKernelState.Detached), (detached.State, detached.KernelState));
        Assert.Equal(ErrorCode.LastPlex, Refused(await group.DetachPlexAsync(null, "vol01-02", false)).Code);
        Assert.Equal(ErrorCode.LastPlex, Refused(await group.DissociatePlexAsync(null, "vol01-02", true, false)).Code);
        Refused(await group.RemoveMirrorAsync("vol01", Storage("!new01 !new02"), 0));
        Assert.Equal("V-5-1-388", Refused(await group.DetachPlexAsync("other", "vol01-02", false)).MessageId);
        Done(await group.DetachPlexAsync(null, "vol01-02", force: true));
        Assert.Null(group.OpenVolume("vol01"));
        Assert.Equal(VolumeKernelState.Disabled, Volume(group, "vol01").KernelState);
        Refused(await group.StartVolumeAsync("vol01"));
        Done(await group.FixPlexAsync("vol01-02", PlexFix.Clean));
        Done(await group.StartVolumeAsync("vol01"));
        await SettleAsync(host);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_detached_plex_catches_up_when_it_is_attached_again()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "dg01 new01", mirrors: 2);
        Done(await group.DetachPlexAsync(null, "vol01-02", force: false));
        await WriteAsync(volume, 0, Pattern(4, (int)(4 * MiB)));
        await CompletesAsync(Value(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions()))!);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Refused(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions()));
        Done(await group.DissociatePlexAsync(null, "vol01-02", remove: false, force: false));
        PlexRecord apart = Plex(group, "vol01-02");
        Assert.Equal((PlexState.None, (RecordId?)null), (apart.State, apart.VolumeId));
        await WriteAsync(volume, MiB, Pattern(5, (int)MiB));
        VolumeTask task = Value(await group.AttachPlexAsync("vol01", "vol01-02", Slow))!;
        Assert.Equal(PlexState.Temp, Plex(group, "vol01-02").State);
        task.Abort();
        Assert.Equal(TaskState.Aborted, await task.Completion);
        Assert.Equal(PlexState.None, Plex(group, "vol01-02").State);
        await CompletesAsync(Value(await group.AttachPlexAsync("vol01", "vol01-02", new CopyOptions()))!);
        await PlexesAreEqualAsync(group, "vol01", 2);
        Done(await group.RemoveMirrorAsync("vol01", Storage("!new01"), null));
        Assert.Single(group.Current.DataPlexesOf(Volume(group, "vol01").Id));
    }

    [Fact]
    public async Task A_plex_that_is_off_comes_back_by_recovery()
    {
        VolumeHost host = await new TestLab().BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", 4 * MiB, "", mirrors: 2);
        Done(await group.MendOffAsync("vol01-02", force: false));
        Assert.Equal(PlexState.Offline, Plex(group, "vol01-02").State);
        await WriteAsync(volume, 0, Pattern(6, 65536));
        Assert.Null(Value(await group.RecoverAsync(new RecoverRequest())));
        Done(await group.MendOnAsync("vol01-02"));
        VolumeTask parent = Value(await group.RecoverAsync(new RecoverRequest { Volumes = ["vol01"] }))!;
        Assert.Equal(("PARENT", "VXRECOVER"), (parent.Type, parent.Operation));
        await CompletesAsync(parent);
        await PlexesAreEqualAsync(group, "vol01", 2);
        await CompletesAsync(Value(await group.ResyncAsync("vol01", new CopyOptions())));
        Assert.Equal((VolumeState.Active, ""), (Volume(group, "vol01").State, Volume(group, "vol01").PUtil0));
    }
}
