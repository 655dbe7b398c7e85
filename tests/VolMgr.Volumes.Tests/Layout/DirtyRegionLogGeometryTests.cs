using VolMgr.Blocks;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

public sealed class DirtyRegionLogGeometryTests
{
    [Theory]
    [InlineData(512, 65536, 1, 1)]
    [InlineData(65536, 65536, 1, 1)]
    [InlineData(65537, 65536, 2, 1)]
    [InlineData(16L << 20, 65536, 256, 1)]
    [InlineData((16L << 20) + 512, 131072, 129, 1)]
    [InlineData(1L << 30, 4194304, 256, 1)]
    [InlineData(64L << 30, 4194304, 16384, 5)]
    [InlineData(15L << 40, 67108864, 245760, 64)]
    [InlineData((15L << 40) + 512, 134217728, 122881, 33)]
    public void Regions_are_few_until_they_are_large(long length, long size, int regions, int pages)
    {
        DirtyRegionLogGeometry geometry = new(length);
        Assert.Equal(size, geometry.RegionSize);
        Assert.Equal(regions, geometry.RegionCount);
        Assert.Equal(pages, geometry.PageCount);
        Assert.Equal(regions - 1, geometry.RegionOf(length - 1));
        Assert.InRange(geometry.MaximumDirtyRegions, 512, 4096);
    }

    [Fact]
    public void A_volume_of_no_length_has_no_regions() =>
        Assert.Throws<InvariantViolationException>(() => new DirtyRegionLogGeometry(0).RegionSize);

    [Fact]
    public void Log_has_room_for_the_longest_volume_and_is_aligned()
    {
        DirtyRegionLogGeometry longest = new(long.MaxValue / 512 * 512);
        Assert.True((1 + longest.PageCount) * DirtyRegionLogGeometry.PageLength <= DirtyRegionLogGeometry.LogLength);
        Assert.Equal(0, DirtyRegionLogGeometry.LogLength % Alignment.Cds);
    }
}
