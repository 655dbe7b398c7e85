using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class StartTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@pure0:100", "d3@pure0:100");

    [Fact]
    public void Clean_stop_and_start_need_no_recovery()
    {
        group.Create("vol", 10, mirrors: 2);
        Dirty();
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume));
        Assert.Equal("DISABLED/CLEAN", group.VolumeState("vol"));
        Assert.Equal("DISABLED/CLEAN", group.State("vol-01"));
        Assert.False(group.Volume("vol").IsDirty);
        Assert.False(group.Start("vol").NeedsRecovery);
        Assert.Equal("ENABLED/ACTIVE", group.VolumeState("vol"));
        Assert.Equal("ENABLED/ACTIVE", group.State("vol-02"));
    }

    [Theory]
    [InlineData(2, true, true, "ENABLED/SYNC")]
    [InlineData(2, false, false, "ENABLED/ACTIVE")]
    [InlineData(1, true, false, "ENABLED/ACTIVE")]
    public void Crash_of_a_written_mirrored_volume_needs_recovery(int mirrors, bool dirty, bool recovery, string state)
    {
        group.Create("vol", 10, mirrors);
        group.Accept(VolumeOperations.MarkDirty(group.Configuration, Volume, dirty));
        group.Crash();
        Assert.Equal("DISABLED/ACTIVE", group.VolumeState("vol"));
        Assert.Equal("DISABLED/ACTIVE", group.State("vol-01"));
        Assert.Equal(recovery, group.Start("vol").NeedsRecovery);
        Assert.Equal(state, group.VolumeState("vol"));
    }

    [Fact]
    public void Recovery_that_was_interrupted_begins_again()
    {
        group.Create("vol", 10, 2, VolumeInit.Sync);
        group.Crash();
        Assert.Equal("DISABLED/SYNC", group.VolumeState("vol"));
        Assert.True(group.Start("vol").NeedsRecovery);
        group.Accept(VolumeOperations.FailResync(group.Configuration, Volume));
        Assert.Equal("ENABLED/NEEDSYNC", group.VolumeState("vol"));
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume));
        Assert.True(group.Start("vol").NeedsRecovery);
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume));
        Assert.Equal("DISABLED/SYNC", group.VolumeState("vol"));
        Assert.True(group.Start("vol").NeedsRecovery);
        group.Accept(VolumeOperations.CompleteResync(group.Configuration, Volume));
        Assert.Equal("ENABLED/ACTIVE", group.VolumeState("vol"));
        TestGroup.Refused(VolumeOperations.CompleteResync(group.Configuration, Volume), ErrorCode.InvalidState);
    }

    [Fact]
    public void Recovery_may_be_left_for_later()
    {
        group.Create("vol", 10, mirrors: 2);
        Dirty();
        group.Crash();
        VolumeStart start = TestGroup.Done(
            VolumeOperations.StartVolume(group.Configuration, Volume, group.Sites, skipRecovery: true));
        group.Accept(start.Configuration);
        Assert.False(start.NeedsRecovery);
        Assert.Equal("ENABLED/NEEDSYNC", group.VolumeState("vol"));
        group.Accept(VolumeOperations.BeginResync(group.Configuration, Volume));
        Assert.Equal("ENABLED/SYNC", group.VolumeState("vol"));
    }

    [Fact]
    public void Interrupted_attach_vanishes_before_version_170_and_survives_from_then_on()
    {
        TestGroup old = TestGroup.Of(169, "d1@emc0:100", "d2@pure0:100");
        old.Create("vol", 10);
        old.Mirror("vol");
        old.Crash();
        Assert.Equal(["vol-02"], old.Start("vol").BackedOut);
        Assert.Single(old.Configuration.Plexes);
        Assert.Single(old.Configuration.Subdisks);

        TestGroup late = TestGroup.Of(170, "d1@emc0:100", "d2@pure0:100");
        late.Create("vol", 10);
        late.Mirror("vol");
        late.Crash();
        VolumeStart start = late.Start("vol");
        Assert.Equal([late.Plex("vol-02").Id], start.Resumable);
        Assert.Equal("DISABLED/TEMPRMSD", late.State("vol-02"));
        Assert.Equal("", late.Volume("vol").TUtil0);
        late.Accept(TestGroup.Done(VolumeOperations.AttachPlex(
            late.Configuration, late.Volume("vol").Id, late.Plex("vol-02").Id)).Configuration);
        Assert.Equal("ENABLED/TEMPRMSD WO", late.State("vol-02"));
    }

    [Fact]
    public void Interrupted_vxplex_att_is_dissociated_before_version_170()
    {
        TestGroup old = TestGroup.Of(160, "d1@emc0:100", "d2@pure0:100");
        old.Create("vol", 10, mirrors: 2);
        old.Accept(VolumeOperations.DissociatePlex(old.Configuration, old.Plex("vol-02").Id));
        old.Accept(TestGroup.Done(VolumeOperations.AttachPlex(
            old.Configuration, old.Volume("vol").Id, old.Plex("vol-02").Id)).Configuration);
        old.Crash();
        Assert.Equal(["vol-02"], old.Start("vol").BackedOut);
        Assert.Equal("DISABLED/-", old.State("vol-02"));
    }

    [Fact]
    public void Clean_stop_of_the_host_keeps_an_attach()
    {
        group.Create("vol", 10);
        group.Mirror("vol");
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume));
        Assert.Equal("DISABLED/CLEAN", group.VolumeState("vol"));
        group.Crash();
        Assert.Equal([group.Plex("vol-02").Id], group.Start("vol").Resumable);
    }

    [Fact]
    public void Stale_plex_is_never_read_after_a_start()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.DetachPlex(group.Configuration, group.Plex("vol-01").Id));
        Dirty();
        group.Crash();
        VolumeStart start = group.Start("vol");
        Assert.Equal([group.Plex("vol-01").Id], start.Stale);
        Assert.False(start.NeedsRecovery);
        Assert.Equal("DETACHED/STALE", group.State("vol-01"));
    }

    [Fact]
    public void Plex_without_a_device_stays_out_and_comes_back_for_recovery()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume));
        group.SetUsable("d1", false);
        group.Start("vol");
        Assert.Equal("DETACHED/NODEVICE", group.State("vol-01"));
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume));
        group.SetUsable("d1", true);
        Assert.Equal([group.Plex("vol-01").Id], group.Start("vol").Stale);
        Assert.Equal("DETACHED/RECOVER", group.State("vol-01"));
        group.Accept(TestGroup.Done(VolumeOperations.AttachPlex(
            group.Configuration, Volume, group.Plex("vol-01").Id)).Configuration);
        group.Accept(VolumeOperations.CompleteAttach(group.Configuration, group.Plex("vol-01").Id));
        Assert.Equal("ENABLED/ACTIVE", group.State("vol-01"));
    }

    [Fact]
    public void Volume_without_its_only_device_does_not_start_and_loses_nothing()
    {
        group.Create("vol", 10);
        group.Crash();
        GroupConfiguration before = group.Configuration;
        group.SetUsable("d1", false);
        Refusal refusal = TestGroup.Refused(
            VolumeOperations.StartVolume(before, Volume, group.Sites), ErrorCode.NotStartable);
        Assert.Equal("V-5-1-1199", refusal.MessageId);
        group.SetUsable("d1", true);
        group.Start("vol");
        Assert.Equal("ENABLED/ACTIVE", group.State("vol-01"));
    }

    [Fact]
    public void Clean_plex_is_trusted_over_active_ones()
    {
        group.Create("vol", 10, mirrors: 2);
        Dirty();
        group.Crash();
        group.Accept(VolumeOperations.FixPlex(group.Configuration, group.Plex("vol-02").Id, PlexFix.Clean));
        VolumeStart start = group.Start("vol");
        Assert.False(start.NeedsRecovery);
        Assert.Equal([group.Plex("vol-01").Id], start.Stale);
        Assert.Equal("ENABLED/ACTIVE", group.State("vol-02"));
    }

    [Fact]
    public void Stop_without_a_flush_leaves_what_a_crash_leaves()
    {
        group.Create("vol", 10, mirrors: 2);
        Dirty();
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume, isFlushed: false));
        Assert.Equal("DISABLED/ACTIVE", group.VolumeState("vol"));
        Assert.Equal("DISABLED/ACTIVE", group.State("vol-01"));
        Assert.True(group.Volume("vol").IsDirty);
        Assert.True(group.Start("vol").NeedsRecovery);
    }

    [Fact]
    public void Start_and_stop_twice_are_refused()
    {
        group.Create("vol", 10);
        Assert.Equal(
            "Volume vol is already started",
            TestGroup.Refused(
                VolumeOperations.StartVolume(group.Configuration, Volume, []), ErrorCode.AlreadyStarted).Message);
        group.Accept(VolumeOperations.StopVolume(group.Configuration, Volume));
        Assert.Equal(
            "Volume vol is not started",
            TestGroup.Refused(VolumeOperations.StopVolume(group.Configuration, Volume), ErrorCode.NotStarted).Message);
    }

    [Fact]
    public void Empty_and_stale_volumes_do_not_start()
    {
        group.Create("vol", 10, init: VolumeInit.None);
        Refusal empty = TestGroup.Refused(
            VolumeOperations.StartVolume(group.Configuration, Volume, []), ErrorCode.NotStartable);
        Assert.Equal("Volume vol has no CLEAN or non-volatile ACTIVE plexes", empty.Message);
        group.Accept(VolumeOperations.InitializeClean(group.Configuration, group.Plex("vol-01").Id));
        group.Accept(VolumeOperations.FixPlex(group.Configuration, group.Plex("vol-01").Id, PlexFix.Stale));
        TestGroup.Refused(VolumeOperations.StartVolume(group.Configuration, Volume, []), ErrorCode.NotStartable);
        group.Accept(VolumeOperations.FixPlex(group.Configuration, group.Plex("vol-01").Id, PlexFix.Clean));
        group.Start("vol");
    }

    private RecordId Volume => group.Volume("vol").Id;

    private void Dirty() => group.Accept(VolumeOperations.MarkDirty(group.Configuration, Volume));
}
