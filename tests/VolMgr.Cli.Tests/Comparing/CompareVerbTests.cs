using System.Text.Json;

namespace VolMgr.Cli.Tests.Comparing;

/// <summary>volmgr compare, as one types it; it needs no lab.</summary>
public sealed class CompareVerbTests
{
    private static readonly string[] Quick =
        ["compare", "--size", "8m", "--memory", "8m", "--mover", "domain-live,plex-mirror"];

    [Fact]
    public void The_movers_that_are_named_are_compared_and_the_page_is_written()
    {
        using var program = new TestProgram();
        ProgramResult result = program.Run([.. Quick, "--html", "page.html"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("The same guest through 2 movers", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("vmotion-tracking", result.Output, StringComparison.Ordinal);
        Assert.Contains("Result: pass (seed 1)", result.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "<!DOCTYPE html>", File.ReadAllText(Path.Combine(program.Folder, "page.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_options_give_an_equal_report()
    {
        using var program = new TestProgram();
        string[] options = [.. Quick, "--json", "--seed", "5", "--write-rate", "2m", "--dirty-rate", "1m"];
        ProgramResult first = program.Run(options);
        Assert.Equal(first.Output, program.Run(options).Output);
        using JsonDocument report = JsonDocument.Parse(first.Output);
        Assert.Equal(5, report.RootElement.GetProperty("seed").GetInt32());
        JsonElement guest = report.RootElement.GetProperty("guest");
        Assert.Equal((2 << 20, 1 << 20), (
            guest.GetProperty("writeRate").GetInt32(), guest.GetProperty("dirtyRate").GetInt32()));
        Assert.Equal(JsonValueKind.Null, report.RootElement.GetProperty("crossover").ValueKind);
    }

    [Theory]
    [InlineData("--size '4m': expected a whole number with a unit, 8m to 1g", "--size", "4m")]
    [InlineData("--size '64': expected a whole number with a unit, 8m to 1g", "--size", "64")]
    [InlineData("--write-rate '0k': expected a whole number with a unit, 64k to 25m", "--write-rate", "0k")]
    [InlineData("--copy-rate '1g': expected a whole number with a unit, 1m to 50m", "--copy-rate", "1g")]
    [InlineData("--memory 'much': expected a whole number with a unit, 8m to 1g", "--memory", "much")]
    [InlineData("--dirty-rate '-1m': expected a whole number with a unit, 64k to 25m", "--dirty-rate=-1m")]
    [InlineData("--mover 'teleport': expected one or more of plex-mirror, ", "--mover", "teleport")]
    [InlineData("--mover '': expected one or more of plex-mirror, ", "--mover", "plex-mirror,")]
    [InlineData("--html 'nowhere/page.html': name a file in a folder that exists", "--html", "nowhere/page.html")]
    [InlineData("--html '/': name a file in a folder that exists", "--html", "/")]
    public void What_makes_no_sense_is_one_sentence(string sentence, params string[] options)
    {
        using var program = new TestProgram();
        ProgramResult result = program.Run(["compare", .. options]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"volmgr: {sentence}", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Words_are_completed_and_explained()
    {
        using var program = new TestProgram();
        string script = program.Run("completion", "bash").Output;
        Assert.Contains("_volmgr_verbs[compare]='", script, StringComparison.Ordinal);
        Assert.Contains("--write-rate", script, StringComparison.Ordinal);
        Assert.Contains("--write-rate", program.Run("help", "compare").Output, StringComparison.Ordinal);
    }
}
