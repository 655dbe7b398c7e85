using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>What a copy map says at its edges: first and last bytes, neighbours, and ranges that touch.</summary>
public sealed class CopyMapRangesTests
{
    [Fact]
    public void A_mark_stays_inside_the_volume()
    {
        var map = new CopyMap(4096);
        map.MarkCopied(new ByteRange(4096, 0));
        Assert.Throws<InvariantViolationException>(() => map.MarkCopied(new ByteRange(-512, 512)));
        Assert.Throws<InvariantViolationException>(() => map.MarkCopied(new ByteRange(4096, 512)));
        Assert.Equal(0, map.Done);
        map.MarkCopied(new ByteRange(0, 4096));
        Assert.True(map.IsComplete);
    }

    [Fact]
    public void An_empty_mark_marks_nothing()
    {
        var map = new CopyMap(4096);
        map.MarkCopied(new ByteRange(2048, 0));
        Assert.Equal(new ByteRange(0, 4096), map.NextUnmarked(0));
        Assert.Equal(0, map.Done);
    }

    [Fact]
    public void Ranges_that_touch_become_one()
    {
        var map = new CopyMap(8192);
        map.MarkCopied(new ByteRange(1024, 512));
        map.MarkCopied(new ByteRange(2048, 512));
        map.MarkCopied(new ByteRange(1536, 512));
        Assert.Equal(new ByteRange(2560, 5632), map.NextUnmarked(1024));
        map.MarkCopied(new ByteRange(512, 1024));
        map.MarkCopied(new ByteRange(2048, 1024));
        Assert.Equal(2560, map.Done);
        Assert.Equal(new ByteRange(3072, 5120), map.NextUnmarked(512));
        map.MarkCopied(new ByteRange(0, 512));
        Assert.Equal(3072, map.Frontier);
    }

    [Fact]
    public void A_mark_below_the_frontier_does_not_move_it_back()
    {
        var map = new CopyMap(4096);
        map.MarkCopied(new ByteRange(0, 2048));
        map.MarkCopied(new ByteRange(512, 512));
        Assert.Equal(2048, map.Frontier);
        Assert.Equal(2048, map.Done);
    }

