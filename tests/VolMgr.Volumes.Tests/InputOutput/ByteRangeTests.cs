using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.InputOutput;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData(0, 512, 512, 512, false)]
    [InlineData(512, 512, 0, 512, false)]
    [InlineData(0, 513, 512, 512, true)]
    [InlineData(511, 512, 0, 512, true)]
    [InlineData(0, 4096, 1024, 1, true)]
    [InlineData(1024, 1, 0, 4096, true)]
    public void Ranges_overlap_when_they_share_a_byte(
        long offset, long length, long other, long otherLength, bool isShared) =>
        Assert.Equal(isShared, new ByteRange(offset, length).Overlaps(new ByteRange(other, otherLength)));

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, 1, 0, 512)]
    [InlineData(511, 2, 0, 1024)]
    [InlineData(512, 512, 512, 512)]
    [InlineData(1025, 511, 1024, 512)]
    public void Rounding_out_takes_whole_units_and_no_more(long offset, long length, long start, long rounded) =>
        Assert.Equal(new ByteRange(start, rounded), new ByteRange(offset, length).RoundOut(512));

    [Theory]
    [InlineData(512, 512, true)]
    [InlineData(512, 511, false)]
    [InlineData(511, 512, false)]
    [InlineData(256, 256, false)]
    public void A_range_is_aligned_when_both_its_ends_are(long offset, long length, bool isAligned) =>
        Assert.Equal(isAligned, new ByteRange(offset, length).IsAligned(512));

    [Fact]
    public void Bytes_begin_at_an_offset_that_exists_and_end_where_it_can_be_told()
    {
        ByteRange.CheckBytes(0, 0);
        ByteRange.CheckBytes(0, long.MaxValue - 512);
        ByteRange.CheckBytes(512, long.MaxValue - 1024);
        Breaks(() => ByteRange.CheckBytes(-1, 1));
        Breaks(() => ByteRange.CheckBytes(0, -1));
        Breaks(() => ByteRange.CheckBytes(0, long.MaxValue - 511));
        Breaks(() => ByteRange.CheckBytes(512, long.MaxValue - 1023));
    }

    [Fact]
    public void Sectors_begin_and_end_between_sectors_and_exist()
    {
        ByteRange.CheckSectors(0, 0);
        ByteRange.CheckSectors(512, 1024);
        Breaks(() => ByteRange.CheckSectors(1, 512));
        Breaks(() => ByteRange.CheckSectors(512, 1));
        Breaks(() => ByteRange.CheckSectors(-512, 512));
    }

    [Fact]
    public void Bounds_end_with_the_device()
    {
        ByteRange.CheckBounds(512, 512, 1024);
        Breaks(() => ByteRange.CheckBounds(512, 1024, 1024));
        Breaks(() => ByteRange.CheckBounds(1024, 512, 1024));
        Breaks(() => ByteRange.CheckBounds(1, 512, 1024));
    }

    private static void Breaks(Action check) => Assert.Throws<InvariantViolationException>(check);
}
