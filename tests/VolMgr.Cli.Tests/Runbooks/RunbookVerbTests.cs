using System.Text.Json;

namespace VolMgr.Cli.Tests.Runbooks;

/// <summary>volmgr rehearse --runbook and volmgr lint, as one types them.</summary>
public sealed class RunbookVerbTests
{
    [Fact]
    public void A_closed_gate_ends_the_rehearsal_and_the_report_says_how_to_go_back()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string runbook = Write(program, "move.sh", """
            # Prepare
            d=$(vxdisk list | awk '/^pure0/{print $1; exit}')
            vxdisksetup -i $d; vxdg -g datadg adddisk new01=$d
            # gate: the moon is full
            test "$d" = moon
            echo never
            """);

        ProgramResult result = program.Run(
            "rehearse", "--runbook", runbook, "--lab", program.Lab.Root, "--no-io", "--json");

        Assert.Equal(1, result.ExitCode);
        JsonElement report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("gate at step 3 is closed: the moon is full", report.GetProperty("stopped").GetString());
        Assert.Equal(3, report.GetProperty("steps").GetArrayLength());
        Assert.Contains("dm new01", report.GetProperty("host").GetString(), StringComparison.Ordinal);
        Assert.Equal(["vxdg -g datadg rmdisk new01"],
            report.GetProperty("wayBack").EnumerateArray().Select(line => line.GetString()));
    }

    [Fact]
    public void Steps_share_their_variables_and_their_output_is_kept_in_order()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string runbook = Write(program, "look.md", """
            ## Look
            Planned: 2 min
            ```sh
            name=vol01
            printf 'no end of line'
            ```
            ```console
            $ echo $name; echo oops >&2; cat
            ```
            """);

        ProgramResult result = program.Run(
            "rehearse", "--runbook", runbook, "--lab", program.Lab.Root, "--no-io", "--json");

        Assert.Equal(0, result.ExitCode);
        JsonElement steps = JsonDocument.Parse(result.Output).RootElement.GetProperty("steps");
        Assert.Equal(["no end of line", "vol01\noops\n"],
            steps.EnumerateArray().Select(step => step.GetProperty("output").GetString()));
        Assert.Equal(120, steps[0].GetProperty("plannedSeconds").GetDouble());
    }

    [Fact]
    public void Mount_and_df_of_a_runbook_are_those_of_the_emulated_host()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string runbook = Write(program, "mount.sh", """
            mount -F vxfs /dev/vx/dsk/datadg/vol01 /data
            df -k /data | awk 'NR==2{print $1, $6}'
            umount /data
            """);

        ProgramResult result = program.Run(
            "rehearse", "--runbook", runbook, "--lab", program.Lab.Root, "--no-io", "--json");

        Assert.Equal(0, result.ExitCode);
        JsonElement steps = JsonDocument.Parse(result.Output).RootElement.GetProperty("steps");
        Assert.Contains(
            "/dev/vx/dsk/datadg/vol01 /data\n",
            steps.EnumerateArray().Select(step => step.GetProperty("output").GetString()));
    }

    [Theory]
    [InlineData("false\necho after\n", 1, "step 1 (line 1) ended with exit code 1")]
    [InlineData("exit 0\necho after\n", 1, "step 1 (line 1) ended the shell")]
    [InlineData("set -e; vxdg list nosuch\necho after\n", 1, "step 1 (line 1) ended with exit code 11")]
    public void What_ends_a_runbook_early_is_said(string script, int exitCode, string stopped)
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string runbook = Write(program, "end.sh", script);

        ProgramResult result = program.Run("rehearse", "--runbook", runbook, "--lab", program.Lab.Root, "--no-io");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"Stopped: {stopped}\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("after", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void With_keep_going_a_failing_step_is_not_the_end_and_still_a_failure()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string runbook = Write(program, "go.sh", "false\necho after\n");

        ProgramResult result = program.Run(
            "rehearse", "--runbook", runbook, "--lab", program.Lab.Root, "--no-io", "--keep-going");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("| after\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("FAIL  every step succeeded: 1 failed\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Volumes_of_a_lab_that_is_there_are_overwritten_only_when_told_so()
    {
        using TestProgram program = TestProgram.WithLab("populated");
        string runbook = Write(program, "a.sh", "true\n");

        ProgramResult result = program.Run("rehearse", "--runbook", runbook, "--lab", program.Lab.Root);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--group", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--runbook", "nosuch.sh")]
    [InlineData("--keep-going")]
    [InlineData("--runbook", "a.sh", "--size", "1g")]
    [InlineData("--runbook", "a.sh", "--no-io", "--group", "datadg")]
    [InlineData("--runbook", "prose.md")]
    public void Wrong_options_are_one_sentence(params string[] options)
    {
        using TestProgram program = new();
        Write(program, "a.sh", "true\n");
        Write(program, "prose.md", "nothing to run\n");

        ProgramResult result = program.Run(["rehearse", .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Lint_prints_findings_like_a_compiler_and_fails()
    {
        using TestProgram program = new();
        Write(program, "a.sh", "vxdisksetup -i -f sdc\n");

        ProgramResult result = program.Run("lint", "a.sh");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("a.sh:1: warning: vxdisksetup -f ", result.Output, StringComparison.Ordinal);
        Assert.Contains("a.sh:1: error: sdc looks like ", result.Output, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(program.Run("lint", "--json", "a.sh").Output).RootElement.GetArrayLength());
        Assert.Equal(0, program.Run("lint", "--rules").ExitCode);
        Assert.Equal(2, program.Run("lint").ExitCode);
    }

    private static string Write(TestProgram program, string name, string text)
    {
        File.WriteAllText(Path.Combine(program.Folder, name), text);
        return name;
    }
}
