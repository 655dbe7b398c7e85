using VolMgr.Blocks;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

public sealed class VmDiskTests
{
    private const long Sector = 512;
    private readonly TestGroup group = new();

    [Fact]
    public void Default_layout_is_that_of_the_field()
    {
        var region = PrivateRegion.OfLength(PrivateRegion.DefaultLength);
        Assert.Equal(256, PrivateRegion.DiskOffset / Sector);
        Assert.Equal((48, 192), (PrivateRegion.Config1Offset / Sector, PrivateRegion.Config1Length / Sector));
        Assert.Equal((256, 51168), (PrivateRegion.Config2Offset / Sector, region.Config2Length / Sector));
        Assert.Equal((51424, 4096), (region.LogOffset / Sector, region.LogLength / Sector));
        Assert.Equal((55520, 144), (region.LockOffset / Sector, PrivateRegion.LockLength / Sector));
        Assert.Equal(51360, region.ConfigLength / Sector);
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(2064)]
    [InlineData(4096)]
    [InlineData(32768)]
    [InlineData(65536)]
    [InlineData(2097152)]
    public void Every_layout_fits_without_overlap(long sectors)
    {
        var region = PrivateRegion.OfLength(sectors * Sector);
        Assert.True(region.CheckpointBodyOffset(1) + region.BodyLength <= region.LogOffset);
        Assert.True(region.DeltaHalfOffset(1) + region.DeltaHalfLength <= region.CopySlotsOffset);
        Assert.True(region.LockOffset + PrivateRegion.LockLength <= region.Length);
        Assert.True(region.DeltaHalfLength >= 16 * Sector);
        Assert.True(region.BodyLength >= 256 * Sector);
    }

