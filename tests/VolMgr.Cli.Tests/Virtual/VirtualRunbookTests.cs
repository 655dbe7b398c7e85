using System.Diagnostics;
using System.Text.Json;

namespace VolMgr.Cli.Tests.Virtual;

/// <summary>Runbooks in virtual time: waiting costs nothing.</summary>
public sealed class VirtualRunbookTests
{
    [Fact]
    public void A_runbook_that_waits_for_hours_ends_at_once_and_its_steps_took_hours()
    {
        using TestProgram program = new();
        Assert.Equal(0, program.Run("lab", "create", program.Lab.Root, "--virtual", "--luns", "2").ExitCode);
        string runbook = Path.Combine(program.Lab.Root, "wait.sh");
        File.WriteAllText(runbook, """
            # Prepare
            for disk in emc0_01f4 pure0_0012; do vxdisksetup -i $disk; done
            vxdg init dg old=emc0_01f4 new=pure0_0012
            vxassist -g dg make vol01 100g old
            # Mirror
            vxassist -g dg -b mirror vol01 new
            while vxtask list | grep -q ATCOPY; do sleep 600; done
            # Soak
            sleep 2h 30m
            # Wrong
            sleep forever
            """);
        long began = Stopwatch.GetTimestamp();

        ProgramResult result = program.Run(
            "rehearse", "--runbook", runbook, "--lab", program.Lab.Root, "--no-io", "--json");

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(2));
        JsonElement steps = JsonDocument.Parse(result.Output).RootElement.GetProperty("steps");
        Assert.InRange(steps[3].GetProperty("seconds").GetDouble(), 0.001, 36_000);
        Assert.InRange(steps[5].GetProperty("seconds").GetDouble(), 9000, 9300);
        Assert.Equal(1, steps[6].GetProperty("exitCode").GetInt32());
        Assert.Equal(
            "sleep: invalid time interval 'forever'\n", steps[6].GetProperty("output").GetString());
    }
}
