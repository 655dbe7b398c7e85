using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.Resync;

public sealed class CopyMapTests
{
    [Fact]
    public void The_frontier_takes_in_what_was_finished_out_of_order()
    {
        var map = new CopyMap(4096);
        map.MarkCopied(new ByteRange(2048, 1024));
        map.MarkCopied(new ByteRange(1024, 512));
        Assert.Equal(0, map.Frontier);
        Assert.Equal(1536, map.Done);
        Assert.Equal(new ByteRange(0, 1024), map.NextUnmarked(0));
        map.MarkCopied(new ByteRange(0, 1024));
        Assert.Equal(1536, map.Frontier);
        Assert.Equal(new ByteRange(1536, 512), map.NextUnmarked(0));
        map.MarkCopied(new ByteRange(1536, 512));
        Assert.Equal(3072, map.Frontier);
        map.MarkCopied(new ByteRange(3072, 1024));
        Assert.True(map.IsComplete);
        Assert.Equal(0, map.NextUnmarked(0).Length);
    }

    [Fact]
    public void A_checkpoint_counts_only_whole_units()
    {
        var map = new CopyMap(16384);
        map.MarkCopied(new ByteRange(0, 1024));
        map.MarkCopied(new ByteRange(6000 / 512 * 512, 4608)); // 5632 to 10240: units of 1024 from 6144 to 10240
        CopyCheckpoint checkpoint = map.Capture(1024);
        Assert.Equal(1024, checkpoint.Frontier);
        Assert.Equal(
            [new ByteRange(0, 1024), .. Enumerable.Range(6, 4).Select(unit => new ByteRange(unit * 1024, 1024))],
            checkpoint.Ranges());
    }

    [Fact]
    public void The_short_last_unit_counts_when_it_is_marked_to_the_end()
    {
        var map = new CopyMap(2560);
        map.MarkCopied(new ByteRange(2048, 512));
        Assert.Equal([new ByteRange(2048, 512)], map.Capture(1024).Ranges());
    }

    [Fact]
    public void A_map_from_a_record_leaves_out_what_has_to_be_copied_again()
    {
        var checkpoint = new CopyCheckpoint(8192, 4096, 1024, [0b0000_0101]);
        var map = new CopyMap(checkpoint, [new ByteRange(1024, 512), new ByteRange(6144, 1024)]);
        Assert.Equal(1024, map.Frontier);
        Assert.Equal(1024 + 2560 + 1024, map.Done);
        Assert.Equal(new ByteRange(1024, 512), map.NextUnmarked(0));
        Assert.Equal(new ByteRange(5120, 3072), map.NextUnmarked(1536)); // bit 2 is among what is copied again
    }

    /// <summary>Goal: the map agrees with a set of sectors, whatever is marked in whatever order. Method: random marks,
    /// compared after each with an array of booleans.</summary>
    [Fact]
    public void Random_marks_agree_with_a_plain_set()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var map = new CopyMap(64 * 512);
            bool[] marked = new bool[64];
            for (int step = 0; step < 30; step++)
            {
                int first = random.Next(64);
                int count = random.Next(1, Math.Min(10, 64 - first) + 1);
                map.MarkCopied(new ByteRange(first * 512L, count * 512L));
                Array.Fill(marked, true, first, count);
                int frontier = Array.IndexOf(marked, false);
                Assert.Equal((frontier < 0 ? 64 : frontier) * 512L, map.Frontier);
                Assert.Equal(marked.Count(bit => bit) * 512L, map.Done);
                CopyCheckpoint checkpoint = map.Capture(1024);
                foreach (ByteRange range in checkpoint.Ranges())
                {
                    Assert.DoesNotContain(false, marked[(int)(range.Offset / 512)..(int)(range.End / 512)]);
                }
            }
        }
    }
}
