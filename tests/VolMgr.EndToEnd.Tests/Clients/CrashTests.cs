using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// The owner is killed while a client writes with FUA and flush; the client keeps a ledger of what was flushed in a
/// file of its own.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed partial class CrashTests
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// By turns on a mirrored volume at rest and while a plex is being attached. After each restart every block holds
    /// what was flushed or something newer, repeated reads agree, the volume is a mirror again, its plexes are equal.
    /// </summary>
    [Fact]
    public async Task Killing_the_owner_under_a_writing_client_loses_nothing_flushed_and_plexes_agree()
    {
        Tools.FindPythonWithNbd();
        int rounds = Volmgr.IsLongTier ? 50 : 3;
        await using LiveLab lab = LiveLab.Bare();
        await lab.SetUpMirrorAsync();
        Random random = new(20260703);
        for (int round = 0; round < rounds; round++)
        {
            bool isAttaching = round % 2 == 1;
            if (isAttaching)
            {
                await lab.AttachPlexSlowlyAsync();
            }

            await CrashUnderWriterAsync(lab, round, 200 + random.Next(900), async () =>
            {
                string tasks = await lab.ExpectAsync("vxtask", "list");
                Assert.Equal(isAttaching, tasks.Contains("ATCOPY", StringComparison.Ordinal));
                await lab.CrashAsync();
            });
            await lab.HurryTasksAsync();
            await lab.WaitForTasksAsync();
            Assert.Equal(2, await lab.CountActivePlexesAsync());
            await lab.ExpectAsync("verify");
        }

        Report.Say($"crash: {rounds} times the owner was killed under a writing client, nothing flushed was lost");
    }

    /// <summary>
    /// The volume moves between the arrays, there and back, and at a random moment of each move the owner is killed:
    /// before the copy, in it, under the verification, between the switch and the removal of the old disks.
    /// </summary>
    [Fact]
    public async Task Killing_the_owner_at_any_moment_of_a_migration_under_a_writing_client_loses_nothing_flushed()
    {
        Tools.FindPythonWithNbd();
        int rounds = Volmgr.IsLongTier ? 30 : 3;
        await using LiveLab lab = LiveLab.Bare();
        await lab.ExpectAsync("lab", "create", lab.Lab, "--luns", "1", "--lun-size", "128m");
        await lab.MakeGroupAsync(16);
        await lab.ServeAsync();
        Random random = new(20260705);
        string target = "pure0";
        SortedDictionary<string, int> states = new(StringComparer.Ordinal);
        for (int round = 0; round < rounds; round++)
        {
            await CrashUnderWriterAsync(lab, round, random.Next(300), async () =>
            {
                string slow = $"{random.Next(20, 100)}"; // the copy ends before the kill, or it does not
                await lab.ExpectAsync(
                    "migrate", "--group", LiveLab.Group, "--to", target, "--slow", slow, "--background");
                await Task.Delay(random.Next(1200), TestContext.Current.CancellationToken);
                await lab.CrashAsync();
            });
            string state = await MigrationStateAsync(lab);
            states[state] = states.GetValueOrDefault(state) + 1;
            if (state != "Done")
            {
                await lab.ExpectAsync("migrate", "resume");
                Assert.Equal("Done", await MigrationStateAsync(lab));
            }

            string listing = await lab.ExpectAsync("vxprint", "-g", LiveLab.Group, "-ht");
            string source = target == "pure0" ? "emc0" : "pure0";
            Assert.DoesNotContain(source, listing, StringComparison.Ordinal);
            Assert.Equal(1, await lab.CountActivePlexesAsync());
            target = source;
        }

        Report.Say($"crash: {rounds} migrations under a writing client were cut by a kill of the owner in "
            + string.Join(", ", states.Select(item => $"{item.Key} ({item.Value})"))
            + " and resumed, nothing flushed was lost");
    }

    private static async Task<string> MigrationStateAsync(LiveLab lab)
    {
        using JsonDocument status = JsonDocument.Parse(await lab.ExpectAsync("migrate", "status", "--json"));
        return status.RootElement.GetProperty("state").GetString() ?? "";
    }

    /// <summary>
    /// Lets the writer write for a while, crashes, serves again and checks; tells how many blocks lost a write that
    /// was acknowledged and not flushed.
    /// </summary>
    internal static async Task<int> CrashUnderWriterAsync(LiveLab lab, int seed, int delayMs, Func<Task> crash)
    {
        string python = Tools.FindPythonWithNbd();
        string script = Path.Combine(Tools.Scripts, "flush_ledger.py");
        string ledger = Path.Combine(lab.Root, "ledger");
        await using ClientProcess writer = ClientProcess.Start(python, script, "write", lab.Uri, ledger, $"{seed}");
        await writer.WaitForAsync("flushing", patience);
        await Task.Delay(delayMs, TestContext.Current.CancellationToken);
        Assert.False(writer.HasEnded, $"round {seed}: {writer.Heard}");
        await crash();
        await writer.EndAsync(patience);
        await lab.ServeAsync();
        string said = await ClientProcess.RunAsync(python, script, "check", lab.Uri, ledger);
        TestContext.Current.TestOutputHelper?.WriteLine($"round {seed}: {writer.Heard.Trim()}; {said.Trim()}");
        Assert.Contains("cut after", writer.Heard, StringComparison.Ordinal);
        return int.Parse(LostBlocks().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"blocks written, (\d+) lost a write")]
    private static partial Regex LostBlocks();
}
