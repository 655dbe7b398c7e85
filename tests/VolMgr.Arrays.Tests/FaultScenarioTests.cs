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

    /// <summary>What could never be met is not taken: it would be a rehearsal without its fault.</summary>
    [Theory]
    [InlineData("path-down host1:sdzz", "host1:sdzz: the host has no such path")]
    [InlineData("lun-renumbered emc0/01f4 to=2", "to=2: emc0/01f5 has that number")]
    [InlineData("medium-error emc0/01f4 offset=99g", "offset=99g: emc0/01f4 has")]
    [InlineData("lun-shrunk emc0/01f4 by=5g", "by=5g: emc0/01f4 has")]
    [InlineData("trespass emc0/01f4 to=2", "emc0/01f4: all controllers of emc0 are equal")]
    [InlineData("duplicate-lun emc0/01f4 of=pure0/0012", "of=pure0/0012: expected another LUN of array emc0")]
    public void A_fault_that_could_never_be_met_is_refused(string text, string words) => Run(async (lab, table) =>
    {
        await using HostDevices host = await lab.BootAsync();
        Assert.StartsWith("line 1: " + words, table.Begin(text));
        Assert.Empty(lab.Arrays.Faults.Active);
        Assert.Null(table.Begin("path-down host1:sdb\nafter 1h path-down host1:sdzz"));
    });

    /// <summary>Numbers that two LUNs exchange, over a restart, where lines fit only in their order.</summary>
    [Fact]
    public void Kept_lines_that_do_not_fit_the_lab_any_more_are_left_out_and_the_others_hold() => Run((lab, table) =>
    {
        Assert.Equal(
            ["'meteor x': meteor: there is no such fault", "'port-down emc9:1': emc9:1: there is no such target in the "
                + "lab; expected an array and a port, such as emc0:1"],
            table.BeginKept("lun-renumbered emc0/01f5 to=1\nmeteor x\nport-down emc9:1\n"
                + "lun-renumbered emc0/01f4 to=2\nafter 1h port-down emc0:1\n"));
        Assert.Equal(2, lab.Arrays.Faults.Active.Count);
        Assert.Single(table.Planned);
        return Task.CompletedTask;
    });

    /// <summary>More steps of one moment than a sort keeps in order by chance.</summary>
    [Fact]
    public void Steps_of_one_moment_are_carried_out_in_the_order_of_their_lines() => Run(async (lab, table) =>
    {
        string[] lines = [.. Enumerable.Range(1, 40).Select(index =>
            index % 2 == 1 ? $"after 1s lun-slow emc0/01f4 ms={index}" : "after 1s clear lun-slow emc0/01f4")];
        List<string?> told = [];
        table.OnStep = (_, refusal) => told.Add(refusal);
        Assert.Null(table.Begin(string.Join('\n', lines)));
        await lab.WaitAsync(2);
        Assert.Equal(40, told.Count);
        Assert.All(told, Assert.Null);
        Assert.Empty(lab.Arrays.Faults.Active);
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
