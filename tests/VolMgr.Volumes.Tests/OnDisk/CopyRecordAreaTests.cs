using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

public sealed class CopyRecordAreaTests
{
    private readonly TestGroup group = new();

    [Fact]
    public async Task Newest_record_of_each_plex_is_found_again()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        var area = new CopyRecordArea(disk, header);
        for (int round = 1; round <= 3; round++)
        {
            foreach (int plex in new[] { 1, 2, 3 })
            {
                Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(plex, round * 512),
                    CancellationToken.None));
            }
        }

        Assert.Equal(IoStatus.Success, await area.ClearAsync(new RecordId(2), CancellationToken.None));
        var again = new CopyRecordArea(disk, header);
        Assert.Equal(1536, (await again.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier);
        Assert.Null(await again.ReadAsync(new RecordId(2), CancellationToken.None));
        Assert.Equal(1536, (await again.ReadAsync(new RecordId(3), CancellationToken.None))!.Frontier);
        Assert.Null(await again.ReadAsync(new RecordId(4), CancellationToken.None));
    }

    [Fact]
    public async Task Seventeenth_plex_finds_no_space_until_another_is_done()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        var area = new CopyRecordArea(disk, header);
        IoStatus[] statuses = await Task.WhenAll(
            Enumerable.Range(1, 17).Select(plex => area.WriteAsync(Record(plex, 0), CancellationToken.None)));
        Assert.Equal(16, statuses.Count(status => status == IoStatus.Success));
        Assert.Equal(IoStatus.NoSpace, statuses[16]);
        await area.ClearAsync(new RecordId(5), CancellationToken.None);
        Assert.Equal(IoStatus.Success, await area.WriteAsync(Record(17, 0), CancellationToken.None));
    }

    [Fact]
    public async Task Torn_write_leaves_the_record_before_it()
    {
        (CrashDisk disk, DiskHeader header) = await DiskAsync();
        for (int seed = 0; seed < 50; seed++)
        {
            CrashDisk torn = disk.Copy(new Power(failAtWrite: 2, seed));
            var area = new CopyRecordArea(torn, header);
            await area.WriteAsync(Record(1, 512), CancellationToken.None);
            await area.WriteAsync(Record(1, 1024), CancellationToken.None);
            Assert.NotEqual(IoStatus.Success, await area.WriteAsync(Record(1, 1536), CancellationToken.None));
            var again = new CopyRecordArea(torn.Copy(), header);
            Assert.Contains((await again.ReadAsync(new RecordId(1), CancellationToken.None))!.Frontier,
                new long[] { 1024, 1536 });
        }
    }

    [Fact]
    public async Task Slots_do_not_touch_the_configuration()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        await group.CreateAsync(disks);
        DiskHeader header = (await TestGroup.ScanAsync(disks, inGroup: true))[0].Header;
        var area = new CopyRecordArea(disks[0], header);
        for (int plex = 1; plex <= 16; plex++)
        {
            await area.WriteAsync(Record(plex, 0), CancellationToken.None);
            await area.WriteAsync(Record(plex, 512), CancellationToken.None);
        }

        ConfigurationStore store = await group.ImportAsync(disks);
        for (int round = 0; round < 200; round++)
        {
            await store.CommitAsync(current => TestGroup.Comment(current, $"{round}"));
        }

        var again = new CopyRecordArea(disks[0], header);
        Assert.Equal(512, (await again.ReadAsync(new RecordId(16), CancellationToken.None))!.Frontier);
    }

    private async Task<(CrashDisk Disk, DiskHeader Header)> DiskAsync()
    {
        CrashDisk disk = await group.InitializeOneAsync(1);
        GroupDisk found = (await TestGroup.ScanAsync([disk], inGroup: false))[0];
        return (disk, found.Header with { GroupId = TestGroup.GroupId });
    }

    private static CopyRecord Record(int plex, long frontier) => new()
    {
        PlexId = new RecordId(plex),
        PlexGeneration = 1,
        VolumeLength = 1 << 20,
        Frontier = frontier,
    };
}
