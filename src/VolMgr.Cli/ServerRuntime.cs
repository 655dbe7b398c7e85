namespace VolMgr.Cli;

/// <summary>
/// Settings of the runtime for processes that live long, as environment variables: the program's own suit its
/// short-lived client.
/// </summary>
internal static class ServerRuntime
{
    /// <summary>
    /// Code is optimised by what it does, garbage is collected beside the program, and what is called often is
    /// optimised after 10 ms instead of 100 ms without new code: the tenth command of a script is as fast as the
    /// hundredth.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Settings { get; } =
    [
        ("DOTNET_TieredPGO", "1"),
        ("DOTNET_gcConcurrent", "1"),
        ("DOTNET_TC_CallCountingDelayMs", "A"), // hexadecimal
    ];
}
