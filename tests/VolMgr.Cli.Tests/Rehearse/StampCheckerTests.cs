using VolMgr.Blocks;
using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Tests.Rehearse;

/// <summary>Eight blocks; each holds write 5, was acknowledged to write 5, and write 6 was issued.</summary>
public sealed class StampCheckerTests : IDisposable
{
    private const ulong Tag = 77;
    private const int Blocks = 8;
    private readonly TemporaryFolder folder = new();
    private readonly Ledger ledger;
    private readonly StampChecker checker;
    private readonly MemoryDevice device = new(Blocks * Ledger.BlockSize);

    public StampCheckerTests()
    {
        ledger = Ledger.Create(folder.In("ledger"), Blocks);
        checker = new StampChecker("vol01", ledger, Tag);
        for (int block = 0; block < Blocks; block++)
        {
            ledger.SetIssued(block, 6);
            ledger.SetAcked(block, 5);
        }
    }

    [Fact]
    public async Task What_the_ledger_allows_is_found_good()
    {
        await StampAsync(5);
        Assert.Empty(await checker.CheckDeviceAsync(device, CancellationToken.None));

        await StampAsync(6);
        Assert.Empty(await checker.CheckDeviceAsync(device, CancellationToken.None));
    }

    [Fact]
    public async Task A_write_may_be_torn_between_sectors()
    {
        await StampAsync(5);
        await StampSectorAsync(13, 13, 6, Tag);

        Assert.Empty(await checker.CheckDeviceAsync(device, CancellationToken.None));
    }

    [Theory]
    [InlineData(4, "vol01: sector 13 holds write 4, older than write 5")]
    [InlineData(7, "vol01: sector 13 holds write 7, newer than write 6")]
    public async Task A_write_that_cannot_be_there_is_found(long sequence, string problem)
    {
        await StampAsync(5);
        await StampSectorAsync(13, 13, sequence, Tag);

        Assert.Equal([problem], await checker.CheckDeviceAsync(device, CancellationToken.None));
    }

    [Fact]
    public async Task An_acknowledged_block_that_is_zero_is_found()
    {
        await StampAsync(5);
        await WriteAsync(13, new byte[SectorStamp.Size]);

        Assert.Equal(
            ["vol01: sector 13 is zero but write 5 was acknowledged"],
            await checker.CheckDeviceAsync(device, CancellationToken.None));
    }

    [Fact]
    public async Task A_block_never_acknowledged_may_be_zero()
    {
        await StampAsync(5);
        ledger.SetAcked(1, 0);
        await WriteAsync(8, new byte[Ledger.BlockSize]);

        Assert.Empty(await checker.CheckDeviceAsync(device, CancellationToken.None));
    }

    [Theory]
    [InlineData(12, Tag)]
    [InlineData(13, Tag + 1)]
    public async Task Data_of_another_place_or_volume_is_found(long sector, ulong tag)
    {
        await StampAsync(5);
        await StampSectorAsync(13, sector, 5, tag);

        Assert.Equal(
            ["vol01: sector 13 holds another sector's data"],
            await checker.CheckDeviceAsync(device, CancellationToken.None));
    }

    [Fact]
    public async Task Garbage_is_found()
    {
        await StampAsync(5);
        byte[] garbage = new byte[SectorStamp.Size];
        garbage[511] = 1;
        await WriteAsync(13, garbage);

        Assert.Equal(
            ["vol01: sector 13 holds garbage"], await checker.CheckDeviceAsync(device, CancellationToken.None));
    }

    [Fact]
    public async Task A_block_that_cannot_be_read_is_a_problem()
    {
        await StampAsync(5);
        FaultDevice broken = new(device);
        broken.Add(FaultRule.Always(DeviceOperations.Read));

        Assert.Equal(
            ["vol01: blocks 0 to 7 cannot be read: MediaError"],
            await checker.CheckDeviceAsync(broken, CancellationToken.None));
    }

    [Fact]
    public async Task Every_bad_block_is_told()
    {
        await StampAsync(4);

        Assert.Equal(Blocks, (await checker.CheckDeviceAsync(device, CancellationToken.None)).Count);
    }

    public void Dispose()
    {
        ledger.Dispose();
        folder.Dispose();
    }

    private async Task StampAsync(long sequence)
    {
        byte[] bytes = new byte[Blocks * Ledger.BlockSize];
        SectorStamp.Fill(bytes, Tag, 0, sequence);
        await WriteAsync(0, bytes);
    }

    private async Task StampSectorAsync(long at, long number, long sequence, ulong tag)
    {
        byte[] bytes = new byte[SectorStamp.Size];
        SectorStamp.Fill(bytes, tag, number, sequence);
        await WriteAsync(at, bytes);
    }

    private async Task WriteAsync(long sector, byte[] bytes) => Assert.Equal(
        IoStatus.Success,
        await device.WriteAsync(sector * SectorStamp.Size, bytes, WriteFlags.None, CancellationToken.None));
}
