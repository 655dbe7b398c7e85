using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class ResizeTests
{
    private const long MiB = TestGroup.MiB;

    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@emc0:100", "d3@pure0:100", "d4@pure0:100");

    [Fact]
    public void Grow_extends_the_last_subdisk_where_it_can()
    {
        group.Create("vol", 10, mirrors: 2);
        Grow(50);
        Assert.Equal(["d1 0+50"], group.Shape("vol-01"));
        Assert.Equal(["d2 0+50"], group.Shape("vol-02"));
    }

    [Fact]
    public void Grow_adds_subdisks_apart_from_the_other_plexes()
    {
        group.Create("vol", 10, mirrors: 2);
        group.Create(new VolumeRequest { Name = "in", Length = 20 * MiB, Storage = TestGroup.Storage("d1") });
        Grow(120);
        Assert.Equal(["d1 0+10", "d1 30+10", "d3 0+100"], group.Shape("vol-01"));
        Assert.Equal(["d2 0+100", "d4 0+20"], group.Shape("vol-02"));
    }

    [Fact]
    public void Grow_lengthens_every_column()
    {
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 20 * MiB,
            Layout = PlexLayout.Stripe,
            ColumnCount = 2,
            Init = VolumeInit.Active,
        });
        group.Create(new VolumeRequest { Name = "in", Length = 90 * MiB, Storage = TestGroup.Storage("d1") });
        Grow(60);
        Assert.Equal(["0/d1 0+10", "0/d3 0+20", "1/d2 0+30"], group.Shape("vol-01"));
        Assert.Equal(60 * MiB, PlexMap.Of(group.Configuration, group.Plex("vol-01").Id).Length);
    }

    [Fact]
    public void Grow_keeps_to_the_storage_named()
    {
        group.Create("vol", 10);
        group.Accept(VolumeOperations.GrowVolume(
            group.Configuration, Id, 30 * MiB, TestGroup.Storage("enclr:pure0"), group.Sites));
        Assert.Equal(["d1 0+10", "d3 0+20"], group.Shape("vol-01"));
    }

    [Fact]
    public void Grow_without_room_is_refused_and_changes_nothing()
    {
        group.Create("vol", 10, mirrors: 3);
        GroupConfiguration before = group.Configuration;
        Outcome<GroupConfiguration> outcome =
            VolumeOperations.GrowVolume(before, Id, 150 * MiB, StorageSpecification.Any, group.Sites);
        Refusal refusal = TestGroup.Refused(outcome, ErrorCode.NoSpace);
        Assert.Equal("Cannot allocate space to grow volume to 307200 blocks", refusal.Message);
        Assert.Equal("V-5-1-436", refusal.MessageId);
        TestGroup.Refused(
            VolumeOperations.GrowVolume(before, Id, long.MaxValue, StorageSpecification.Any, []), ErrorCode.NoSpace);
        TestGroup.Refused(
            VolumeOperations.GrowVolume(before, Id, 10 * MiB, StorageSpecification.Any, []), ErrorCode.Usage);
        TestGroup.Refused(
            VolumeOperations.GrowVolume(before, Id, long.MinValue, StorageSpecification.Any, []), ErrorCode.Usage);
    }

    [Fact]
    public void Grow_into_the_slack_of_a_stripe_needs_no_space()
    {
        TestGroup full = TestGroup.Of("d1@emc0:1", "d2@emc0:1");
        full.Create(new VolumeRequest
        {
            Name = "vol",
            Length = (2 * MiB) - 65536,
            Layout = PlexLayout.Stripe,
            ColumnCount = 2,
        });
        full.Accept(VolumeOperations.GrowVolume(
            full.Configuration, full.Volume("vol").Id, 2 * MiB, StorageSpecification.Any, full.Sites));
        Assert.Equal(["0/d1 0+1", "1/d2 0+1"], full.Shape("vol-01"));
    }

    [Fact]
    public void Shrink_frees_the_end_of_every_plex()
    {
        group.Create("vol", 150, mirrors: 2);
        Shrink(100);
        Assert.Equal(["d1 0+100"], group.Shape("vol-01"));
        Shrink(30);
        Assert.Equal(["d1 0+30"], group.Shape("vol-01"));
        Assert.Equal(["d3 0+30"], group.Shape("vol-02"));
        TestGroup.Refused(VolumeOperations.ShrinkVolume(group.Configuration, Id, 0), ErrorCode.Usage);
        TestGroup.Refused(VolumeOperations.ShrinkVolume(group.Configuration, Id, 31 * MiB), ErrorCode.Usage);
        TestGroup.Refused(VolumeOperations.ShrinkVolume(group.Configuration, Id, long.MaxValue), ErrorCode.Usage);
    }

    [Fact]
    public void Shrink_and_grow_of_a_stripe_leave_whole_columns()
    {
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 80 * MiB,
            Layout = PlexLayout.Stripe,
            ColumnCount = 4,
            Init = VolumeInit.Active,
        });
        group.Accept(VolumeOperations.ShrinkVolume(group.Configuration, Id, MiB + 1));
        Assert.Equal(["0/d1 0+320k", "1/d2 0+320k", "2/d3 0+320k", "3/d4 0+320k"], group.Shape("vol-01"));
        Assert.Equal(MiB + 8192, group.Volume("vol").Length);
        Grow(8);
        Assert.Equal(["0/d1 0+2", "1/d2 0+2", "2/d3 0+2", "3/d4 0+2"], group.Shape("vol-01"));
    }

    [Theory]
    [InlineData(1, 400)]
    [InlineData(2, 200)]
    [InlineData(4, 100)]
    public void Maximum_grow_is_what_growing_accepts(int mirrors, long expected)
    {
        group.Create("vol", 10, mirrors);
        long length = TestGroup.Done(VolumeOperations.MaximumGrow(
            group.Configuration, Id, StorageSpecification.Any, group.Sites));
        Assert.Equal(expected, length / MiB);
        Grow(expected);
        TestGroup.Refused(
            VolumeOperations.MaximumGrow(group.Configuration, Id, StorageSpecification.Any, group.Sites),
            ErrorCode.NoSpace);
    }

    private RecordId Id => group.Volume("vol").Id;

    private void Grow(long mib) => group.Accept(VolumeOperations.GrowVolume(
        group.Configuration, Id, mib * MiB, StorageSpecification.Any, group.Sites));

    private void Shrink(long mib) =>
        group.Accept(VolumeOperations.ShrinkVolume(group.Configuration, Id, mib * MiB));
}
