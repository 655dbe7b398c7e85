using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class RemovalTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@pure0:100", "d3@pure0:100");

    [Fact]
    public void Last_complete_plex_is_kept_by_every_way_out()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.DetachPlex(group.Configuration, Id("vol-02")));
        GroupConfiguration now = group.Configuration;
        Refusal refusal = TestGroup.Refused(VolumeOperations.DetachPlex(now, Id("vol-01")), ErrorCode.LastPlex);
        Assert.Equal(
            "Plex vol-01 is the last complete plex of volume vol; use -o force to give up its data", refusal.Message);
        TestGroup.Refused(VolumeOperations.DissociatePlex(now, Id("vol-01")), ErrorCode.LastPlex);
        TestGroup.Refused(VolumeOperations.RemovePlex(now, Id("vol-01"), true), ErrorCode.LastPlex);
        TestGroup.Refused(VolumeOperations.FailPlex(now, Id("vol-01")), ErrorCode.LastPlex);
        TestGroup.Refused(VolumeOperations.MendOff(now, Id("vol-01")), ErrorCode.LastPlex);
        TestGroup.Refused(VolumeOperations.RemoveObject(now, "vol-01", true, true), ErrorCode.LastPlex);
        TestGroup.Refused(VolumeOperations.RemoveDisk(now, "d1", keepRecord: true), ErrorCode.LastPlex);
        TestGroup.Refused(Remove("!d1"), ErrorCode.LastPlex);
    }

    [Fact]
    public void Last_clean_plex_of_a_stopped_volume_is_kept_too()
    {
        group.Create("vol", 10);
        group.Accept(VolumeOperations.StopVolume(group.Configuration, group.Volume("vol").Id));
        TestGroup.Refused(VolumeOperations.DissociatePlex(group.Configuration, Id("vol-01")), ErrorCode.LastPlex);
        TestGroup.Refused(VolumeOperations.DetachPlex(group.Configuration, Id("vol-01")), ErrorCode.NotStarted);
    }

    [Fact]
    public void Forced_loss_of_the_last_plex_stops_the_volume()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.FailPlex(group.Configuration, Id("vol-02")));
        Assert.Equal("DETACHED/IOFAIL", group.State("vol-02"));
        group.Accept(VolumeOperations.RemovePlex(group.Configuration, Id("vol-01"), true, force: true));
        Assert.Equal("DISABLED/ACTIVE", group.VolumeState("vol"));
        Assert.Equal("DISABLED/IOFAIL", group.State("vol-02"));
    }

    [Fact]
    public void Attaching_plex_does_not_count_as_complete()
    {
        group.Create("vol", 10);
        group.Mirror("vol");
        TestGroup.Refused(VolumeOperations.FailPlex(group.Configuration, Id("vol-01")), ErrorCode.LastPlex);
        group.Accept(VolumeOperations.FailPlex(group.Configuration, Id("vol-02")));
        Assert.Null(group.Configuration.FindPlex("vol-02"));
        Assert.Equal("", group.Volume("vol").TUtil0);
    }

    [Fact]
    public void Dissociated_plex_keeps_its_subdisks_and_removal_frees_them()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.DissociatePlex(group.Configuration, Id("vol-02")));
        Assert.Equal(["d2 0+10"], group.Shape("vol-02"));
        group.Accept(VolumeOperations.RemovePlex(group.Configuration, Id("vol-02"), removeSubdisks: false));
        SubdiskRecord loose = group.Configuration.FindSubdisk("d2-01")!;
        Assert.Null(loose.PlexId);
        group.Accept(VolumeOperations.RemoveObject(group.Configuration, "d2-01"));
        Assert.Empty(group.Configuration.SubdisksOn(group.Disk("d2").Id));
    }

    [Fact]
    public void Preference_for_a_plex_ends_when_it_leaves()
    {
        group.Create("vol", 10, mirrors: 2);
        RecordId volume = group.Volume("vol").Id;
        group.Accept(VolumeOperations.SetReadPolicy(group.Configuration, volume, ReadPolicy.Prefer, Id("vol-02")));
        group.Accept(VolumeOperations.RemovePlex(group.Configuration, Id("vol-02"), true));
        Assert.Equal(ReadPolicy.Select, group.Volume("vol").ReadPolicy);
        TestGroup.Refused(
            VolumeOperations.SetReadPolicy(group.Configuration, volume, ReadPolicy.Prefer, null), ErrorCode.Usage);
    }

    [Theory]
    [InlineData("!d1", "vol-01")]
    [InlineData("!enclr:emc0", "vol-01")]
    [InlineData("enclr:pure0", "vol-01")]
    [InlineData("d1", "vol-03")]
    [InlineData("d3", "vol-02")]
    [InlineData("", "vol-03")]
    public void Specification_says_which_mirror_goes(string storage, string removed)
    {
        group.Create("vol", 10, mirrors: 3);
        Assert.Equal(
            group.Plex(removed).Id,
            Assert.Single(TestGroup.Done(Remove(storage.Length == 0 ? [] : [storage])).PlexIds));
    }

    [Fact]
    public void Stale_mirror_goes_first_and_as_many_as_asked()
    {
        group.Create("vol", 10, mirrors: 3);
        group.Accept(VolumeOperations.DetachPlex(group.Configuration, Id("vol-01")));
        Assert.Equal([Id("vol-01")], TestGroup.Done(Remove()).PlexIds);
        Assert.Equal([Id("vol-01"), Id("vol-03")], Keep(1).Value.PlexIds);
        TestGroup.Refused(Keep(0), ErrorCode.LastPlex);
        TestGroup.Refused(Keep(3), ErrorCode.Usage);
        TestGroup.Refused(Keep(-1), ErrorCode.Usage);
        TestGroup.Refused(Remove("d1", "d2", "d3"), ErrorCode.NotFound);

        Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> Keep(int remaining) =>
            VolumeOperations.RemoveMirror(
                group.Configuration, group.Volume("vol").Id, StorageSpecification.Any, group.Sites, remaining);
    }

    [Fact]
    public void Log_is_removed_by_specification()
    {
        group.Create("vol", 10);
        Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> added =
            VolumeOperations.AddLog(group.Configuration, new LogRequest { Volume = "vol", Count = 2 });
        group.Accept(TestGroup.Done(added).Configuration);
        Assert.Equal(["d2 0+40k"], group.Shape("vol-02"));
        Assert.Equal(["d3 0+40k"], group.Shape("vol-03"));
        Assert.Equal("ENABLED/LOG", group.State("vol-02"));
        (GroupConfiguration without, RecordId removed) = TestGroup.Done(VolumeOperations.RemoveLog(
            group.Configuration, group.Volume("vol").Id, TestGroup.Storage("!d2"), group.Sites));
        Assert.Equal(Id("vol-02"), removed);
        group.Accept(without);
        TestGroup.Refused(
            VolumeOperations.RemoveLog(
                group.Configuration, group.Volume("vol").Id, TestGroup.Storage("!d2"), group.Sites),
            ErrorCode.NotFound);
    }

    [Fact]
    public void Failing_log_is_detached_without_ado()
    {
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 8192,
            Log = LogKind.DirtyRegion,
            Init = VolumeInit.Active,
        });
        group.Accept(VolumeOperations.FailPlex(group.Configuration, Id("vol-02")));
        Assert.Equal("DETACHED/IOFAIL", group.State("vol-02"));
        TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("vol").Id, Id("vol-02")),
            ErrorCode.InvalidState);
    }

    private RecordId Id(string plex) => group.Plex(plex).Id;

    private Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> Remove(
        params string[] storage) =>
        VolumeOperations.RemoveMirror(
            group.Configuration, group.Volume("vol").Id, TestGroup.Storage(storage), group.Sites);
}
