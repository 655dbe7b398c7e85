using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class AllocationTests
{
    private const long MiB = TestGroup.MiB;

    [Fact]
    public void Concat_takes_the_first_disk_with_room_in_one_piece()
    {
        TestGroup group = TestGroup.Of("d1@emc0:50", "d2@emc0:100");
        group.Create("vol", 60);
        group.Create("vol2", 20);
        Assert.Equal(["d2 0+60"], group.Shape("vol-01"));
        Assert.Equal(["d1 0+20"], group.Shape("vol2-01"));
    }

    [Fact]
    public void Concat_spans_as_few_disks_as_possible_in_their_order()
    {
        TestGroup group = TestGroup.Of("d1@emc0:10", "d2@emc0:40", "d3@emc0:50", "d4@emc0:30");
        group.Create("vol", 60);
        Assert.Equal(["d1 0+10", "d3 0+50"], group.Shape("vol-01"));
        Assert.Equal(["d1-01", "d3-01"], group.Configuration.SubdisksOf(group.Plex("vol-01").Id).Select(sd => sd.Name));
    }

    [Fact]
    public void Contiguous_layout_is_refused_where_only_pieces_are_free()
    {
        TestGroup group = TestGroup.Of("d1@emc0:50", "d2@emc0:50");
        VolumeRequest request = new() { Name = "vol", Length = 60 * MiB, IsContiguous = true, Sites = group.Sites };
        Refusal refusal = TestGroup.Refused(
            VolumeOperations.CreateVolume(group.Configuration, request), ErrorCode.NoSpace);
        Assert.Equal(
            "Cannot allocate space for 122880 block volume: Not enough HDD devices that meet specification.",
            refusal.Message);
        Assert.Equal("V-5-1-15315", refusal.MessageId);
    }

    [Fact]
    public void Stripe_puts_equal_columns_on_different_disks()
    {
        TestGroup group = TestGroup.Of("d1@emc0:50", "d2@emc0:50", "d3@emc0:50");
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 60 * MiB,
            Layout = PlexLayout.Stripe,
            ColumnCount = 3,
            Init = VolumeInit.Active,
        });
        Assert.Equal(["0/d1 0+20", "1/d2 0+20", "2/d3 0+20"], group.Shape("vol-01"));
        Assert.Equal(64 * 1024, group.Plex("vol-01").StripeUnit);
    }

    [Fact]
    public void Stripe_columns_cover_a_length_that_no_stripe_divides()
    {
        TestGroup group = TestGroup.Of("d1@emc0:50", "d2@emc0:50", "d3@emc0:50");
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = MiB + 1,
            Layout = PlexLayout.Stripe,
            ColumnCount = 3,
            Init = VolumeInit.Active,
        });
        Assert.Equal(MiB + 8192, group.Volume("vol").Length);
        Assert.Equal(6 * 3 * 65536, PlexMap.Of(group.Configuration, group.Plex("vol-01").Id).Length);
    }

    [Fact]
    public void Stripe_without_a_number_of_columns_is_as_wide_as_the_disks_allow()
    {
        TestGroup group = TestGroup.Of("d1@emc0:50", "d2@emc0:50", "d3@emc0:5");
        group.Create(new VolumeRequest { Name = "vol", Length = 60 * MiB, Layout = PlexLayout.Stripe });
        Assert.Equal(2, group.Plex("vol-01").ColumnCount);
        group.Create(new VolumeRequest { Name = "small", Length = 6 * MiB, Layout = PlexLayout.Stripe });
        Assert.Equal(3, group.Plex("small-01").ColumnCount);
    }

    [Fact]
    public void Stripe_column_may_span_disks_of_its_own()
    {
        TestGroup group = TestGroup.Of("d1@emc0:50", "d2@emc0:30", "d3@emc0:20");
        group.Create(
            new VolumeRequest { Name = "vol", Length = 96 * MiB, Layout = PlexLayout.Stripe, ColumnCount = 2 });
        Assert.Equal(["0/d1 0+48", "1/d2 0+30", "1/d3 0+18"], group.Shape("vol-01"));
    }

    [Fact]
    public void Stripe_of_more_columns_than_disks_is_refused()
    {
        TestGroup group = TestGroup.Of("d1@emc0:50", "d2@emc0:50");
        VolumeRequest request = new()
        {
            Name = "vol",
            Length = MiB,
            Layout = PlexLayout.Stripe,
            ColumnCount = 3,
            Sites = group.Sites,
        };
        TestGroup.Refused(VolumeOperations.CreateVolume(group.Configuration, request), ErrorCode.NoSpace);
    }

    [Fact]
    public void Mirrors_never_share_a_disk()
    {
        TestGroup group = TestGroup.Of("d1@emc0:100", "d2@emc0:30", "d3@emc0:30", "d4@emc0:60");
        group.Create("vol", 60, mirrors: 2);
        Assert.Equal(["d1 0+60"], group.Shape("vol-01"));
        Assert.Equal(["d4 0+60"], group.Shape("vol-02"));
        TestGroup.Refused(group.TryMirror("vol", "d1"), ErrorCode.NoSpace);
    }

    [Fact]
    public void Mirrors_on_different_enclosures_when_asked()
    {
        TestGroup group = TestGroup.Of("d1@emc0:40", "d2@emc0:40", "d3@pure0:100", "d4@emc0:40");
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 60 * MiB,
            MirrorCount = 2,
            Storage = TestGroup.Storage("mirror=enclr"),
        });
        Assert.Equal(["d1 0+40", "d2 0+20"], group.Shape("vol-01"));
        Assert.Equal(["d3 0+60"], group.Shape("vol-02"));
        TestGroup.Refused(group.TryMirror("vol", "mirror=enclr"), ErrorCode.NoSpace);
    }

    [Fact]
    public void Mirrors_on_different_controllers_when_asked()
    {
        TestGroup group = TestGroup.Of("d1@emc0:40", "d2@emc0:40", "d3@pure0:40");
        group.Create("vol", 10);
        TestGroup.Refused(group.TryMirror("vol", "mirror=ctlr", "enclr:emc0"), ErrorCode.NoSpace);
        Assert.Equal("vol-02", group.Mirror("vol", "mirror=ctlr"));
        Assert.Equal(["d3 0+10"], group.Shape("vol-02"));
    }

    [Fact]
    public void Ordered_storage_takes_disks_as_they_are_named()
    {
        TestGroup group = TestGroup.Of("d1@emc0:40", "d2@emc0:40", "d3@emc0:40");
        group.Create(new VolumeRequest
        {
            Name = "vol",
            Length = 60 * MiB,
            Storage = TestGroup.Storage("d3", "d1", "d2"),
            Layout = PlexLayout.Stripe,
            ColumnCount = 3,
            IsOrdered = true,
        });
        Assert.Equal(["0/d3 0+20", "1/d1 0+20", "2/d2 0+20"], group.Shape("vol-01"));
    }

    [Fact]
    public void Reserved_spare_and_failing_disks_are_used_only_when_named()
    {
        TestGroup group = TestGroup.Of("d1@emc0:40", "d2@emc0:40", "d3@emc0:40", "d4@emc0:40");
        group.Edit(group.Disk("d1") with { IsReserved = true });
        group.Edit(group.Disk("d2") with { IsSpare = true });
        group.Edit(group.Disk("d3") with { IsFailing = true });
        group.Create("vol", 10);
        Assert.Equal(["d4 0+10"], group.Shape("vol-01"));
        Assert.Equal(["d4 10+10"], Shape("a", "enclr:emc0"));
        Assert.Equal(["d1 0+10"], Shape("b", "d1"));
        Assert.Equal(["d2 0+10"], Shape("c", "dm:d2"));
        Assert.Equal(["d3 0+10"], Shape("d", "da:emc0_d3"));

        IReadOnlyList<string> Shape(string name, string storage)
        {
            group.Create(new VolumeRequest { Name = name, Length = 10 * MiB, Storage = TestGroup.Storage(storage) });
            return group.Shape($"{name}-01");
        }
    }

    [Fact]
    public void Removed_and_silent_disks_are_never_used()
    {
        TestGroup group = TestGroup.Of("d1@emc0:40", "d2@emc0:40", "d3@emc0:40");
        group.Edit(group.Disk("d1") with { IsRemoved = true });
        group.SetUsable("d2", false);
        group.Create("vol", 10);
        Assert.Equal(["d3 0+10"], group.Shape("vol-01"));
        VolumeRequest request = new()
        {
            Name = "no",
            Length = MiB,
            Storage = TestGroup.Storage("d1", "d2"),
            Sites = group.Sites,
        };
        TestGroup.Refused(VolumeOperations.CreateVolume(group.Configuration, request), ErrorCode.NoSpace);
    }

    [Fact]
    public void Free_space_is_what_subdisks_leave()
    {
        TestGroup group = TestGroup.Of("d1@emc0:40", "d2@emc0:10");
        group.Create("a", 10);
        group.Create("b", 10);
        group.Create("c", 10);
        group.Accept(VolumeOperations.RemoveVolume(group.Configuration, group.Volume("b").Id));
        RecordId d1 = group.Disk("d1").Id;
        Assert.Equal(
            [
                new FreeExtent(d1, 10 * MiB, 10 * MiB),
                new FreeExtent(d1, 30 * MiB, 10 * MiB),
                new FreeExtent(group.Disk("d2").Id, 0, 10 * MiB),
            ],
            FreeSpace.Of(group.Configuration));
    }

    [Fact]
    public void Freed_names_and_space_are_used_again()
    {
        TestGroup group = TestGroup.Of("d1@emc0:40");
        group.Create("a", 10);
        group.Create("b", 10);
        group.Accept(VolumeOperations.RemoveVolume(group.Configuration, group.Volume("a").Id));
        group.Create("c", 5);
        Assert.Equal("d1-01", group.Configuration.SubdisksOf(group.Plex("c-01").Id)[0].Name);
        Assert.Equal(["d1 0+5"], group.Shape("c-01"));
        Assert.Equal(0, group.Volume("c").Minor);
    }
}
