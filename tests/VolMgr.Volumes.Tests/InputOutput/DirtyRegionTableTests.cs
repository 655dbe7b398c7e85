using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.InputOutput;

public sealed class DirtyRegionTableTests
{
    // 64 GiB in regions of 4 MiB: five pages, 1024 dirty regions at most.
    private readonly DirtyRegionTable table = new(new DirtyRegionLogGeometry(64L << 30));

    [Fact]
    public void A_region_that_is_used_again_needs_no_newer_bitmap()
    {
        Assert.Equal(2, table.Use(4, 5));
        Assert.Equal(2, table.Version);
        Assert.Equal(2, table.Use(5, 5));
        Assert.Equal(1, table.Use(4, 4));
        Assert.Equal(3, table.Use(5, 6));
        Assert.Equal(2, table.Use(4, 5));
        Assert.Equal(3, table.Version);
        Assert.Equal(3, table.Count);
    }

    [Fact]
    public void A_region_is_idle_when_its_last_user_has_left()
    {
        table.Use(1, 2);
        table.Use(2, 2);
        Assert.False(table.HasIdle);
        table.Drop(1, 2, now: 7);
        Assert.True(table.HasIdle);
        Assert.Equal([(1, 1L)], table.Idle(since => since == 7));
        Assert.Empty(table.Idle(since => since != 7));
        table.Drop(2, 2, now: 9);
        Assert.Equal([(1, 1L), (2, 2L)], table.Idle(_ => true));
        Assert.Equal([(2, 2L)], table.Idle(since => since == 9));
        table.Use(1, 2);
        Assert.False(table.HasIdle);
    }

    [Fact]
    public void Bits_and_users_are_counted_over_all_pages()
    {
        table.Use(0, 1);
        table.Use(8, 8);
        table.Use(3840, 3840);
        table.Drop(8, 8, now: 7);
        Assert.Equal((4, 3), (table.BitCount, table.BusyCount));
    }

    [Fact]
    public void Nobody_leaves_who_has_not_come()
    {
        table.Use(1, 1);
        table.Drop(1, 1, 0);
        Assert.Throws<InvariantViolationException>(() => table.Drop(1, 1, 0));
    }

    [Fact]
    public void Only_what_nobody_used_meanwhile_is_cleaned()
    {
        table.Use(1, 4);
        table.Drop(1, 4, 0);
        List<(int Index, long Uses)> idle = table.Idle(_ => true);
        table.Use(2, 3);
        table.Drop(2, 2, 0);
        table.TakeChangedPages(Guid.Empty);
        table.Clean([.. idle, (99, 1)]);
        Assert.Equal(2, table.Count);
        Assert.Equal([2, 3], BitsOf(table.TakeChangedPages(Guid.Empty)));
        table.Drop(3, 3, 0);
        Assert.Equal([(2, 2L), (3, 2L)], table.Idle(_ => true));
    }

    [Fact]
    public void A_clean_that_finds_nothing_changes_no_page()
    {
        table.Use(1, 1);
        table.TakeChangedPages(Guid.Empty);
        table.Clean([(1, 1), (2, 0)]);
        Assert.Empty(table.TakeChangedPages(Guid.Empty));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Bits_are_where_the_format_says()
    {
        foreach (int region in new[] { 0, 7, 8, 3839, 3840, 16383 })
        {
            table.Use(region, region);
        }

        Assert.Equal([0, 7, 8, 3839, 3840, 16383], BitsOf(table.TakeChangedPages(Guid.Empty)));
        Assert.Empty(table.TakeChangedPages(Guid.Empty));
        table.Drop(8, 8, 0);
        table.Clean(table.Idle(_ => true));
        Assert.Equal([0, 7, 3839], BitsOf(table.TakeChangedPages(Guid.Empty)));
    }

    [Fact]
    public void Pages_that_did_not_reach_the_log_are_taken_again()
    {
        table.Use(0, 0);
        table.Use(3840, 3840);
        List<(int Page, byte[] Sector)> taken = table.TakeChangedPages(Guid.Empty);
        Assert.Equal([0, 1], taken.Select(page => page.Page));
        table.ReturnPages([taken[1]]);
        Assert.Equal([3840], BitsOf(table.TakeChangedPages(Guid.Empty)));
    }

    [Fact]
    public void There_is_room_up_to_the_cap_and_always_for_what_is_dirty_already()
    {
        table.Use(0, 1022);
        Assert.True(table.HasRoom(1023, 1023));
        Assert.False(table.HasRoom(1023, 1024));
        Assert.True(table.HasRoom(1022, 1023)); // one of the two is dirty
        table.Use(1023, 1023);
        Assert.False(table.HasRoom(1024, 1024));
        Assert.True(table.HasRoom(0, 1023));
        Assert.True(table.HasRoom(1023, 1023));
    }

    [Fact]
    public void A_mutation_of_more_than_half_of_the_cap_is_let_in_at_once()
    {
        table.Use(0, 1023);
        Assert.False(table.HasRoom(2000, 2000 + 511)); // 512 regions: half
        Assert.True(table.HasRoom(2000, 2000 + 512));
    }

    private static List<int> BitsOf(List<(int Page, byte[] Sector)> pages)
    {
        List<int> bits = [];
        foreach ((int page, byte[] sector) in pages)
        {
            byte[] read = new byte[DirtyRegionLogGeometry.RegionsPerPage / 8];
            Assert.Equal(ReadStatus.Valid, DirtyRegionLogPage.ReadBits(sector, Guid.Empty, page + 1, read));
            bits.AddRange(Enumerable.Range(0, DirtyRegionLogGeometry.RegionsPerPage)
                .Where(bit => (read[bit / 8] & (1 << (bit % 8))) != 0)
                .Select(bit => (page * DirtyRegionLogGeometry.RegionsPerPage) + bit));
        }

        return bits;
    }
}
