namespace VolMgr.Commands.Lint;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing.</summary>
    Note = 1,

    /// <summary>Goes wrong on some hosts, or some day.</summary>
    Warning = 2,

    /// <summary>Goes wrong.</summary>
    Error = 3,
}

/// <summary>A defect that a runbook has.</summary>
/// <param name="Rule">Which rule found it.</param>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Problem">What is wrong, one sentence.</param>
/// <param name="Fix">What to write in its place, one sentence.</param>
public sealed record Finding(string Rule, int Line, FindingSeverity Severity, string Problem, string Fix);
