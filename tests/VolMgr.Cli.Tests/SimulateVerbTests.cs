using System.Text.Json;

namespace VolMgr.Cli.Tests;

/// <summary>volmgr simulate and volmgr museum, as one types them.</summary>
public sealed class SimulateVerbTests
{
    [Fact]
    public void A_seed_is_run_and_told()
    {
        ProgramResult result = Run("simulate", "--scenario", "everything", "--seed", "7", "--runs", "3");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("everything: 3 runs from seed 7", result.Output, StringComparison.Ordinal);
        Assert.Contains("named steps reached", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_for_programs_has_what_the_other_one_has()
    {
        ProgramResult result = Run("simulate", "--seed", "1", "--json");
        using JsonDocument report = JsonDocument.Parse(result.Output);
        Assert.Equal("pass", report.RootElement.GetProperty("result").GetString());
        Assert.Equal("migration", report.RootElement.GetProperty("scenario").GetString());
        Assert.Equal(1, report.RootElement.GetProperty("runs").GetInt32());
        Assert.Equal(JsonValueKind.Null, report.RootElement.GetProperty("violation").ValueKind);
    }

    [Fact]
    public void A_case_of_one_line_is_run_again_step_by_step()
    {
        ProgramResult result = Run("simulate", "--trace", "--case", "1 Concat-1-nolog-256-1: Write 1 1, Flush 0 0");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("begin Write 1 1", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("no violation\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_failing_batch_prints_fails_again_in_the_same_way()
    {
        ProgramResult batch = Run(
            "simulate", "--scenario", "migration", "--seed", "1", "--runs", "20", "--bug", "err-07");
        Assert.Equal(1, batch.ExitCode);
        string[] lines = batch.Output.Split('\n');
        string told = Array.Find(lines, line => line.StartsWith("run it again: ", StringComparison.Ordinal))!;
        string violation = batch.Error.Split('\n')[0];
        Assert.Matches("^run it again: volmgr simulate --scenario migration --seed [0-9]+ --bug ERR-07$", told);
        Assert.Matches("^I-[0-9][0-9] ", violation);

        ProgramResult again = Run(told["run it again: volmgr ".Length..].Split(' '));
        Assert.Equal(1, again.ExitCode);
        Assert.Equal(violation, again.Error.Split('\n')[0]);

        string shortest = Array.Find(lines, line => line.StartsWith("the shortest: ", StringComparison.Ordinal))!;
        string proofCase = shortest.Split('\'')[1];
        ProgramResult shorter = Run("simulate", "--case", proofCase, "--bug", "ERR-07");
        Assert.Equal(1, shorter.ExitCode);
        Assert.StartsWith(violation[..5], shorter.Output, StringComparison.Ordinal);
        Assert.Equal(0, Run("simulate", "--case", proofCase).ExitCode);
    }

    [Theory]
    [InlineData("simulate", "--bug", "NO-01")]
    [InlineData("simulate", "--crashes", "1", "--bug", "DZ-06")]
    [InlineData("simulate", "--scenario", "nonsense")]
    [InlineData("simulate", "--case", "nonsense")]
    [InlineData("simulate", "--crash", "nonsense")]
    [InlineData("simulate", "--crash", "mirror: Commit @ 99/0")]
    [InlineData("simulate", "--runs", "0")]
    [InlineData("simulate", "--minutes", "0")]
    [InlineData("simulate", "--minutes", "NaN")]
    [InlineData("simulate", "--minutes", "ten")]
    [InlineData("simulate", "--crashes", "4")]
    [InlineData("simulate", "--crashes", "1", "--seed", "3")]
    [InlineData("simulate", "--crash", "mirror: Commit @ 1/0", "--trace")]
    [InlineData("simulate", "--case", "1 Concat-1-nolog-256-1: Write 1 1, Flush 0 0", "--runs", "2")]
    [InlineData("museum", "run", "NO-01")]
    [InlineData("museum", "run", "ORD-01", "--all")]
    [InlineData("museum", "run")]
    public void What_makes_no_sense_is_wrong_usage(params string[] arguments)
    {
        ProgramResult result = Run(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.NotEqual("", result.Error);
    }

    [Theory]
    [InlineData("volmgr: --minutes takes a number, not 'ten'", "simulate", "--minutes", "ten")]
    [InlineData("volmgr: --seed takes a whole number, not '1.5'", "simulate", "--seed", "1.5")]
    [InlineData("volmgr: --crashes takes 1 to 3, not 9", "simulate", "--crashes", "9")]
    [InlineData("volmgr: --trace says nothing to --crash", "simulate", "--crash", "mirror: Commit @ 1/0", "--trace")]
    public void A_refusal_says_what_to_write(string sentence, params string[] arguments) =>
        Assert.StartsWith(sentence, Run(arguments).Error, StringComparison.Ordinal);

    [Fact]
    public void One_crash_is_run_again_from_its_line()
    {
        ProgramResult again = Run("simulate", "--crash", "mirror: Commit @ 1/0");
        Assert.Equal("no violation", again.Output.Trim());
        Assert.Equal(0, again.ExitCode);
    }

    [Fact]
    public void The_museum_lists_its_bugs_and_shows_one()
    {
        ProgramResult list = Run("museum", "list", "--json");
        using JsonDocument cards = JsonDocument.Parse(list.Output);
        Assert.InRange(cards.RootElement.GetArrayLength(), 60, 161);

        ProgramResult shown = Run("museum", "run", "dz-03");
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("what happened:", shown.Output, StringComparison.Ordinal);
        Assert.Contains("I-04 ", shown.Output, StringComparison.Ordinal);
    }

    private static ProgramResult Run(params string[] arguments)
    {
        using var program = new TestProgram();
        return program.Run(arguments);
    }
}
