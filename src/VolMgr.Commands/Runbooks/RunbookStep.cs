namespace VolMgr.Commands.Runbooks;

/// <summary>A step of a runbook: commands that are run together.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Line">Where its commands begin in the file, from 1.</param>
/// <param name="Title">What the runbook says of it; empty where it says nothing.</param>
/// <param name="Commands">The text for the shell.</param>
public sealed record RunbookStep(int Number, int Line, string Title, string Commands)
{
    /// <summary>A gate: when its commands fail, nothing that follows may be done.</summary>
    public string? Gate { get; init; }

    /// <summary>How long the runbook says that it takes.</summary>
    public TimeSpan? Planned { get; init; }

    /// <summary>How to go back from here, in the runbook's words.</summary>
    public string? Rollback { get; init; }
}