    [Fact]
    public async Task Initialised_disk_is_read_back()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        DiskHeaderReading reading = await VmDisk.ReadAsync(disk, CancellationToken.None);
        Assert.Equal(ReadStatus.Valid, reading.Status);
        DiskHeader header = reading.Header!;
        Assert.Equal((TestGroup.DiskIdOf(1), "", ""), (header.DiskId, header.GroupId, header.HostId));
        Assert.Equal(1_741_211_309, header.CreatedUnix);
        Assert.Equal((256 + 2048) * Sector, header.PublicOffset);
        Assert.Equal((8192 - 2304 - 48) / 16 * 16 * Sector, header.PublicLength);
    }

    [Fact]
    public async Task Default_private_region_takes_32_MiB()
    {
        var disk = new CrashDisk(1L << 30);
        var options = new VmDiskOptions { DeviceName = "emc0_1", DiskId = "1.1.h" };
        DiskHeader header = (await VmDisk.InitializeAsync(disk, options, group.Engine, CancellationToken.None)).Value;
        Assert.Equal((65792, (2097152 - 65792 - 48) / 16 * 16), (header.PublicOffset / Sector,
            header.PublicLength / Sector));
    }

    [Fact]
    public async Task Log_is_written_when_the_disk_is_initialised()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        DiskHeader header = (await VmDisk.ReadAsync(disk, CancellationToken.None)).Header!;
        var used = disk.UsedSectors.ToHashSet();
        long first = (header.PrivateOffset + header.Region.LogOffset) / Sector;
        Assert.All(Enumerable.Range(0, (int)(header.Region.LogLength / Sector)),
            index => Assert.Contains(first + index, used));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData((2304 + 48 + 15) * 512)]
    public async Task Tiny_LUN_is_refused(long length)
    {
        var disk = new CrashDisk(length);
        VmDiskOptions options = new()
        {
            DeviceName = "emc0_1",
            DiskId = "1.1.h",
            PrivateLength = TestGroup.PrivateLength,
        };
        Outcome<DiskHeader> outcome = await VmDisk.InitializeAsync(disk, options, group.Engine, CancellationToken.None);
        Assert.Equal("V-5-2-1118", outcome.Refusal!.MessageId);
        Assert.Equal(ReadStatus.NotOurs, (await VmDisk.ReadAsync(disk, CancellationToken.None)).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-512)]
    [InlineData(2047 * 512)]
    [InlineData(2050 * 512)]
    [InlineData(long.MaxValue)]
    public async Task Impossible_private_length_is_refused(long length)
    {
        VmDiskOptions options = new() { DeviceName = "emc0_1", DiskId = "1.1.h", PrivateLength = length };
        Outcome<DiskHeader> outcome = await VmDisk.InitializeAsync(
            new CrashDisk(TestGroup.DiskLength), options, group.Engine, CancellationToken.None);
        Assert.Equal(ErrorCode.Usage, outcome.Refusal!.Code);
        Assert.Contains("private region", outcome.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cleared_disk_is_no_longer_ours()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        Assert.Equal(IoStatus.Success, await VmDisk.ClearAsync(disk, CancellationToken.None));
        Assert.Equal(ReadStatus.NotOurs, (await VmDisk.ReadAsync(disk, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Truncated_LUN_is_inconsistent()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        CrashDisk shorter = disk.Copy(length: TestGroup.DiskLength / 2);
        Assert.Equal(ReadStatus.Inconsistent, (await VmDisk.ReadAsync(shorter, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Failing_device_is_a_value()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        disk.Failure = IoStatus.NotReachable;
        DiskHeaderReading reading = await VmDisk.ReadAsync(disk, CancellationToken.None);
        Assert.Equal((ReadStatus.Unreadable, IoStatus.NotReachable), (reading.Status, reading.Device));
        Assert.NotEqual(IoStatus.Success, await VmDisk.ClearAsync(disk, CancellationToken.None));
    }

    [Fact]
    public async Task Interrupted_rewrite_leaves_the_old_or_the_new_header()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        DiskHeader old = (await VmDisk.ReadAsync(disk, CancellationToken.None)).Header!;
        for (int place = 0; place < 2; place++)
        {
            for (int seed = 0; seed < 20; seed++)
            {
                CrashDisk torn = disk.Copy(new Power(place, seed));
                await VmDisk.WriteHeaderAsync(torn, old with { HostId = "new", Udid = "new" }, CancellationToken.None);
                CrashDisk after = torn.Copy();
                DiskHeaderReading reading = await VmDisk.ReadAsync(after, CancellationToken.None);
                Assert.Contains(reading.Header!.HostId, new[] { "", "new" });
                if (place == 1)
                {
                    Assert.Equal("new", reading.Header.HostId);
                }

                // Whatever was left, the next rewrite is safe again.
                var power = new Power(0, seed + 1);
                CrashDisk tornAgain = after.Copy(power);
                await VmDisk.WriteHeaderAsync(tornAgain, reading.Header with { HostId = "newer", Udid = "newer" },
                    CancellationToken.None);
                DiskHeaderReading last = await VmDisk.ReadAsync(tornAgain.Copy(), CancellationToken.None);
                Assert.Contains(last.Header!.HostId, new[] { reading.Header.HostId, "newer" });
            }
        }
    }

    [Fact]
    public async Task One_damaged_copy_of_the_header_does_not_matter()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        foreach (long copy in new[] { PrivateRegion.HeaderPrimary, PrivateRegion.HeaderBackup })
        {
            CrashDisk damaged = disk.Copy();
            damaged[PrivateRegion.DiskOffset + copy + 0x60] ^= 1;
            Assert.Equal(ReadStatus.Valid, (await VmDisk.ReadAsync(damaged, CancellationToken.None)).Status);
        }

        disk[PrivateRegion.DiskOffset + PrivateRegion.HeaderPrimary + 0x60] ^= 1;
        disk[PrivateRegion.DiskOffset + PrivateRegion.HeaderBackup + 0x60] ^= 1;
        Assert.Equal(ReadStatus.BadChecksum, (await VmDisk.ReadAsync(disk, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Initialising_again_gives_a_free_disk_with_a_new_identity()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        await group.CreateAsync(disks);
        VmDiskOptions options = new()
        {
            DeviceName = "emc0_1",
            DiskId = "2.2.h",
            PrivateLength = TestGroup.PrivateLength,
        };
        Assert.True((await VmDisk.InitializeAsync(disks[0], options, group.Engine, CancellationToken.None)).IsDone);
        DiskHeader header = (await VmDisk.ReadAsync(disks[0], CancellationToken.None)).Header!;
        Assert.Equal(("2.2.h", ""), (header.DiskId, header.GroupId));
    }
}
