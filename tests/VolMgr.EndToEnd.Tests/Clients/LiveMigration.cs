using System.Runtime.Versioning;
using System.Text.Json;

namespace VolMgr.EndToEnd.Tests.Clients;

/// <summary>
/// A full migration under a client: the copy crawls until the client has done a first round of its work, then runs at
/// full speed; the client goes on through the switch and the removal of the old plex until all is over.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LiveMigration
{
    private const string CrawlMs = "1000";
    private readonly LiveLab lab;
    private readonly Task<string> waiting;

    private LiveMigration(LiveLab lab, Task<string> waiting)
    {
        this.lab = lab;
        this.waiting = waiting;
    }

    /// <summary>Whether the command that waits for the migration has come back.</summary>
    public bool HasEnded => waiting.IsCompleted;

    /// <summary>
    /// Repeats a client's work while the volume moves to the new array: at least one round lies wholly inside the
    /// copy, and the rounds go on until after the end. Returns how many rounds there were.
    /// </summary>
    public static async Task<int> RunUnderAsync(LiveLab lab, Func<int, Task> round)
    {
        LiveMigration migration = await BeginAsync(lab);
        await round(0);
        await migration.AssertIsCopyingAsync();
        await migration.HurryAsync();
        int rounds = 1;
        bool hasEnded;
        do
        {
            hasEnded = migration.HasEnded;
            await round(rounds);
            rounds++;
        }
        while (!hasEnded);
        await migration.EndAsync();
        return rounds;
    }

    /// <summary>Starts the migration and waits until data is being copied.</summary>
    /// <param name="lab">The lab with the volume on its old array.</param>
    /// <param name="isCrashExpected">Nobody is to wait for the end: there will be none.</param>
    public static async Task<LiveMigration> BeginAsync(LiveLab lab, bool isCrashExpected = false)
    {
        await lab.ExpectAsync(
            "migrate", "--group", LiveLab.Group, "--to", "pure0", "--slow", CrawlMs, "--background");
        LiveMigration migration = new(
            lab, isCrashExpected ? Task.FromResult("") : lab.ExpectAsync("migrate", "wait"));
        for (int look = 0; look < 200 && !await migration.IsCopyingAsync(); look++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await migration.AssertIsCopyingAsync();
        return migration;
    }

    /// <summary>The client's work so far happened while the copy ran.</summary>
    public async Task AssertIsCopyingAsync() => Assert.True(
        await IsCopyingAsync(),
        "the copy does not run under the client: " + await lab.ExpectAsync("migrate", "status"));

    /// <summary>Lets the copy run at full speed.</summary>
    public Task<string> HurryAsync() => lab.ExpectAsync("vxtask", "set", "slow=0", $"mig-{LiveLab.Volume}");

    /// <summary>The migration succeeded and nothing is left on the old array.</summary>
    public async Task EndAsync()
    {
        await waiting;
        using JsonDocument status = JsonDocument.Parse(await lab.ExpectAsync("migrate", "status", "--json"));
        Assert.Equal("Done", status.RootElement.GetProperty("state").GetString());
        Assert.True(status.RootElement.GetProperty("bytesCopied").GetInt64() > 0);
        string listing = await lab.ExpectAsync("vxprint", "-g", LiveLab.Group, "-ht");
        Assert.DoesNotContain("emc0", listing, StringComparison.Ordinal);
        Assert.Contains("pure0", listing, StringComparison.Ordinal);
    }

    private async Task<bool> IsCopyingAsync() =>
        (await lab.ExpectAsync("vxtask", "list")).Contains("PLXATT", StringComparison.Ordinal);
}
