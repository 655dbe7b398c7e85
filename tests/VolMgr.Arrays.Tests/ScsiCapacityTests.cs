using FsCheck;
using FsCheck.Fluent;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Tests;

public sealed class ScsiCapacityTests
{
    [Fact]
    public void Read_capacity_is_the_last_block_and_its_size()
    {
        Assert.Equal(
            "00000000001FFFFF" + "00000200" + "0003" + "C000" + new string('0', 32),
            Convert.ToHexString(new CapacityData(1 << 30, IsThin: true).ToBytes()));
        Assert.Equal("001FFFFF00000200", Convert.ToHexString(new CapacityData(1 << 30, false).ToShortBytes()));
        Assert.Equal("FFFFFFFF00000200", Convert.ToHexString(new CapacityData(1L << 45, false).ToShortBytes()));
        Assert.False(CapacityData.TryRead(new byte[31], out _));
        Assert.False(CapacityData.TryRead(new byte[32], out _));
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            sectors => CapacityData.TryRead(
                    new CapacityData((1L + Math.Abs((long)sectors)) * 512, sectors % 2 == 0).ToBytes(),
                    out CapacityData read)
                && read == new CapacityData((1L + Math.Abs((long)sectors)) * 512, sectors % 2 == 0))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Report_luns_lists_numbers_in_order_and_reads_back()
    {
        Assert.Equal(
            "00000018" + "00000000" + "0000000000000000" + "0007000000000000" + "412C000000000000",
            Convert.ToHexString(ReportLunsData.Build([300, 7, 0, 7])));
        Assert.True(ReportLunsData.TryRead(ReportLunsData.Build([300, 7, 0]), out IReadOnlyList<int> numbers));
        Assert.Equal([0, 7, 300], numbers);
        Assert.False(ReportLunsData.TryRead([0, 0, 0, 9, 0, 0, 0, 0], out _));
        Assert.False(ReportLunsData.TryRead([0, 0, 0, 8, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0], out _));
        Assert.False(ReportLunsData.TryRead([], out _));
    }

    [Fact]
    public void A_lun_answers_block_limits_capacity_and_its_number()
    {
        LabTopology lab = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions())!;
        EmulatedLun thick = new(lab.Arrays[0], lab.Arrays[0].Luns[0]);
        EmulatedLun thin = new(lab.Arrays[1], lab.Arrays[1].Luns[0]);

        Assert.Equal([0x00, 0x80, 0x83, 0xB0, 0xC0], thick.Page(0, 1)![4..]);
        Assert.Equal([0x00, 0x80, 0x83, 0xB0, 0xB2, 0xC0], thin.Page(0, 1)![4..]);
        Assert.True(BlockLimitsPage.TryRead(thick.Page(VitalPage.BlockLimits, 1), out BlockLimitsPage limits));
        Assert.Equal(0, limits.UnmapGranularityBlocks);
        Assert.True(BlockLimitsPage.TryRead(thin.Page(VitalPage.BlockLimits, 1), out limits));
        Assert.Equal(BlockLimitsPage.ThinGranularityBlocks, limits.UnmapGranularityBlocks);
        Assert.Equal(64, thin.Page(VitalPage.BlockLimits, 1)!.Length);
        Assert.False(BlockLimitsPage.TryRead(new byte[20], out _));

        Assert.True(CapacityData.TryRead(thin.Capacity(), out CapacityData capacity));
        Assert.Equal(new CapacityData(1L << 30, IsThin: true), capacity);
        Assert.True(ReportLunsData.TryRead(
            EmulatedLun.ReportLuns(lab.Arrays[0].Luns), out IReadOnlyList<int> numbers));
        Assert.Equal([1, 2, 3, 4], numbers);
    }

    [Fact]
    public void An_unmap_granularity_above_31_bits_is_a_large_one_not_a_negative_one()
    {
        byte[] page = new BlockLimitsPage(32).ToBytes();
        page[4 + 24] = 0xFF;

        Assert.True(BlockLimitsPage.TryRead(page, out BlockLimitsPage limits));

        Assert.Equal(int.MaxValue, limits.UnmapGranularityBlocks);
    }
}
