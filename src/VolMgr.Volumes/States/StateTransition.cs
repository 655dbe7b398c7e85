namespace VolMgr.Volumes.States;

/// <summary>One row of a state table: in this state that trigger leads there.</summary>
/// <param name="From">The state before.</param>
/// <param name="Trigger">What happens.</param>
/// <param name="To">The state after.</param>
public readonly record struct StateTransition<TState, TTrigger>(TState From, TTrigger Trigger, TState To)
    where TState : struct, Enum
    where TTrigger : struct, Enum;
