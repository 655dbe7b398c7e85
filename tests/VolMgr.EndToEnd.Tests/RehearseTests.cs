using System.Diagnostics;
using System.Text.Json;

namespace VolMgr.EndToEnd.Tests;

/// <summary>The main job, as a user runs it, small.</summary>
public sealed class RehearseTests
{
    private static readonly string[] Small = ["rehearse", "--json", "--size", "64m", "--volumes", "3"];

    [Fact]
    public async Task Rehearsal_migrates_all_layouts_under_verified_io_and_passes_every_check()
    {
        await using LabFolder folder = new();
        Ended ended = await Volmgr.RunAsync(null, [.. Small, "--lab", folder.Lab, "--seed", "7"]);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        using JsonDocument report = JsonDocument.Parse(ended.Output);
        JsonElement root = report.RootElement;
        Assert.Equal("pass", root.GetProperty("result").GetString());
        Assert.Equal(0, root.GetProperty("oldArrayReferences").GetInt32());
        Assert.True(root.GetProperty("bytesCopied").GetInt64() > 0);
        Assert.True(root.GetProperty("bytesSkipped").GetInt64() > 0);
        Assert.True(root.GetProperty("operations").GetInt64() > 0);
        Assert.True(root.GetProperty("checks").GetArrayLength() >= 9);
        Assert.True(root.GetProperty("latency").GetProperty("during").GetProperty("p99Us").GetInt64() > 0);
    }

    [Fact]
    public async Task Killing_the_owner_at_any_moment_of_a_rehearsal_loses_nothing_flushed()
    {
        int rounds = Volmgr.IsLongTier ? 20 : 2;
        int crashesSeen = 0;
        Random random = new(20260101);
        for (int round = 0; round < rounds; round++)
        {
            await using LabFolder folder = new();
            int delayMs = 1500 + random.Next(9000);
            Process rehearsal = Volmgr.Start(
                Volmgr.ExecutablePath, null, [.. Small, "--lab", folder.Lab, "--seed", $"{round}"]);
            Task<Ended> ending = Volmgr.EndAsync(rehearsal);
            await WaitForVolumesAsync(folder, ending);
            await Task.WhenAny(ending, Task.Delay(delayMs, TestContext.Current.CancellationToken));
            bool isKilled = !ending.IsCompleted && folder.KillOwner();
            Ended ended = await ending;
            rehearsal.Dispose();
            Assert.True(ended.ExitCode == 0, $"round {round}, killed {isKilled} after {delayMs} ms: {ended}");
            Assert.True(isKilled, $"round {round} ended before {delayMs} ms");
            using JsonDocument report = JsonDocument.Parse(ended.Output);
            Assert.InRange(report.RootElement.GetProperty("hostCrashes").GetInt32(), 0, 1);
            crashesSeen += report.RootElement.GetProperty("hostCrashes").GetInt32();
        }

        Assert.True(crashesSeen > 0, "no kill hit the application");
    }

    [Fact]
    public async Task A_host_that_crashes_again_and_again_loses_nothing_flushed()
    {
        await using LabFolder folder = new();
        Process rehearsal = Volmgr.Start(
            Volmgr.ExecutablePath, null, [.. Small, "--lab", folder.Lab, "--seed", "11"]);
        Task<Ended> ending = Volmgr.EndAsync(rehearsal);
        await WaitForVolumesAsync(folder, ending);
        for (int kill = 0; kill < 6 && !ending.IsCompleted; kill++)
        {
            await Task.WhenAny(ending, Task.Delay(1900, TestContext.Current.CancellationToken));
            folder.KillOwner();
        }

        Ended ended = await ending;
        rehearsal.Dispose();
        Assert.True(ended.ExitCode == 0, ended.ToString());
        using JsonDocument report = JsonDocument.Parse(ended.Output);
        Assert.InRange(report.RootElement.GetProperty("hostCrashes").GetInt32(), 2, 6);
    }

    /// <summary>The command that begins the migration boots the host then, and its volumes are being recovered.
    /// </summary>
    [Fact]
    public async Task A_host_that_crashes_just_before_the_migration_begins_is_recovered_first()
    {
        await using LabFolder folder = new();
        using Process rehearsal = Volmgr.Start(
            Volmgr.ExecutablePath, null, [.. Small, "--lab", folder.Lab, "--seed", "12"]);
        string? line = "";
        while (line?.Contains("- migrate", StringComparison.Ordinal) == false)
        {
            line = await rehearsal.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(folder.KillOwner());
        Ended ended = await Volmgr.EndAsync(rehearsal);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        using JsonDocument report = JsonDocument.Parse(ended.Output);
        Assert.Equal(1, report.RootElement.GetProperty("hostCrashes").GetInt32());
    }

    /// <summary>Before the application runs there is nothing that could be lost: the kill comes after that.</summary>
    private static async Task WaitForVolumesAsync(LabFolder folder, Task<Ended> ending)
    {
        string ledger = Path.Combine(folder.Lab, "rehearse", "vol03.ledger");
        while (!ending.IsCompleted && !File.Exists(ledger))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