    [Fact]
    public void What_is_marked_is_clean_up_to_the_first_byte_that_is_not()
    {
        var map = new CopyMap(8192);
        map.MarkCopied(new ByteRange(0, 2048));
        map.MarkCopied(new ByteRange(4096, 4096));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 2048), map.StateAt(0, 8192));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 512), map.StateAt(1536, 8192 - 1536));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 512), map.StateAt(0, 512));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 2048), map.StateAt(2048, 4096));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 512), map.StateAt(2048, 512));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 4096), map.StateAt(4096, 4096));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 512), map.StateAt(4096, 512));
    }

    [Fact]
    public void What_a_worker_holds_is_being_copied_from_its_first_byte_to_its_last()
    {
        var map = new CopyMap(8192);
        map.BeginWork(new ByteRange(2048, 1024));
        map.BeginWork(new ByteRange(5120, 1024));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 2048), map.StateAt(0, 8192));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 512), map.StateAt(0, 512));
        Assert.Equal(new ResyncExtent(ResyncState.Copying, 1024), map.StateAt(2048, 6144));
        Assert.Equal(new ResyncExtent(ResyncState.Copying, 512), map.StateAt(2048, 512));
        Assert.Equal(new ResyncExtent(ResyncState.Copying, 512), map.StateAt(2560, 5632));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 2048), map.StateAt(3072, 5120));
        Assert.Equal(new ResyncExtent(ResyncState.Copying, 1024), map.StateAt(5120, 3072));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 2048), map.StateAt(6144, 2048));
        map.MarkCopied(new ByteRange(2048, 1024));
        map.EndWork(new ByteRange(2048, 1024));
        Assert.Equal(new ResyncExtent(ResyncState.Clean, 1024), map.StateAt(2048, 6144));
    }

    // The first worker in the list is behind the second in the volume: the nearest one ends the dirty bytes.
    [Fact]
    public void Dirty_bytes_end_where_the_nearest_worker_begins()
    {
        var map = new CopyMap(8192);
        map.BeginWork(new ByteRange(4096, 1024));
        map.BeginWork(new ByteRange(2048, 1024));
        map.BeginWork(new ByteRange(6144, 1024));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 2048), map.StateAt(0, 8192));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 1024), map.StateAt(3072, 5120));
    }

    [Fact]
    public void Work_ends_only_once()
    {
        var map = new CopyMap(4096);
        map.BeginWork(new ByteRange(0, 1024));
        map.EndWork(new ByteRange(0, 1024));
        Assert.Throws<InvariantViolationException>(() => map.EndWork(new ByteRange(0, 1024)));
        Assert.Equal(new ResyncExtent(ResyncState.Dirty, 4096), map.StateAt(0, 4096));
    }

    [Fact]
    public void The_next_unmarked_range_begins_at_the_offset_or_behind_it()
    {
        var map = new CopyMap(8192);
        map.MarkCopied(new ByteRange(0, 512));
        map.MarkCopied(new ByteRange(1024, 512));
        map.MarkCopied(new ByteRange(2048, 512));
        Assert.Equal(new ByteRange(512, 512), map.NextUnmarked(0));
        Assert.Equal(new ByteRange(768, 256), map.NextUnmarked(768));
        Assert.Equal(new ByteRange(1536, 512), map.NextUnmarked(1024));
        Assert.Equal(new ByteRange(1536, 512), map.NextUnmarked(1536));
        Assert.Equal(new ByteRange(2560, 5632), map.NextUnmarked(2048));
        Assert.Equal(new ByteRange(4096, 4096), map.NextUnmarked(4096));
        Assert.Equal(new ByteRange(8192, 0), map.NextUnmarked(8192));
        Assert.Equal(new ByteRange(9000, 0), map.NextUnmarked(9000));
    }

    [Fact]
    public void A_unit_counts_only_when_both_its_ends_are_marked()
    {
        var map = new CopyMap(10240);
        map.MarkCopied(new ByteRange(1536, 1536)); // units of 1024: the end of 1 and the whole of 2
        Assert.Equal([new ByteRange(2048, 1024)], map.Capture(1024).Ranges());
        map = new CopyMap(10240);
        map.MarkCopied(new ByteRange(2048, 1536)); // the whole of 2 and the start of 3
        Assert.Equal([new ByteRange(2048, 1024)], map.Capture(1024).Ranges());
        map = new CopyMap(10240);
        map.MarkCopied(new ByteRange(0, 512));
        map.MarkCopied(new ByteRange(1024, 2048)); // units from the frontier: 512, 1536, 2560
        CopyCheckpoint checkpoint = map.Capture(1024);
        Assert.Equal([new ByteRange(0, 512), new ByteRange(1536, 1024)], checkpoint.Ranges());
        Assert.Equal(1024, checkpoint.UnitSize);
        Assert.Equal(10240, checkpoint.VolumeLength);
        Assert.Equal([0b10], checkpoint.Window);
    }

    [Fact]
    public void The_window_ends_with_the_last_unit_of_the_volume()
    {
        var map = new CopyMap(3072);
        map.MarkCopied(new ByteRange(0, 1024));
        map.MarkCopied(new ByteRange(2048, 1024));
        Assert.Equal([0b10], map.Capture(1024).Window);
        map = new CopyMap(2560);
        map.MarkCopied(new ByteRange(1024, 1536));
        Assert.Equal([0b110], map.Capture(1024).Window);
    }

    [Fact]
    public void The_window_ends_where_a_record_has_no_more_room()
    {
        const int bits = CopyCheckpoint.MaximumWindowSize * 8;
        var map = new CopyMap((bits + 64) * 512L);
        map.MarkCopied(new ByteRange(512, (bits + 32) * 512L));
        CopyCheckpoint checkpoint = map.Capture(512);
        Assert.Equal(CopyCheckpoint.MaximumWindowSize, checkpoint.Window.Length);
        Assert.Equal((bits - 1) * 512L, checkpoint.Ranges().Sum(range => range.Length));
        Assert.Equal(0xFE, checkpoint.Window[0]);
        Assert.All(checkpoint.Window.Skip(1), part => Assert.Equal(0xFF, part));
    }

    [Fact]
    public void The_ranges_of_a_record_end_with_the_volume()
    {
        var record = new CopyCheckpoint(2560, 0, 1024, [0b1111]);
        Assert.Equal(
            [new ByteRange(0, 1024), new ByteRange(1024, 1024), new ByteRange(2048, 512)], record.Ranges());
        Assert.Equal([new ByteRange(0, 2048)], new CopyCheckpoint(2048, 2048, 1024, [0b1]).Ranges());
        Assert.Equal(
            [new ByteRange(0, 512), new ByteRange(512 + (9 * 512), 512)],
            new CopyCheckpoint(1 << 20, 512, 512, [0, 0b10]).Ranges());
    }

    [Fact]
    public void A_map_of_some_ranges_holds_everything_else()
    {
        var map = new CopyMap(8192, [new ByteRange(6144, 512), new ByteRange(1024, 1024), new ByteRange(1536, 1024)]);
        Assert.Equal(8192, map.VolumeLength);
        Assert.Equal(new ByteRange(1024, 1536), map.NextUnmarked(0));
        Assert.Equal(new ByteRange(6144, 512), map.NextUnmarked(2560));
        Assert.Equal(8192 - 1536 - 512, map.Done);
    }

    [Fact]
    public void A_map_of_ranges_at_both_ends_holds_the_middle()
    {
        var map = new CopyMap(8192, [new ByteRange(0, 1024), new ByteRange(7168, 1024)]);
        Assert.Equal(0, map.Frontier);
        Assert.Equal(new ByteRange(7168, 1024), map.NextUnmarked(1024));
        Assert.Equal(6144, map.Done);
        Assert.True(new CopyMap(8192, []).IsComplete);
        var nested = new CopyMap(8192, [new ByteRange(1024, 4096), new ByteRange(2048, 512)]);
        Assert.Equal(new ByteRange(1024, 4096), nested.NextUnmarked(0));
    }
}
