using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.Layout;

/// <summary>A detach map is in memory as a whole, so its regions grow with the volume.</summary>
public sealed class DcoRegionTests
{
    private const long Tebi = 1L << 40;

    [Theory]
    [InlineData(1, 64)]
    [InlineData(16, 64)]
    [InlineData(17, 128)]
    [InlineData(125, 512)]
    public void A_longer_volume_has_larger_regions_where_nobody_asks(long tebis, long expectedKibi)
    {
        long region = DetachMapGeometry.RegionFor(tebis * Tebi, DetachMapGeometry.StandardRegion);

        Assert.Equal(expectedKibi << 10, region);
        Assert.InRange(
            DetachMapGeometry.For(tebis * Tebi, region).PagesPerMap, 1, DetachMapGeometry.MostPages);
    }

    [Fact]
    public void Regions_with_which_a_map_would_be_too_large_are_refused_with_those_that_fit()
    {
        TestGroup group = TestGroup.Of($"d1@emc0:{40 << 20}");
        group.Create("vol01", 32 << 20);

        Refusal refusal = TestGroup.Refused(
            VolumeOperations.DcoLog(
                group.Configuration, new DcoRequest { Volume = "vol01", RegionSize = 4096 }, isApart: false),
            ErrorCode.Usage);

        Assert.Equal("regionsize: Volume vol01 needs at least 128k; its maps would be too large", refusal.Message);
        Assert.Null(VolumeOperations.DcoLog(
            group.Configuration, new DcoRequest { Volume = "vol01", RegionSize = 128 << 10 }, isApart: false).Refusal);
    }
}
