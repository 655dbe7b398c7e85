using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class VolumeCreationTests
{
    private const long MiB = TestGroup.MiB;

    private readonly TestGroup group = TestGroup.Of("d1@emc0:100", "d2@emc0:100", "d3@pure0:100");

    [Theory]
    [InlineData(VolumeInit.Sync, 1, "ENABLED/ACTIVE", "ENABLED/ACTIVE")]
    [InlineData(VolumeInit.Sync, 2, "ENABLED/SYNC", "ENABLED/ACTIVE")]
    [InlineData(VolumeInit.Active, 2, "ENABLED/ACTIVE", "ENABLED/ACTIVE")]
    [InlineData(VolumeInit.Zero, 2, "DISABLED/EMPTY", "DISABLED/EMPTY")]
    [InlineData(VolumeInit.None, 2, "DISABLED/EMPTY", "DISABLED/EMPTY")]
    public void Init_decides_the_states(VolumeInit init, int mirrors, string volume, string plex)
    {
        group.Create("vol", 10, mirrors, init);
        Assert.Equal(volume, group.VolumeState("vol"));
        Assert.Equal(plex, group.State($"vol-0{mirrors}"));
    }

    [Fact]
    public void Zeroed_volume_becomes_active_after_its_zeroes()
    {
        group.Create("vol", 10, 2, VolumeInit.Zero);
        group.Accept(VolumeOperations.InitializeVolume(group.Configuration, group.Volume("vol").Id, VolumeInit.Zero));
        Assert.Equal("ENABLED/ACTIVE", group.VolumeState("vol"));
        TestGroup.Refused(
            VolumeOperations.InitializeVolume(group.Configuration, group.Volume("vol").Id, VolumeInit.Active),
            ErrorCode.InvalidState);
    }

    [Fact]
    public void Init_clean_trusts_one_plex()
    {
        group.Create("vol", 10, 2, VolumeInit.None);
        group.Accept(VolumeOperations.InitializeClean(group.Configuration, group.Plex("vol-02").Id));
        Assert.Equal("DISABLED/CLEAN", group.VolumeState("vol"));
        Assert.Equal("DISABLED/STALE", group.State("vol-01"));
        Assert.Equal("DISABLED/CLEAN", group.State("vol-02"));
        Assert.Equal([group.Plex("vol-01").Id], group.Start("vol").Stale);
    }

    [Fact]
    public void Log_lies_apart_from_the_data_where_it_can()
    {
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 10 * MiB,
            MirrorCount = 2,
            Log = LogKind.DirtyRegion,
            Init = VolumeInit.Active,
        });
        Assert.Equal("ENABLED/LOG", group.State("vol-03"));
        Assert.True(group.Plex("vol-03").IsLog);
        Assert.Equal(["d3 0+40k"], group.Shape("vol-03"));
        group.Create(new VolumeRequest
        {
            Name = "two",
            Length = 10 * MiB,
            MirrorCount = 3,
            Log = LogKind.DirtyRegion,
            LogCount = 2,
        });
        Assert.Equal(["d1 20+40k"], group.Shape("two-04"));
        Assert.Equal(["d2 20+40k"], group.Shape("two-05"));
    }

    [Fact]
    public void Length_is_rounded_up_to_the_alignment()
    {
        group.Create(new VolumeRequest { Name = "vol", Length = 10_000 });
        Assert.Equal(16_384, group.Volume("vol").Length);
    }

    [Fact]
    public void Taken_and_illegal_names_are_refused()
    {
        group.Create("vol", 10);
        Refusal taken = TestGroup.Refused(Create("vol"), ErrorCode.AlreadyExists);
        Assert.Equal("creating volume vol: Record already exists in disk group", taken.Message);
        TestGroup.Refused(Create("d1"), ErrorCode.AlreadyExists);
        TestGroup.Refused(Create("-vol"), ErrorCode.Syntax);
        TestGroup.Refused(Create(new string('v', 32)), ErrorCode.Syntax);

        Outcome<(GroupConfiguration, RecordId)> Create(string name) =>
            VolumeOperations.CreateVolume(group.Configuration, new VolumeRequest { Name = name, Length = MiB });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Length_that_is_not_positive_is_refused(long length) => TestGroup.Refused(
        VolumeOperations.CreateVolume(group.Configuration, new VolumeRequest { Name = "v", Length = length }),
        ErrorCode.Usage);

    [Theory]
    [InlineData(PlexLayout.Concat)]
    [InlineData(PlexLayout.Stripe)]
    public void Length_beyond_all_disks_is_refused_without_overflow(PlexLayout layout) => TestGroup.Refused(
        VolumeOperations.CreateVolume(
            group.Configuration, new VolumeRequest { Name = "v", Length = long.MaxValue, Layout = layout }),
        ErrorCode.NoSpace);

    [Fact]
    public void Counts_out_of_range_are_refused()
    {
        VolumeRequest request = new() { Name = "v", Length = MiB };
        TestGroup.Refused(Try(request with { MirrorCount = 0 }), ErrorCode.Usage);
        TestGroup.Refused(Try(request with { MirrorCount = 33 }), ErrorCode.Usage);
        TestGroup.Refused(Try(request with { ColumnCount = 2 }), ErrorCode.Usage);
        VolumeRequest striped = request with { Layout = PlexLayout.Stripe };
        TestGroup.Refused(Try(striped with { ColumnCount = 1 }), ErrorCode.Usage);
        TestGroup.Refused(Try(striped with { StripeUnit = 1000 }), ErrorCode.Usage);
        TestGroup.Refused(Try(striped with { StripeUnit = 0 }), ErrorCode.Usage);
        TestGroup.Refused(Try(request with { Log = LogKind.DirtyRegion, LogCount = 0 }), ErrorCode.Usage);

        Outcome<(GroupConfiguration, RecordId)> Try(VolumeRequest wrong) =>
            VolumeOperations.CreateVolume(group.Configuration, wrong);
    }

    [Theory]
    [InlineData(1, PlexLayout.Concat, 300)]
    [InlineData(2, PlexLayout.Concat, 100)]
    [InlineData(3, PlexLayout.Concat, 100)]
    [InlineData(1, PlexLayout.Stripe, 300)]
    public void Maximum_size_is_what_creation_accepts(int mirrors, PlexLayout layout, long expected)
    {
        VolumeRequest request = new() { MirrorCount = mirrors, Layout = layout, Sites = group.Sites };
        long length = TestGroup.Done(VolumeOperations.MaximumSize(group.Configuration, request));
        Assert.Equal(expected, length / MiB);
        group.Create(request with { Name = "vol", Length = length });
        TestGroup.Refused(
            VolumeOperations.CreateVolume(group.Configuration, request with { Name = "one", Length = 200 * MiB }),
            ErrorCode.NoSpace);
    }

    [Fact]
    public void Maximum_size_without_room_says_so()
    {
        group.Create(
            new VolumeRequest { Name = "vol", Length = (100 * MiB) - 663_552, Storage = TestGroup.Storage("d1") });
        VolumeRequest onD1 = new() { Storage = TestGroup.Storage("d1"), Sites = group.Sites };
        Refusal crumbs = TestGroup.Refused(VolumeOperations.MaximumSize(group.Configuration, onD1), ErrorCode.NoSpace);
        Assert.Equal("V-5-1-752", crumbs.MessageId);
        group.Create(new VolumeRequest { Name = "rest", Length = 663_552, Storage = TestGroup.Storage("d1") });
        Refusal full = TestGroup.Refused(VolumeOperations.MaximumSize(group.Configuration, onD1), ErrorCode.NoSpace);
        Assert.Equal("No free space remaining in diskgroup datadg with given constraints", full.Message);
    }
}
