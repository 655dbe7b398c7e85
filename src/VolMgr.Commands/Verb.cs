namespace VolMgr.Commands;

/// <summary>One keyword of a command, or the whole of a command without keywords.</summary>
/// <param name="Keyword">The word that selects it; empty for a command without keywords.</param>
/// <param name="Usage">What follows the command's name on the usage line.</param>
/// <param name="Options">Letters of the options it honours.</param>
/// <param name="Run">Carries it out and gives the exit code.</param>
internal sealed record Verb(string Keyword, string Usage, string Options, Func<Invocation, Task<int>> Run)
{
    /// <summary>Words of <c>-o</c> that it honours, without a value.</summary>
    public IReadOnlyList<string> UseOptions { get; init; } = [];
}
