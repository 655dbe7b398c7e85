using VolMgr.Arrays.Faults;

namespace VolMgr.Arrays.Tests;

/// <summary>Scenarios: faults that come and go at their times, in virtual time.</summary>
public sealed class FaultScenarioTests
{
    private const string Night = """
        # the night
        port-down emc0:1                         # at once
        after 30s lun-slow emc0/01f4 ms=250
        after 2m clear port-down emc0:1
        after 1h host-crash host1
        after 2h clear all
        """;

    [Fact]
    public void Steps_are_carried_out_at_their_times_and_what_is_to_come_is_kept_as_text() => Run((lab, table) =>
        StepsAsync(lab, table));

    [Fact]
    public void A_scenario_is_begun_whole_or_not_at_all() => Run((lab, table) =>
    {
        Assert.Null(table.Begin("port-down emc0:1"));
        Assert.Equal("line 2: meteor: there is no such fault", table.Begin("path-down host1:sdb\nmeteor x"));
        Assert.Single(lab.Arrays.Faults.Active);
        Assert.Empty(table.Planned);
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData("after", "line 1: expected a duration")]
    [InlineData("after -3s port-down emc0:1", "line 1: expected a duration")]
    [InlineData("after 3parsecs port-down emc0:1", "line 1: expected a duration")]
    [InlineData("after 3s", "line 1: expected a name and a target")]
    [InlineData("at noon port-down emc0:1", "line 1: expected a time")]
    [InlineData("\n\nclear", "line 3: expected 'clear all'")]
    [InlineData("clear meteor emc0", "line 1: meteor: there is no such fault")]
    [InlineData("clear port-down emc9:1", "line 1: emc9:1: there is no such target")]
    [InlineData("port-down", "line 1: expected a name and a target")]
    public void A_line_that_is_wrong_is_named(string text, string words) => Run((_, table) =>
    {
        Assert.StartsWith(words, table.Begin(text));
        return Task.CompletedTask;
    });

    [Fact]
    public void A_step_that_cannot_be_done_is_reported_and_the_others_go_on() => Run(async (lab, table) =>
    {
        List<string?> told = [];
        table.OnStep = (_, refusal) => told.Add(refusal);
        Assert.Null(table.Begin("after 1s clear port-down emc0:1\nafter 2s port-down emc0:1"));
        await lab.WaitAsync(3);
        Assert.Equal(["port-down emc0:1: is not at work", null], told);
        Assert.Single(lab.Arrays.Faults.Active);
    });

    [Fact]
    public void What_is_to_come_is_forgotten_on_request() => Run(async (lab, table) =>
    {
        Assert.Null(table.Begin("after 1s port-down emc0:1"));
        Assert.Equal(1, table.Forget());
        await lab.WaitAsync(3);
        Assert.Empty(lab.Arrays.Faults.Active);
    });

    private static async Task StepsAsync(SimulatedHosts lab, FaultTimetable table)
    {
        List<string> crashed = [];
        LabFaults faults = lab.Arrays.Faults;
        faults.OnHostCrash = crashed.Add;
        Assert.Null(table.Begin(Night));
        Assert.Equal("port-down emc0:1\n", faults.ToText());
        await lab.WaitAsync(29);
        Assert.Single(faults.Active);
        await lab.WaitAsync(2);
        Assert.Equal("port-down emc0:1\nlun-slow emc0/01f4 ms=250\n", faults.ToText());
        await lab.WaitAsync(100);
        Assert.Equal("lun-slow emc0/01f4 ms=250\n", faults.ToText());

        string kept = faults.ToText() + string.Join('\n', table.Planned);
        table.Forget();
        faults.ClearAll();
        await lab.WaitAsync(3600);
        Assert.Empty(crashed);
        using FaultTimetable next = new(faults, lab.Simulator.Engine, () => lab.Topology);
        Assert.Null(next.Begin(kept));
        Assert.Equal(["host1"], crashed);
        Assert.Equal("lun-slow emc0/01f4 ms=250\n", faults.ToText());
        await lab.WaitAsync(3600);
        Assert.Empty(faults.Active);
        Assert.Empty(next.Planned);
    }

    private static void Run(Func<SimulatedHosts, FaultTimetable, Task> program)
    {
        SimulatedHosts lab = new();
        lab.Simulator.Run(async () =>
        {
            using FaultTimetable table = new(lab.Arrays.Faults, lab.Simulator.Engine, () => lab.Topology);
            await program(lab, table);
        });
    }
}
