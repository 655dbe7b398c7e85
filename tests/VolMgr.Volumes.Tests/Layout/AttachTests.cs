using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

/// <summary>What an attach begins with, plex by plex and state by state.</summary>
public sealed class AttachTests
{
    private readonly TestGroup group = TestGroup.Of(
        "d1@emc0:100", "d2@emc0:100", "d3@emc0:100", "d4@pure0:100", "d5@pure0:100", "d6@pure0:100", "d7@pure0:100");

    [Fact]
    public void A_mirror_of_a_stripe_has_as_many_columns_of_the_same_unit()
    {
        Striped(columns: 3);
        group.Mirror("vol", "enclr:pure0");
        Assert.Equal((3, 128 * 1024), (group.Plex("vol-02").ColumnCount, group.Plex("vol-02").StripeUnit));
    }

    [Fact]
    public void What_the_request_says_of_columns_and_unit_comes_first()
    {
        Striped(columns: 3);
        PlexAttach attach = TestGroup.Done(VolumeOperations.AddMirror(group.Configuration, new MirrorRequest
        {
            Volume = "vol",
            ColumnCount = 2,
            StripeUnit = 32 * 1024,
            Storage = TestGroup.Storage("enclr:pure0"),
            Sites = group.Sites,
        }));
        PlexRecord plex = attach.Configuration.Plexes[attach.PlexId];
        Assert.Equal((2, 32 * 1024), (plex.ColumnCount, plex.StripeUnit));
    }

    [Fact]
    public void A_stripe_beside_a_concatenation_has_the_unit_of_the_field()
    {
        group.Create("vol", 30);
        PlexAttach attach = TestGroup.Done(VolumeOperations.AddMirror(group.Configuration, new MirrorRequest
        {
            Volume = "vol",
            Layout = PlexLayout.Stripe,
            ColumnCount = 2,
            Storage = TestGroup.Storage("enclr:pure0"),
            Sites = group.Sites,
        }));
        Assert.Equal(64 * 1024, attach.Configuration.Plexes[attach.PlexId].StripeUnit);
    }

    [Fact]
    public void A_volume_without_a_plex_gets_a_concatenation()
    {
        group.Create("vol", 30, init: VolumeInit.None);
        group.Accept(VolumeOperations.DissociatePlex(group.Configuration, group.Plex("vol-01").Id, force: true));
        PlexAttach attach = TestGroup.Done(group.TryMirror("vol"));
        Assert.Equal(PlexLayout.Concat, attach.Configuration.Plexes[attach.PlexId].Layout);
    }

    [Fact]
    public void A_mirror_is_added_only_in_a_temporary_state() =>
        Assert.Throws<InvariantViolationException>(() =>
        {
            group.Create("vol", 30);
            VolumeOperations.AddMirror(
                group.Configuration, new MirrorRequest { Volume = "vol", State = PlexState.Active });
        });

