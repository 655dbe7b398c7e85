using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using VolMgr.Blocks;

namespace VolMgr.Volumes.States;

/// <summary>
/// A state machine as data: what is not in the table is illegal. The same rows drive the code, print the README and are
/// walked by the tests. A (state, trigger) pair appears at most once.
/// </summary>
public sealed class StateTable<TState, TTrigger>
    where TState : struct, Enum
    where TTrigger : struct, Enum
{
    private readonly FrozenDictionary<(TState From, TTrigger Trigger), TState> next;

    internal StateTable(string subject, params ImmutableArray<StateTransition<TState, TTrigger>> rows)
    {
        Subject = subject;
        Rows = rows;
        next = rows.ToFrozenDictionary(row => (row.From, row.Trigger), row => row.To);
        Invariant.Holds(next.Count == rows.Length);
    }

    /// <summary>What the machine describes, for headings and messages.</summary>
    public string Subject { get; }

    /// <summary>The rows in the order of the manual.</summary>
    public ImmutableArray<StateTransition<TState, TTrigger>> Rows { get; }

    /// <summary>The state after the trigger, or null when the trigger is illegal in that state.</summary>
    public TState? Next(TState state, TTrigger trigger) =>
        next.TryGetValue((state, trigger), out TState to) ? to : null;

    /// <summary>Whether the trigger is legal in that state.</summary>
    public bool Allows(TState state, TTrigger trigger) => next.ContainsKey((state, trigger));

    /// <summary>The state after a trigger that the caller knows to be legal.</summary>
    /// <exception cref="InvariantViolationException">It is not; the message names state and trigger.</exception>
    public TState Require(TState state, TTrigger trigger) => Next(state, trigger) ?? throw new
        InvariantViolationException($"{Subject} {StateNames.Text(state)} takes the trigger {trigger}");

    /// <summary>The table as Markdown: a row a trigger, a column a state, empty where illegal.</summary>
    public string ToMarkdown()
    {
        TState[] states = Enum.GetValues<TState>();
        StringBuilder text = new();
        text.Append("| trigger |");
        foreach (TState state in states)
        {
            text.Append(' ').Append(StateNames.Text(state)).Append(" |");
        }

        text.Append("\n| --- |").Append(string.Concat(Enumerable.Repeat(" --- |", states.Length))).Append('\n');
        foreach (TTrigger trigger in Enum.GetValues<TTrigger>())
        {
            text.Append("| ").Append(trigger).Append(" |");
            foreach (TState state in states)
            {
                text.Append(' ').Append(Next(state, trigger) is { } to ? StateNames.Text(to) + " |" : "|");
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
