using System.Runtime.Versioning;
using System.Text.Json;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>The tools of libnbd on a volume that moves to another array meanwhile.</summary>
[SupportedOSPlatform("linux")]
public sealed class NbdToolTests
{
    private const string Resync = "x-volmgr:resync";
    private const int VolumeMebibytes = 48;

    [Fact]
    public async Task Nbdinfo_tells_exports_and_extents_and_shows_the_resync_moving()
    {
        Tools.Find("nbdinfo");
        await using LiveLab lab = await LiveLab.StartAsync(VolumeMebibytes);
        long states = 0;
        int rounds = await LiveMigration.RunUnderAsync(lab, async _ =>
        {
            using JsonDocument list = await InfoAsync("--list", $"nbd+unix:///?socket={lab.Socket}");
            AssertExport(list.RootElement.GetProperty("exports").EnumerateArray().Single());
            using JsonDocument one = await InfoAsync(lab.Uri);
            AssertExport(one.RootElement.GetProperty("exports").EnumerateArray().Single());
            using JsonDocument allocation = await InfoAsync("--map=base:allocation", lab.Uri);
            Assert.Equal(0, Assert.Single(MapOf(allocation)).Type);
            using JsonDocument resync = await InfoAsync($"--map={Resync}", lab.Uri);
            foreach ((long Length, long Type) extent in MapOf(resync))
            {
                states |= 1L << (int)extent.Type;
            }
        });

        Assert.True((states & 0b110) != 0, "no extent was ever seen dirty or being copied");
        Assert.True((states & ~0b111) == 0, $"unknown flags: {states:b}");
        using JsonDocument after = await InfoAsync($"--map={Resync}", lab.Uri);
        Assert.Equal(0, Assert.Single(MapOf(after)).Type);
        Report.Say($"nbdinfo: {rounds} rounds during a migration");
    }

    [Fact]
    public async Task Nbdcopy_writes_and_reads_whole_volumes_through_a_migration()
    {
        string nbdcopy = Tools.Find("nbdcopy");
        await using LiveLab lab = await LiveLab.StartAsync(VolumeMebibytes);
        string image = Path.Combine(lab.Root, "in.img");
        string copy = Path.Combine(lab.Root, "out.img");
        byte[] data = new byte[VolumeMebibytes << 20];
        int rounds = await LiveMigration.RunUnderAsync(lab, async round =>
        {
            new Random(round).NextBytes(data.AsSpan(0, 12 << 20));
            data.AsSpan(20 << 20, 4 << 20).Clear();
            await File.WriteAllBytesAsync(image, data, TestContext.Current.CancellationToken);
            await ClientProcess.RunAsync(nbdcopy, "--flush", "--connections=4", image, lab.Uri);
            await ClientProcess.RunAsync(nbdcopy, "--connections=4", lab.Uri, copy);
            byte[] read = await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken);
            Assert.True(data.AsSpan().SequenceEqual(read), $"round {round}: what was read is not what was written");
        });
        Report.Say($"nbdcopy: {rounds} whole copies in and out during a migration");
    }

    /// <summary>
    /// Four connections with many requests in flight each: writes, zeroes, trims and unaligned reads against a model,
    /// flags and extents too. The script ends with an error at the first difference.
    /// </summary>
    [Fact]
    public async Task Libnbd_reads_what_it_wrote_by_every_command_through_a_migration()
    {
        string python = Tools.FindPythonWithNbd();
        await using LiveLab lab = await LiveLab.StartAsync(VolumeMebibytes);
        string script = Path.Combine(Tools.Scripts, "random_commands.py");
        long commands = 0;
        int rounds = await LiveMigration.RunUnderAsync(lab, async round =>
        {
            string answer = await ClientProcess.RunAsync(python, script, lab.Uri, $"{round}", "1500");
            commands += long.Parse(answer, System.Globalization.CultureInfo.InvariantCulture);
        });
        Assert.True(commands >= rounds * 1500L, $"only {commands} commands in {rounds} rounds");
        Report.Say($"libnbd: {commands} commands on four connections during a migration");
    }

    private static void AssertExport(JsonElement export)
    {
        Assert.Equal($"{LiveLab.Group}/{LiveLab.Volume}", export.GetProperty("export-name").GetString());
        Assert.Equal((long)VolumeMebibytes << 20, export.GetProperty("export-size").GetInt64());
        Assert.False(export.GetProperty("is_read_only").GetBoolean());
        foreach (string ability in new[] { "can_flush", "can_fua", "can_trim", "can_zero", "can_multi_conn" })
        {
            Assert.True(export.GetProperty(ability).GetBoolean(), ability);
        }

        string?[] contexts = [.. export.GetProperty("contexts").EnumerateArray().Select(item => item.GetString())];
        Assert.Contains("base:allocation", contexts);
        Assert.Contains(Resync, contexts);
    }

    private static async Task<JsonDocument> InfoAsync(params string[] arguments) =>
        JsonDocument.Parse(await ClientProcess.RunAsync(Tools.Find("nbdinfo"), ["--json", .. arguments]));

    /// <summary>The extents of a map, checked to cover the volume without gap.</summary>
    private static List<(long Length, long Type)> MapOf(JsonDocument map)
    {
        List<(long Length, long Type)> extents = [];
        long end = 0;
        foreach (JsonElement extent in map.RootElement.EnumerateArray())
        {
            Assert.Equal(end, extent.GetProperty("offset").GetInt64());
            long length = extent.GetProperty("length").GetInt64();
            extents.Add((length, extent.GetProperty("type").GetInt64()));
            end += length;
        }

        Assert.Equal((long)VolumeMebibytes << 20, end);
        return extents;
    }
}
