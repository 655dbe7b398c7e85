using System.Runtime.Versioning;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// The owner is killed while a client writes with FUA and flush; the client keeps a ledger of what was flushed in a
/// file of its own.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class CrashTests
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// By turns on a mirrored volume at rest and while a plex is being attached. After each restart every block holds
    /// what was flushed or something newer, repeated reads agree, the volume is a mirror again and its plexes are equal.
    /// </summary>
    [Fact]
    public async Task Killing_the_owner_under_a_writing_client_loses_nothing_flushed_and_plexes_agree()
    {
        Tools.FindPythonWithNbd();
        int rounds = Volmgr.IsLongTier ? 50 : 3;
        await using LiveLab lab = LiveLab.Bare();
        await lab.SetUpMirrorAsync();
        Random random = new(20260703);
        int cut = 0;
        for (int round = 0; round < rounds; round++)
        {
            bool isAttaching = round % 2 == 1;
            if (isAttaching)
            {
                await lab.AttachPlexSlowlyAsync();
            }

            bool isCut = await CrashUnderWriterAsync(lab, round, 200 + random.Next(900), async () =>
            {
                string tasks = await lab.ExpectAsync("vxtask", "list");
                Assert.Equal(isAttaching, tasks.Contains("ATCOPY", StringComparison.Ordinal));
                await lab.CrashAsync();
            });
            cut += isCut ? 1 : 0;
            await lab.HurryTasksAsync();
            await lab.WaitForTasksAsync();
            Assert.Equal(2, await lab.CountActivePlexesAsync());
            await lab.ExpectAsync("verify");
        }

        Assert.Equal(rounds, cut);
        Report.Say($"crash: {rounds} times the owner was killed under a writing client, nothing flushed was lost");
    }

    /// <summary>Lets the writer write for a while, crashes, serves again, checks; tells whether it was cut.</summary>
    internal static async Task<bool> CrashUnderWriterAsync(LiveLab lab, int seed, int delayMs, Func<Task> crash)
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
        Assert.Contains("blocks written", said, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine($"round {seed}: {writer.Heard.Trim()}; {said.Trim()}");
        return writer.Heard.Contains("cut after", StringComparison.Ordinal);
    }
}
