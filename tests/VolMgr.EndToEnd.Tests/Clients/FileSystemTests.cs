using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>File systems and databases on a volume that moves to another array meanwhile.</summary>
[SupportedOSPlatform("linux")]
public sealed class FileSystemTests
{
    private const int FilesKept = 8;

    [Theory]
    [InlineData("ext4", 48)]
    [InlineData("xfs", 320)]
    public async Task A_file_system_stays_sound_through_a_migration(string kind, int volumeMebibytes)
    {
        await MountedVolume.RequireAsync(kind);
        await using LiveLab lab = LiveLab.Bare();
        // Data at the beginning only: the smallest xfs is larger than what needs to be copied.
        await lab.SetUpAsync(volumeMebibytes, await lab.MakeRandomImageAsync(40));
        await using MountedVolume volume = await MountedVolume.StartAsync(lab, kind);
        Dictionary<string, string> sums = [];
        int rounds = await LiveMigration.RunUnderAsync(lab, async round =>
        {
            for (int number = 0; number < 4; number++)
            {
                int seed = (round * 4) + number;
                string path = Path.Combine(volume.Folder, $"dir{round % 3}", $"file{seed % FilesKept}");
                sums[path] = await WriteDurablyAsync(path, seed);
            }

            foreach ((string path, string sum) in sums)
            {
                Assert.True(sum == await ReadFromDiskAsync(path), $"round {round}: {path} has changed");
            }
        });

        await volume.UnmountAndCheckAsync();
        Report.Say($"{kind}: {rounds} rounds of files during a migration, checked sound");
    }

    [Fact]
    public async Task A_sqlite_database_keeps_its_sums_through_a_migration()
    {
        await MountedVolume.RequireAsync("ext4");
        string sqlite = Tools.Find("sqlite3");
        await using LiveLab lab = await LiveLab.StartAsync(48);
        await using MountedVolume volume = await MountedVolume.StartAsync(lab, "ext4");
        string database = Path.Combine(volume.Folder, "bank.db");
        await ClientProcess.RunAsync(
            sqlite, database,
            "PRAGMA journal_mode=WAL; CREATE TABLE account(id INTEGER PRIMARY KEY, balance INTEGER, note TEXT);"
            + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000)"
            + "INSERT INTO account SELECT i, 1000, hex(randomblob(100)) FROM n; CREATE INDEX notes ON account(note);");
        int rounds = await LiveMigration.RunUnderAsync(lab, async round =>
        {
            string transfers = string.Concat(Enumerable.Range(0, 50).Select(number =>
                "BEGIN; UPDATE account SET balance=balance-7, note=hex(randomblob(100)) WHERE id="
                + $"{1 + (((round * 50) + number) * 37 % 2000)}; UPDATE account SET balance=balance+7 WHERE id="
                + $"{1 + (((round * 50) + number) * 101 % 2000)}; COMMIT;"));
            string said = await ClientProcess.RunAsync(
                sqlite, "-bail", database,
                $"PRAGMA synchronous=FULL; {transfers} SELECT 'sum', sum(balance) FROM account;");
            Assert.Contains("sum|2000000", said, StringComparison.Ordinal);
        });

        string check = await ClientProcess.RunAsync(
            sqlite, database, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA integrity_check;");
        Assert.EndsWith("ok\n", check, StringComparison.Ordinal);
        await volume.UnmountAndCheckAsync();
        Report.Say($"sqlite: {rounds * 50} transactions during a migration, integrity_check ok");
    }

    [Fact]
    public async Task A_postgresql_cluster_stays_sound_through_a_migration()
    {
        await MountedVolume.RequireAsync("ext4");
        PostgresServer.Require();
        await using LiveLab lab = LiveLab.Bare();
        await lab.SetUpAsync(256, await lab.MakeRandomImageAsync(64));
        await using MountedVolume volume = await MountedVolume.StartAsync(lab, "ext4");
        await using PostgresServer postgres = await PostgresServer.StartAsync(lab.Root, volume.Folder);
        await postgres.BenchAsync("-i", "-s", "1", "-q");
        int seconds = Volmgr.IsLongTier ? 10 : 3;
        long transactions = 0;
        await LiveMigration.RunUnderAsync(lab, async _ =>
            transactions += await postgres.BenchAsync("-T", $"{seconds}", "-c", "4", "-j", "2"));

        Assert.True(transactions > 0, "no transaction was committed");
        await postgres.CheckAsync();
        await postgres.StopAsync();
        await postgres.CheckChecksumsAsync();
        await volume.UnmountAndCheckAsync();
        Report.Say($"postgresql: {transactions} transactions during a migration, amcheck and checksums sound");
    }

    private static async Task<string> WriteDurablyAsync(string path, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] data = new byte[(64 << 10) + (seed * 7919 % (512 << 10))];
        new Random(seed).NextBytes(data);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        await RandomAccess.WriteAsync(file, data, 0, TestContext.Current.CancellationToken);
        RandomAccess.FlushToDisk(file);
        return Convert.ToHexStringLower(SHA256.HashData(data));
    }

    /// <summary>Past the page cache: what the volume holds.</summary>
    private static async Task<string> ReadFromDiskAsync(string path) => (await ClientProcess.RunAsync(
        "sh", "-c", "dd if=\"$1\" iflag=direct bs=64k status=none | sha256sum", "sh", path))[..64];
}
