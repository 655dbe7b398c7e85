using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class EditingTests
{
    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@pure0:100");

    [Fact]
    public void Rename_moves_one_name_only()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Accept(VolumeOperations.RenameObject(group.Configuration, "vol", "new"));
        group.Accept(VolumeOperations.RenameObject(group.Configuration, "vol-02", "new-01"));
        group.Accept(VolumeOperations.RenameObject(group.Configuration, "d1", "e1"));
        Assert.Equal(["d1-01", "d2-01"], group.Configuration.Subdisks.Values.Select(sd => sd.Name));
        Assert.Equal(["new-01", "vol-01"], group.Configuration.PlexesOf(group.Volume("new").Id).Select(pl => pl.Name));
        TestGroup.Refused(
            VolumeOperations.RenameObject(group.Configuration, "new", "e1"), ErrorCode.AlreadyExists);
        TestGroup.Refused(VolumeOperations.RenameObject(group.Configuration, "new", "a b"), ErrorCode.Syntax);
        Assert.Equal(
            "Record gone not in disk group configuration",
            TestGroup.Refused(
                VolumeOperations.RenameObject(group.Configuration, "gone", "x"), ErrorCode.NotFound).Message);
    }

    [Fact]
    public void Removal_wants_recursion_and_force_where_something_hangs_on_it()
    {
        group.Create("vol", 10, mirrors: 2);
        TestGroup.Refused(Remove("vol"), ErrorCode.Associated);
        TestGroup.Refused(Remove("vol", recursive: true), ErrorCode.InvalidState);
        TestGroup.Refused(Remove("vol-02", recursive: true), ErrorCode.Associated);
        TestGroup.Refused(Remove("d1-01", true, true), ErrorCode.Associated);
        TestGroup.Refused(Remove("d1", true, true), ErrorCode.Usage);
        TestGroup.Refused(Remove("gone"), ErrorCode.NotFound);
        group.Accept(Remove("vol-02", true, true));
        group.Accept(Remove("vol", true, true));
        Assert.Empty(group.Configuration.Subdisks);
    }

    [Fact]
    public void Attributes_are_set_together_or_not_at_all()
    {
        group.Create("vol", 10);
        group.Accept(Set("vol", ("user", "oracle"), ("group", "dba"), ("mode", "660"), ("comment", "a = b")));
        VolumeRecord volume = group.Volume("vol");
        Assert.Equal(("oracle", "dba", "0660", "a = b"), (volume.User, volume.Group, volume.Mode, volume.Comment));
        group.Accept(Set("d1", ("failing", "on"), ("reserve", "on"), ("spare", "on"), ("nohotuse", "on")));
        DiskRecord disk = group.Disk("d1");
        Assert.True(disk.IsFailing && disk.IsReserved && disk.IsSpare && disk.IsNoHotUse);
        group.Accept(Set("d1", ("failing", "off")));
        Assert.False(group.Disk("d1").IsFailing);
        TestGroup.Refused(Set("vol", ("user", "x"), ("failing", "on")), ErrorCode.Usage);
        TestGroup.Refused(Set("vol", ("mode", "99")), ErrorCode.Usage);
        TestGroup.Refused(Set("d1", ("failing", "maybe")), ErrorCode.Usage);
        TestGroup.Refused(Set("d1", ("user", "on")), ErrorCode.Usage);
        TestGroup.Refused(Set("vol-01", ("user", "x")), ErrorCode.Usage);
        TestGroup.Refused(Set("vol", ("comment", "two\nlines")), ErrorCode.Usage);
        TestGroup.Refused(Set("gone", ("comment", "")), ErrorCode.NotFound);
    }

    [Fact]
    public void Utility_fields_lock_and_are_cleared()
    {
        group.Create("vol", 10);
        group.Accept(Set("vol", ("tutil0", "BUSY"), ("putil0", "KEEP")));
        Refusal locked = TestGroup.Refused(group.TryMirror("vol"), ErrorCode.Locked);
        Assert.Contains("BUSY", locked.Message, StringComparison.Ordinal);
        group.Accept(VolumeOperations.ClearUtility(group.Configuration, "tutil0", ["vol"]));
        Assert.Equal(("", "KEEP"), (group.Volume("vol").TUtil0, group.Volume("vol").PUtil0));
        group.Accept(VolumeOperations.ClearUtility(group.Configuration, "all", ["vol", "vol-01"]));
        Assert.Equal("", group.Volume("vol").PUtil0);
        TestGroup.Refused(VolumeOperations.ClearUtility(group.Configuration, "tutil9", ["vol"]), ErrorCode.Usage);
        TestGroup.Refused(VolumeOperations.ClearUtility(group.Configuration, "all", ["gone"]), ErrorCode.NotFound);
    }

    [Fact]
    public void Mending_moves_plexes_of_stopped_volumes_by_hand()
    {
        group.Create("vol", 10, mirrors: 2);
        RecordId first = group.Plex("vol-01").Id;
        RecordId second = group.Plex("vol-02").Id;
        TestGroup.Refused(VolumeOperations.FixPlex(group.Configuration, first, PlexFix.Stale), ErrorCode.InvalidState);
        group.Accept(VolumeOperations.MendOff(group.Configuration, first));
        Assert.Equal("DETACHED/OFFLINE", group.State("vol-01"));
        group.Accept(VolumeOperations.StopVolume(group.Configuration, group.Volume("vol").Id));
        group.Start("vol");
        Assert.Equal("DETACHED/OFFLINE", group.State("vol-01"));
        group.Accept(VolumeOperations.MendOn(group.Configuration, first));
        Assert.Equal("DETACHED/STALE", group.State("vol-01"));
        TestGroup.Refused(VolumeOperations.MendOn(group.Configuration, first), ErrorCode.InvalidState);
        group.Accept(VolumeOperations.StopVolume(group.Configuration, group.Volume("vol").Id));
        TestGroup.Refused(VolumeOperations.FixPlex(group.Configuration, first, PlexFix.Clean), ErrorCode.InvalidState);
        group.Accept(VolumeOperations.FixPlex(group.Configuration, second, PlexFix.Stale));
        group.Accept(VolumeOperations.FixPlex(group.Configuration, first, PlexFix.Clean));
        Assert.Equal("DISABLED/CLEAN", group.State("vol-01"));
        group.Accept(VolumeOperations.FixPlex(group.Configuration, second, PlexFix.Active));
        group.Accept(VolumeOperations.FixEmpty(group.Configuration, group.Volume("vol").Id));
        Assert.Equal("DISABLED/EMPTY", group.State("vol-02"));
        Assert.Equal("DISABLED/EMPTY", group.VolumeState("vol"));
        group.Accept(VolumeOperations.InitializeVolume(
            group.Configuration, group.Volume("vol").Id, VolumeInit.Active));
        TestGroup.Refused(
            VolumeOperations.FixEmpty(group.Configuration, group.Volume("vol").Id), ErrorCode.InvalidState);
    }

    private Outcome<GroupConfiguration> Remove(string name, bool recursive = false, bool force = false) =>
        VolumeOperations.RemoveObject(group.Configuration, name, recursive, force);

    private Outcome<GroupConfiguration> Set(string name, params (string Attribute, string Value)[] attributes) =>
        VolumeOperations.SetAttributes(
            group.Configuration, name, attributes.Select(pair => KeyValuePair.Create(pair.Attribute, pair.Value)));
}
