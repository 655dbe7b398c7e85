using System.Reflection;
using System.Text.RegularExpressions;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Tests.States;

public sealed partial class StateTableTests
{
    [Fact]
    public void Readme_prints_the_tables_that_the_code_uses()
    {
        string path = Path.Combine(Root(), "src/VolMgr.Volumes/States/README.md");
        string text = File.ReadAllText(path);
        string expected = TablePattern().Replace(text, match => match.Groups["subject"].Value switch
        {
            "volume state" => Section(VolumeStateTable.Table),
            "volume kernel state" => Section(VolumeKernelStateTable.Table),
            "plex state" => Section(PlexStateTable.Table),
            "plex kernel state" => Section(PlexKernelStateTable.Table),
            _ => "no such table",
        });
        if (Environment.GetEnvironmentVariable("VOLMGR_REWRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(4, TablePattern().Count(text));
        Assert.Equal(expected, text);
    }

    [Fact]
    public void Every_pair_is_in_the_table_or_illegal()
    {
        Walk(VolumeStateTable.Table);
        Walk(VolumeKernelStateTable.Table);
        Walk(PlexStateTable.Table);
        Walk(PlexKernelStateTable.Table);
    }

    [Fact]
    public void Every_trigger_moves_both_states_of_some_record()
    {
        foreach (VolumeTrigger trigger in Enum.GetValues<VolumeTrigger>())
        {
            Assert.Contains(VolumeStateTable.Table.Rows, row => row.Trigger == trigger);
            Assert.Contains(VolumeKernelStateTable.Table.Rows, row => row.Trigger == trigger);
        }

        foreach (PlexTrigger trigger in Enum.GetValues<PlexTrigger>())
        {
            Assert.Contains(PlexStateTable.Table.Rows, row => row.Trigger == trigger);
            Assert.Contains(PlexKernelStateTable.Table.Rows, row => row.Trigger == trigger);
        }
    }

    [Fact]
    public void Every_state_is_reachable_from_that_of_a_new_record()
    {
        AssertReachable(VolumeStateTable.Table, VolumeState.Empty);
        AssertReachable(VolumeKernelStateTable.Table, VolumeKernelState.Disabled);
        AssertReachable(PlexStateTable.Table, PlexState.None);
        AssertReachable(PlexKernelStateTable.Table, PlexKernelState.Disabled);
    }

    [Fact]
    public void Every_associated_plex_can_crash_stop_and_leave()
    {
        foreach (PlexState state in Enum.GetValues<PlexState>().Where(state => state != PlexState.None))
        {
            Assert.Equal(state, PlexStateTable.Next(state, PlexTrigger.Crash));
            Assert.Equal(PlexState.None, PlexStateTable.Next(state, PlexTrigger.Dissociate));
            Assert.NotNull(PlexStateTable.Next(state, PlexTrigger.Stop));
        }

        foreach (PlexKernelState state in Enum.GetValues<PlexKernelState>())
        {
            Assert.Equal(PlexKernelState.Disabled, PlexKernelStateTable.Next(state, PlexTrigger.Crash));
            Assert.Equal(PlexKernelState.Disabled, PlexKernelStateTable.Next(state, PlexTrigger.Dissociate));
            Assert.Equal(PlexKernelState.Disabled, PlexKernelStateTable.Next(state, PlexTrigger.Stop));
        }
    }

    [Fact]
    public void Only_a_complete_copy_or_a_word_of_the_administrator_makes_a_plex_active()
    {
        PlexTrigger[] allowed = [PlexTrigger.AttachComplete, PlexTrigger.InitActive, PlexTrigger.FixActive];
        Assert.All(
            PlexStateTable.Table.Rows.Where(row => row is
            { To: PlexState.Active, From: not (PlexState.Active or PlexState.Clean) }),
            row => Assert.Contains(row.Trigger, allowed));
    }

    [Fact]
    public void Crash_changes_no_persistent_state()
    {
        Assert.All(
            PlexStateTable.Table.Rows.Where(row => row.Trigger == PlexTrigger.Crash),
            row => Assert.Equal(row.From, row.To));
        Assert.All(
            VolumeStateTable.Table.Rows.Where(row => row.Trigger == VolumeTrigger.Crash),
            row => Assert.Equal(row.From, row.To));
    }

    [Fact]
    public void Illegal_trigger_of_our_own_names_state_and_trigger()
    {
        InvariantViolationException violation = Assert.Throws<InvariantViolationException>(() =>
            PlexStateTable.Table.Require(PlexState.Offline, PlexTrigger.AttachComplete));
        Assert.Contains("OFFLINE", violation.Message, StringComparison.Ordinal);
        Assert.Contains("AttachComplete", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_listings_read_back()
    {
        Assert.All(Enum.GetValues<PlexState>(), state =>
            Assert.Equal(state, StateNames.ParsePlexState(StateNames.Text(state))));
        Assert.All(Enum.GetValues<VolumeState>(), state =>
            Assert.Equal(state, StateNames.ParseVolumeState(StateNames.Text(state))));
        Assert.All(Enum.GetValues<PlexKernelState>(), state =>
            Assert.Equal(state, StateNames.ParsePlexKernelState(StateNames.Text(state))));
        Assert.All(Enum.GetValues<VolumeKernelState>(), state =>
            Assert.Equal(state, StateNames.ParseVolumeKernelState(StateNames.Text(state))));
        Assert.Equal("TEMPRMSD", StateNames.Text(PlexState.TempRmSd));
        Assert.Equal("-", StateNames.Text(PlexState.None));
        Assert.Null(StateNames.ParsePlexState("active"));
    }

    private static void Walk<TState, TTrigger>(StateTable<TState, TTrigger> table)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        int legal = 0;
        foreach (TState state in Enum.GetValues<TState>())
        {
            foreach (TTrigger trigger in Enum.GetValues<TTrigger>())
            {
                TState? next = table.Next(state, trigger);
                Assert.Equal(next is not null, table.Allows(state, trigger));
                if (next is { } to)
                {
                    legal++;
                    Assert.Equal(to, table.Require(state, trigger));
                    Assert.Contains(new StateTransition<TState, TTrigger>(state, trigger, to), table.Rows);
                }
                else
                {
                    Assert.Throws<InvariantViolationException>(() => table.Require(state, trigger));
                }
            }
        }

        Assert.Equal(table.Rows.Length, legal);
    }

    private static void AssertReachable<TState, TTrigger>(StateTable<TState, TTrigger> table, TState first)
        where TState : struct, Enum
        where TTrigger : struct, Enum
    {
        HashSet<TState> reached = [first];
        for (int round = 0; round < table.Rows.Length; round++)
        {
            reached.UnionWith([.. table.Rows.Where(row => reached.Contains(row.From)).Select(row => row.To)]);
        }

        Assert.Equal(Enum.GetValues<TState>().ToHashSet(), reached);
    }

    private static string Section<TState, TTrigger>(StateTable<TState, TTrigger> table)
        where TState : struct, Enum
        where TTrigger : struct, Enum =>
        $"<!-- table: {table.Subject} -->\n{table.ToMarkdown()}<!-- end -->";

    private static string Root() => Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "RepositoryRoot").Value!;

    [GeneratedRegex("<!-- table: (?<subject>[a-z ]+) -->\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex TablePattern();
}
