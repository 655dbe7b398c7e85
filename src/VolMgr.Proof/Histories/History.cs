using VolMgr.Proof.Invariants;

namespace VolMgr.Proof.Histories;

/// <summary>A history as it grows, with every invariant checked at every event.</summary>
internal sealed class History
{
    private readonly HistoryState state;
    private readonly IReadOnlyList<Checker> checkers;

    /// <summary>A history of a volume with that many sectors, all zero, under all checkers or the given ones.</summary>
    public History(int length, IReadOnlyList<Checker>? checkers = null)
    {
        state = new HistoryState(length);
        this.checkers = checkers ?? CheckerCatalogue.Create();
    }

    /// <summary>What follows from the events so far.</summary>
    public HistoryState State => state;

    /// <summary>Every invariant that was broken, in words, by number; each by the first thing that broke it.</summary>
    public IReadOnlyList<string> Violations =>
        [.. checkers.Select(checker => checker.Violation).OfType<string>()];

    /// <summary>The first invariant in order of time that was broken, or null.</summary>
    public string? First { get; private set; }

    /// <summary>Is told each event, or null.</summary>
    public Action<HistoryEvent>? Observer { get; set; }

    /// <summary>Takes an event in and lets every checker look at it.</summary>
    public void Record(HistoryEvent happened)
    {
        state.Apply(happened);
        Observer?.Invoke(happened);
        foreach (Checker checker in checkers)
        {
            checker.Observe(happened, state);
            First ??= checker.Violation;
        }
    }
}
