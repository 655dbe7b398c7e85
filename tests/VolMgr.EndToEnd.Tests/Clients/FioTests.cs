using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>fio with verification on a volume through a migration and the detach of the old plex.</summary>
[SupportedOSPlatform("linux")]
public sealed class FioTests
{
    /// <summary>No request of an application may hang longer than this, on any machine.</summary>
    private static readonly TimeSpan longestGapMax = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Random writes of 4 KiB, each verified by checksum, from the beginning of the copy to after the end of the
    /// migration: no error, and the longest time that one request took is told.
    /// </summary>
    [Fact]
    public async Task Fio_verifies_random_writes_through_a_migration_without_an_error()
    {
        Tools.Find("fio");
        int seconds = Volmgr.IsLongTier ? 40 : 6;
        await using LiveLab lab = await LiveLab.StartAsync();
        long writes = 0, reads = 0;
        double longestMs = 0;
        int rounds = await LiveMigration.RunUnderAsync(lab, async _ =>
        {
            string said = await RunFioAsync(lab, seconds);
            using JsonDocument report = JsonDocument.Parse(said[said.IndexOf('{', StringComparison.Ordinal)..]);
            foreach (JsonElement job in report.RootElement.GetProperty("jobs").EnumerateArray())
            {
                Assert.Equal(0, job.GetProperty("error").GetInt32());
                writes += job.GetProperty("write").GetProperty("total_ios").GetInt64();
                reads += job.GetProperty("read").GetProperty("total_ios").GetInt64();
                foreach (string direction in new[] { "read", "write" })
                {
                    double ns = job.GetProperty(direction).GetProperty("lat_ns").GetProperty("max").GetDouble();
                    longestMs = Math.Max(longestMs, ns / 1e6);
                }
            }
        });

        Assert.True(writes > 1000, $"only {writes} writes");
        Assert.True(reads > 1000, $"only {reads} verifying reads");
        Assert.InRange(longestMs, 0, longestGapMax.TotalMilliseconds);
        string gap = longestMs.ToString("0.0", CultureInfo.InvariantCulture);
        Report.Say($"fio: {writes} random writes of 4 KiB and {reads} verified reads in {rounds * seconds} s "
            + $"through a migration, 0 errors, longest gap {gap} ms");
    }

    private static Task<string> RunFioAsync(LiveLab lab, int seconds) => ClientProcess.RunAsync(
        Tools.Find("fio"),
        "--name=verified", "--ioengine=nbd", $"--uri={lab.Uri}", "--rw=randwrite", "--bs=4k", "--size=12m",
        "--verify=crc32c", "--verify_fatal=1", "--do_verify=1", "--verify_backlog=512", "--iodepth=8",
        "--fsync=256", "--time_based", $"--runtime={seconds}", "--randrepeat=1", "--output-format=json");
}
