using VolMgr.Proof.Histories;

namespace VolMgr.Proof.Invariants;

/// <summary>One invariant of a volume that is migrated under load, checked event by event.</summary>
/// <param name="number">Its number in the catalogue.</param>
/// <param name="name">Its name.</param>
internal abstract class Checker(int number, string name)
{
    /// <summary>I-01 to I-36.</summary>
    public string Id { get; } = $"I-{number:00}";

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The first thing that broke it, or null.</summary>
    public string? Violation { get; private set; }

    /// <summary>Looks at an event that the state has taken in already.</summary>
    public abstract void Observe(HistoryEvent happened, HistoryState state);

    /// <summary>The invariant is broken.</summary>
    protected void Fail(string complaint) => Violation ??= $"{Id} {Name}: {complaint}";

    /// <summary>A stamp in words.</summary>
    protected static string Show(long value) => value switch
    {
        Stamp.Zero => "zeroes",
        Stamp.Garbage => "garbage",
        _ => $"write {value}",
    };
}