    [Fact]
    public void Of_a_locked_volume_or_plex_nothing_is_attached()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.DetachPlex(group.Configuration, group.Plex("vol-01").Id));
        group.Edit(group.Plex("vol-01") with { TUtil0 = "ATT" });
        TestGroup.Refused(Attach("vol", "vol-01"), ErrorCode.Locked);
        group.Edit(group.Plex("vol-01") with { TUtil0 = "" });
        group.Edit(group.Volume("vol") with { TUtil0 = "ATT1" });
        TestGroup.Refused(Attach("vol", "vol-01"), ErrorCode.Locked);
        group.Edit(group.Volume("vol") with { TUtil0 = "" });
        Assert.True(TestGroup.Done(Attach("vol", "vol-01")).NeedsCopy);
    }

    [Fact]
    public void To_a_layered_volume_nothing_is_attached_and_a_lock_is_said_first()
    {
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 30 * TestGroup.MiB,
            Layout = PlexLayout.Stripe,
            ColumnCount = 2,
            MirrorCount = 2,
            IsLayered = true,
        });
        RecordId volume = group.Volume("vol").Id;
        Refusal layered = TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, volume, new RecordId(999)), ErrorCode.WrongUse);
        Assert.Contains("layered", layered.Message, StringComparison.Ordinal);
        group.Edit(group.Volume("vol") with { TUtil0 = "ATT1" });
        TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, volume, new RecordId(999)), ErrorCode.Locked);
    }

    [Fact]
    public void A_plex_that_is_gone_is_refused_at_every_step()
    {
        group.Create("vol", 10);
        var gone = new RecordId(999);
        TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("vol").Id, gone), ErrorCode.NotFound);
        Assert.NotNull(VolumeOperations.CompleteAttach(group.Configuration, gone).Refusal);
        Assert.NotNull(VolumeOperations.CancelAttach(group.Configuration, gone).Refusal);
    }

    [Fact]
    public void Only_a_copy_that_runs_is_cancelled()
    {
        group.Create("vol", 10, mirrors: 2);
        TestGroup.Refused(
            VolumeOperations.CancelAttach(group.Configuration, group.Plex("vol-01").Id), ErrorCode.InvalidState);
    }

    [Fact]
    public void On_a_stopped_volume_a_plex_waits_for_the_start_without_a_lock()
    {
        group.Create("vol", 10, mirrors: 2);
        RecordId plex = group.Plex("vol-01").Id;
        group.Accept(VolumeOperations.DissociatePlex(group.Configuration, plex));
        group.Accept(VolumeOperations.StopVolume(group.Configuration, group.Volume("vol").Id));
        PlexAttach attach = TestGroup.Done(Attach("vol", "vol-01"));
        Assert.False(attach.NeedsCopy);
        group.Accept(attach.Configuration);
        Assert.Equal("DISABLED/STALE", group.State("vol-01"));
        Assert.Equal("", group.Plex("vol-01").TUtil0 + group.Volume("vol").TUtil0);
        group.Accept(TestGroup.Done(Attach("vol", "vol-01")).Configuration);
        Assert.Equal("DISABLED/STALE", group.State("vol-01"));
    }

    [Theory]
    [InlineData(PlexState.IoFail)]
    [InlineData(PlexState.Recover)]
    public void On_a_stopped_volume_a_plex_that_failed_becomes_stale(PlexState state)
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.StopVolume(group.Configuration, group.Volume("vol").Id));
        group.Edit(group.Plex("vol-01") with { State = state });
        group.Accept(TestGroup.Done(Attach("vol", "vol-01")).Configuration);
        Assert.Equal("DISABLED/STALE", group.State("vol-01"));
    }

    [Fact]
    public void To_an_empty_volume_an_empty_plex_is_attached()
    {
        group.Create("vol", 10, mirrors: 2, init: VolumeInit.None);
        group.Accept(VolumeOperations.DissociatePlex(group.Configuration, group.Plex("vol-01").Id, force: true));
        group.Accept(TestGroup.Done(Attach("vol", "vol-01")).Configuration);
        Assert.Equal("DISABLED/EMPTY", group.State("vol-01"));
    }

    [Fact]
    public void An_attach_takes_its_locks_and_gives_back_only_those()
    {
        group.Create("vol", 10, mirrors: 2);
        RecordId plex = group.Plex("vol-01").Id;
        group.Accept(VolumeOperations.DetachPlex(group.Configuration, plex));
        group.Accept(TestGroup.Done(Attach("vol", "vol-01")).Configuration);
        Assert.Equal(("ATT", "ATT1"), (group.Plex("vol-01").TUtil0, group.Volume("vol").TUtil0));
        group.Edit(group.Volume("vol") with { TUtil0 = "other" });
        group.Accept(VolumeOperations.CompleteAttach(group.Configuration, plex));
        Assert.Equal(("", "other"), (group.Plex("vol-01").TUtil0, group.Volume("vol").TUtil0));
    }

    private void Striped(int columns) => group.Create(new VolumeRequest
    {
        Name = "vol",
        Length = 60 * TestGroup.MiB,
        Layout = PlexLayout.Stripe,
        ColumnCount = columns,
        StripeUnit = 128 * 1024,
        Storage = TestGroup.Storage("enclr:emc0"),
    });

    private Outcome<PlexAttach> Attach(string volume, string plex) =>
        VolumeOperations.AttachPlex(group.Configuration, group.Volume(volume).Id, group.Plex(plex).Id);
}
