using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class MirrorTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@emc0:100", "d3@pure0:100", "d4@pure0:100");

    [Fact]
    public void New_mirror_is_write_only_and_locked_until_its_copy_ends()
    {
        group.Create("vol", 60);
        Assert.Equal("vol-02", group.Mirror("vol", "enclr:pure0"));
        Assert.Equal("ENABLED/TEMPRMSD WO", group.State("vol-02"));
        Assert.Equal("ATT", group.Plex("vol-02").TUtil0);
        Assert.Equal("ATT1", group.Volume("vol").TUtil0);
        Assert.Equal(["d3 0+60"], group.Shape("vol-02"));
        group.Accept(VolumeOperations.CompleteAttach(group.Configuration, group.Plex("vol-02").Id));
        Assert.Equal("ENABLED/ACTIVE", group.State("vol-02"));
        Assert.Equal("", group.Plex("vol-02").TUtil0 + group.Volume("vol").TUtil0);
        TestGroup.Refused(
            VolumeOperations.CompleteAttach(group.Configuration, group.Plex("vol-02").Id), ErrorCode.InvalidState);
    }

    [Fact]
    public void Aborted_mirror_goes_with_its_subdisks()
    {
        group.Create("vol", 60);
        GroupConfiguration before = group.Configuration;
        group.Mirror("vol");
        group.Accept(VolumeOperations.CancelAttach(group.Configuration, group.Plex("vol-02").Id));
        Assert.Equal(before.Plexes, group.Configuration.Plexes);
        Assert.Equal(before.Subdisks, group.Configuration.Subdisks);
        Assert.Equal(before.Volumes, group.Configuration.Volumes);
    }

    [Theory]
    [InlineData(PlexState.Temp, true, 1)]
    [InlineData(PlexState.TempRm, false, 1)]
    [InlineData(PlexState.TempRmSd, false, 0)]
    public void What_an_abort_leaves_depends_on_the_state(PlexState state, bool plexStays, int subdisks)
    {
        group.Create("vol", 60);
        PlexAttach attach = TestGroup.Done(VolumeOperations.AddMirror(
            group.Configuration, new MirrorRequest { Volume = "vol", State = state }));
        group.Accept(VolumeOperations.CancelAttach(attach.Configuration, attach.PlexId));
        Assert.Equal(plexStays, group.Configuration.FindPlex("vol-02") is not null);
        Assert.Equal(1 + subdisks, group.Configuration.Subdisks.Count);
        Assert.Equal("", group.Volume("vol").TUtil0);
    }

    [Fact]
    public void Nobody_else_changes_a_volume_while_a_copy_runs()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Mirror("vol");
        RecordId volume = group.Volume("vol").Id;
        RecordId plex = group.Plex("vol-01").Id;
        GroupConfiguration now = group.Configuration;
        TestGroup.Refused(group.TryMirror("vol"), ErrorCode.Locked);
        TestGroup.Refused(VolumeOperations.DetachPlex(now, plex), ErrorCode.Locked);
        TestGroup.Refused(VolumeOperations.DissociatePlex(now, plex, force: true), ErrorCode.Locked);
        TestGroup.Refused(VolumeOperations.RemoveVolume(now, volume), ErrorCode.Locked);
        TestGroup.Refused(VolumeOperations.ShrinkVolume(now, volume, 8192), ErrorCode.Locked);
        TestGroup.Refused(VolumeOperations.AddLog(now, new LogRequest { Volume = "vol" }), ErrorCode.Locked);
        TestGroup.Refused(VolumeOperations.RemoveObject(now, "vol", true, true), ErrorCode.Locked);
        TestGroup.Refused(VolumeOperations.RemoveDisk(now, "d1", keepRecord: true), ErrorCode.Locked);
        Assert.True(VolumeOperations.FailPlex(now, plex).IsDone);
    }

    [Fact]
    public void Mirror_takes_the_layout_of_the_volume_unless_told()
    {
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 60 * TestGroup.MiB,
            Layout = PlexLayout.Stripe,
            ColumnCount = 2,
            StripeUnit = 128 * 1024,
            Storage = TestGroup.Storage("enclr:emc0"),
        });
        group.Mirror("vol");
        Assert.Equal((2, 128 * 1024), (group.Plex("vol-02").ColumnCount, group.Plex("vol-02").StripeUnit));
        group.Accept(VolumeOperations.CancelAttach(group.Configuration, group.Plex("vol-02").Id));
        PlexAttach concat = TestGroup.Done(VolumeOperations.AddMirror(
            group.Configuration, new MirrorRequest { Volume = "vol", Layout = PlexLayout.Concat }));
        Assert.Equal(PlexLayout.Concat, concat.Configuration.Plexes[concat.PlexId].Layout);
    }

    [Fact]
    public void Mirror_of_a_stopped_volume_is_stale_and_not_copied()
    {
        group.Create("vol", 10);
        group.Create("none", 10, init: VolumeInit.None);
        group.Accept(VolumeOperations.StopVolume(group.Configuration, group.Volume("vol").Id));
        Assert.False(TestGroup.Done(group.TryMirror("vol")).NeedsCopy);
        group.Mirror("vol");
        group.Mirror("none");
        Assert.Equal("DISABLED/STALE", group.State("vol-02"));
        Assert.Equal("DISABLED/EMPTY", group.State("none-02"));
        Assert.Equal("", group.Volume("vol").TUtil0);
    }

    [Fact]
    public void Detached_plex_is_attached_again_in_place()
    {
        group.Create("vol", 10, mirrors: 2);
        RecordId plex = group.Plex("vol-01").Id;
        group.Accept(VolumeOperations.DetachPlex(group.Configuration, plex));
        Assert.Equal("DETACHED/STALE", group.State("vol-01"));
        Attach();
        Assert.Equal("ENABLED/STALE WO", group.State("vol-01"));
        group.Accept(VolumeOperations.CancelAttach(group.Configuration, plex));
        Assert.Equal("DETACHED/STALE", group.State("vol-01"));
        Attach();
        group.Accept(VolumeOperations.CompleteAttach(group.Configuration, plex));
        Assert.Equal("ENABLED/ACTIVE", group.State("vol-01"));
        TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("vol").Id, plex), ErrorCode.InvalidState);

        void Attach() => group.Accept(TestGroup.Done(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("vol").Id, plex)).Configuration);
    }

    [Fact]
    public void Dissociated_plex_comes_back_as_temp()
    {
        group.Create("vol", 10, mirrors: 2);
        RecordId plex = group.Plex("vol-01").Id;
        group.Accept(VolumeOperations.DissociatePlex(group.Configuration, plex));
        Assert.Equal("DISABLED/-", group.State("vol-01"));
        PlexAttach attach = TestGroup.Done(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("vol").Id, plex));
        group.Accept(attach.Configuration);
        Assert.Equal("ENABLED/TEMP WO", group.State("vol-01"));
        group.Accept(VolumeOperations.CancelAttach(group.Configuration, plex));
        Assert.Equal("DISABLED/-", group.State("vol-01"));
        Assert.Null(group.Plex("vol-01").VolumeId);
    }

    [Fact]
    public void Plex_of_another_volume_and_short_plex_are_not_attached()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Create("big", 50);
        TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("big").Id, group.Plex("vol-01").Id),
            ErrorCode.Associated);
        group.Accept(VolumeOperations.DissociatePlex(group.Configuration, group.Plex("vol-01").Id));
        TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("big").Id, group.Plex("vol-01").Id),
            ErrorCode.InvalidState);
    }
}
