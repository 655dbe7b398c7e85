namespace VolMgr.Commands.Tests.Running;

/// <summary>Command lines that nobody would type: every one is answered, none throws, and the records stay
/// sound.</summary>
public sealed class FuzzedLineTests
{
    private static readonly string[] Words =
    [
        "datadg", "vol01", "vol01-01", "datadg01", "datadg02-01", "datadg03", "emc0_01f4", "emc0_01f7", "pure0_0012",
        "nowhere", "10m", "1", "0", "-1", "4096", "99999999999999999999", "all", "mirror", "log", "volume", "sd",
        "plex", "vol", "!datadg01", "enclr:pure0", "layout=stripe", "ncol=2", "ncol=0", "nmirror=3", "alloc=",
        "len=5m", "=", "",
        "a=b=c", "comment=x", "sd=a,b:0/0", "plex=vol01-01", "tutil0", "clean", "active", "zero", "empty", "prefer",
        "datadg01,0,8192", "x", "x:1/2", "cds=on", "spare=on", "list", "-", "--", "%name", "v_name=vol01", "wave=1",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_random_command_line_is_answered(int seed)
    {
        await using CommandLab lab = await CommandLab.PopulatedAsync();
        Random random = new(seed);
        CommandDefinition[] all = [.. CommandCatalogue.All.Where(definition => definition.Name != "vxnotify")];
        for (int round = 0; round < 400; round++)
        {
            CommandDefinition definition = all[random.Next(all.Length)];
            string[] line = [definition.Name, .. Arguments(definition, random)];
            Task<CommandResult> run = lab.RunAsync(line);
            Task first = await Task.WhenAny(run, Task.Delay(20_000, TestContext.Current.CancellationToken));
            Assert.True(first == run, $"it ends: {string.Join(' ', line)}");
            CommandResult result = await run;
            Assert.True(result.Code == 0 || result.Error.Length > 0, string.Join(' ', line));
            await lab.IdleAsync();
        }

        Assert.All(
            lab.Host.Groups, group => Assert.Empty(Volumes.Configuration.ConfigurationChecks.Validate(group.Current)));
    }

    private static IEnumerable<string> Arguments(CommandDefinition definition, Random random)
    {
        string letters = definition.Table.Known + definition.Table.Refused + "gq";
        bool isFirst = true;
        for (int count = random.Next(7); count > 0; count--)
        {
            int kind = random.Next(10);
            if (kind < 3)
            {
                yield return "-" + letters[random.Next(letters.Length)];
            }
            else if (kind == 3)
            {
                yield return "-gdatadg";
            }
            else if (isFirst && kind < 8)
            {
                isFirst = false;
                yield return definition.Verbs[random.Next(definition.Verbs.Count)].Keyword;
            }
            else
            {
                yield return Words[random.Next(Words.Length)];
            }
        }
    }
}
