using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class DiskMembershipTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@pure0:100");

    [Fact]
    public void Disk_in_use_and_last_disk_stay()
    {
        group.Create("vol", 10);
        Refusal used = TestGroup.Refused(VolumeOperations.RemoveDisk(group.Configuration, "d1"), ErrorCode.Associated);
        Assert.Equal("Disk d1 is used by one or more subdisks. Use -k to remove device assignment.", used.Message);
        group.Accept(VolumeOperations.RemoveDisk(group.Configuration, "d2"));
        TestGroup.Refused(VolumeOperations.RemoveDisk(group.Configuration, "d1"), ErrorCode.LastPlex);
        TestGroup.Refused(VolumeOperations.RemoveDisk(group.Configuration, "d2"), ErrorCode.NotFound);
    }

    [Fact]
    public void Names_and_identities_are_unique()
    {
        group.Create("vol", 10);
        Refusal name = TestGroup.Refused(Add("d1", "id.new"), ErrorCode.AlreadyExists);
        Assert.Equal("Disk d1: Name is already used", name.Message);
        TestGroup.Refused(Add("vol", "id.new"), ErrorCode.AlreadyExists);
        TestGroup.Refused(Add("d3", "id.d1"), ErrorCode.AlreadyExists);
        TestGroup.Refused(Add("a/b", "id.new"), ErrorCode.Syntax);
        TestGroup.Refused(Add("d1", "id.new", isReplacement: true), ErrorCode.AlreadyExists);
        TestGroup.Refused(Add("d9", "id.new", isReplacement: true), ErrorCode.NotFound);
    }

    [Theory]
    [InlineData("id.d1", "DETACHED/RECOVER")]
    [InlineData("id.other", "DETACHED/STALE")]
    public void Removed_disk_is_replaced_by_itself_or_another(string identity, string state)
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.RemoveDisk(group.Configuration, "d1", keepRecord: true));
        Assert.Equal("DETACHED/REMOVED", group.State("vol-01"));
        TestGroup.Refused(
            VolumeOperations.AttachPlex(group.Configuration, group.Volume("vol").Id, group.Plex("vol-01").Id),
            ErrorCode.InvalidState);
        TestGroup.Refused(Add("d1", identity, isReplacement: true, length: 8192), ErrorCode.NoSpace);
        group.Accept(TestGroup.Done(Add("d1", identity, isReplacement: true)).Configuration);
        Assert.Equal(state, group.State("vol-01"));
        Assert.True(VolumeOperations.AttachPlex(
            group.Configuration, group.Volume("vol").Id, group.Plex("vol-01").Id).IsDone);
    }

    [Fact]
    public void Lost_disk_costs_a_plex_only_where_another_carries_the_volume()
    {
        group.Create("both", 10, mirrors: 2);
        group.Create("one", 10);
        group.Accept(VolumeOperations.LoseDisk(group.Configuration, group.Disk("d1").Id));
        Assert.Equal("DETACHED/NODEVICE", group.State("both-01"));
        Assert.Equal("ENABLED/ACTIVE", group.State("one-01"));
        group.Accept(VolumeOperations.LoseDisk(group.Configuration, group.Disk("d2").Id));
        Assert.Equal("ENABLED/ACTIVE", group.State("both-02"));
        group.Accept(VolumeOperations.ReturnDisk(group.Configuration, group.Disk("d1").Id));
        Assert.Equal("DETACHED/RECOVER", group.State("both-01"));
    }

    [Fact]
    public void Lost_target_disk_backs_the_attach_out()
    {
        group.Create("vol", 10);
        group.Mirror("vol");
        group.Accept(VolumeOperations.LoseDisk(group.Configuration, group.Disk("d2").Id));
        Assert.Null(group.Configuration.FindPlex("vol-02"));
        Assert.Equal("", group.Volume("vol").TUtil0);
    }

    private Outcome<(GroupConfiguration Configuration, RecordId DiskId)> Add(
        string name, string identity, bool isReplacement = false, long length = 100 * TestGroup.MiB) =>
        VolumeOperations.AddDisk(group.Configuration, new DiskRequest
        {
            Name = name,
            DeviceName = "emc0_new",
            DiskId = identity,
            PublicLength = length,
            PrivateLength = TestGroup.MiB,
            IsReplacement = isReplacement,
        });
}
