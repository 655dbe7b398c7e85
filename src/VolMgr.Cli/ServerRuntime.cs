using System.Reflection.PortableExecutable;

namespace VolMgr.Cli;

/// <summary>
/// Settings of the runtime for processes that live long, as environment variables: the program's own suit its
/// short-lived client.
/// </summary>
internal static class ServerRuntime
{
    /// <summary>
    /// Garbage is collected beside the program. Where the program was compiled ahead of time its code stays as it is:
    /// what the runtime would optimise while the first migration runs costs that migration a third of the processors,
    /// and gains nothing that could be measured. Where it was not, code is optimised by what it does, and what is
    /// called often after 10 ms instead of 100 ms without new code: the tenth command of a script is as fast as the
    /// hundredth. Threads of the pool that have nothing to do sleep at once: looking for work a while longer took a
    /// migration's applications a tenth of two processors.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Settings { get; } = SettingsFor(
        IsCompiledAhead(Path.Combine(AppContext.BaseDirectory, "volmgr.dll")));

    /// <summary>The settings for a program that was compiled ahead of time, or was not.</summary>
    internal static IReadOnlyList<(string Name, string Value)> SettingsFor(bool isCompiledAhead) => isCompiledAhead
        ?
        [
            ("DOTNET_gcConcurrent", "1"),
            ("DOTNET_TieredCompilation", "0"),
            Sleepy,
        ]
        :
        [
            ("DOTNET_gcConcurrent", "1"),
            ("DOTNET_TieredPGO", "1"),
            ("DOTNET_TC_CallCountingDelayMs", "A"), // hexadecimal
            Sleepy,
        ];

    private static (string Name, string Value) Sleepy => ("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0");

    /// <summary>Whether an assembly has machine code beside its intermediate language; false for what is none.
    /// </summary>
    internal static bool IsCompiledAhead(string assembly)
    {
        try
        {
            using var file = new PEReader(File.OpenRead(assembly));
            return file.PEHeaders.CorHeader?.ManagedNativeHeaderDirectory.Size > 0;
        }
        catch (Exception error) when (error is IOException or BadImageFormatException or UnauthorizedAccessException)
        {
            return false; // only the speed depends on it
        }
    }
}
