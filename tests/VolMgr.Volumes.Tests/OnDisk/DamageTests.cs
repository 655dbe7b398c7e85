using VolMgr.Blocks;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>The private region is damaged byte by byte: a refusal that says so, or a whole copy; never an exception,
/// and
/// with a second disk never an older configuration.</summary>
public sealed class DamageTests
{
    /// <summary>Every n-th byte; each one with VOLMGR_TEST_TIER=all.</summary>
    private static readonly int Stride = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all" ? 1 : 61;

    private readonly TestGroup group = new();

    [Fact]
    public async Task Flipped_byte_gives_a_refusal_or_a_whole_copy()
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(1);
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        await FlipAsync(disks, async damaged =>
        {
            Outcome<ConfigurationStore> import = await group.TryImportAsync(damaged);
            seen.Add(import.IsDone ? TestGroup.CommentOf(import.Value) : import.Refusal.MessageId ?? "");
        });

        // The torn end of a log and a damaged last entry look alike, so that the commit before the last may come back.
        Assert.Subset(
            new HashSet<string> { "V-5-1-10978", "before 3", "before 4" }, seen.ToHashSet());
        Assert.Contains("before 4", seen);
        Assert.Contains("V-5-1-10978", seen);
    }

    [Fact]
    public async Task Flipped_byte_on_one_of_three_disks_loses_nothing()
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(3);
        await FlipAsync(disks, async damaged =>
        {
            Outcome<ConfigurationStore> import = await group.TryImportAsync(damaged);
            Assert.Null(import.Refusal);
            Assert.Equal("before 4", TestGroup.CommentOf(import.Value));
        });
    }

    [Fact]
    public async Task Damaged_checkpoint_is_replaced_by_the_one_before_and_its_logs()
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(1);
        ConfigurationStore store = await group.CreateAsync(disks);
        for (int round = 0; round < 100; round++)
        {
            await store.CommitAsync(current => TestGroup.Comment(current, $"round {round}"));
        }

        DiskHeader header = (await TestGroup.ScanAsync(disks, inGroup: true))[0].Header;
        for (int half = 0; half < 2; half++)
        {
            CrashDisk damaged = disks[0].Copy();
            damaged[header.PrivateOffset + PrivateRegion.CheckpointHeaderOffset(half) + 0x100] ^= 1;
            Outcome<ConfigurationStore> import = await group.TryImportAsync([damaged]);
            Assert.Null(import.Refusal);
            Assert.Matches("^round [0-9]+$", TestGroup.CommentOf(import.Value));
        }
    }

    [Fact]
    public async Task Log_that_is_damaged_in_the_middle_is_refused_and_forced_to_what_is_before()
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(1);
        DiskHeader header = (await TestGroup.ScanAsync(disks, inGroup: true))[0].Header;
        long log = disks[0].UsedSectors.First(sector =>
            sector * 512 >= header.PrivateOffset + header.Region.LogOffset && disks[0][sector * 512] == (byte)'V');
        CrashDisk damaged = disks[0].Copy();
        damaged[(log * 512) + 0x18] ^= 1;
        Outcome<ConfigurationStore> import = await group.TryImportAsync([damaged]);
        Assert.Contains("no valid configuration copies", import.Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("-f", import.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal("", TestGroup.CommentOf(await group.ImportAsync([damaged], force: true)));
    }

    [Fact]
    public async Task Garbage_is_no_disk()
    {
        var random = new Random(3);
        for (int round = 0; round < 20; round++)
        {
            var disk = new CrashDisk(TestGroup.DiskLength);
            byte[] noise = new byte[PrivateRegion.MinimumLength];
            random.NextBytes(noise);
            await disk.WriteAsync(PrivateRegion.DiskOffset, noise, WriteFlags.ForceUnitAccess, CancellationToken.None);
            Assert.Equal(ReadStatus.NotOurs, (await VmDisk.ReadAsync(disk, CancellationToken.None)).Status);
        }
    }

    [Fact]
    public async Task Unreadable_copy_is_not_counted()
    {
        IReadOnlyList<CrashDisk> disks = await PreparedAsync(2);
        IReadOnlyList<GroupDisk> found = await TestGroup.ScanAsync(disks, inGroup: true);
        disks[1].Failure = IoStatus.MediaError;
        Outcome<ConfigurationStore> import = await ConfigurationStore.ImportAsync(
            found, new ImportOptions { HostId = TestGroup.Host, Group = "datadg" }, group.Engine);
        Assert.Equal("V-5-1-10978", import.Refusal!.MessageId);
    }

    private async Task<IReadOnlyList<CrashDisk>> PreparedAsync(int count)
    {
        IReadOnlyList<CrashDisk> disks = await group.InitializeAsync(count);
        ConfigurationStore store = await group.CreateAsync(disks);
        for (int commit = 0; commit < 5; commit++)
        {
            await store.CommitAsync(current => TestGroup.Comment(current, $"before {commit}"));
        }

        return disks;
    }

    /// <summary>Flips bytes of the written sectors of the first disk, one at a time.</summary>
    private static async Task FlipAsync(
        IReadOnlyList<CrashDisk> disks, Func<IReadOnlyList<CrashDisk>, Task> check)
    {
        List<long> bytes = [.. disks[0].UsedSectors.SelectMany(sector =>
            Enumerable.Range(0, 512).Select(index => (sector * 512) + index)).Where(offset => disks[0][offset] != 0)];
        for (int index = 0; index < bytes.Count; index += Stride)
        {
            List<CrashDisk> damaged = [.. disks.Select(disk => disk.Copy())];
            damaged[0][bytes[index]] ^= 0x55;
            await check(damaged);
        }
    }
}
