using System.Collections;
using System.Runtime.InteropServices;

namespace VolMgr.Cli.Service;

/// <summary>
/// The program's runtime settings suit its short-lived client. A server has others (<see cref="ServerRuntime"/>), which
/// takes a fresh start of the same process: same id, same descriptors, same arguments.
/// </summary>
internal static partial class ServeRestart
{
    private const string Marker = "VOLMGR_SERVER_SETTINGS";

    /// <summary>
    /// Starts the program again with a server's settings; returns only when it has them, or cannot have them.
    /// </summary>
    public static void WithServerSettings()
    {
        string? program = Environment.ProcessPath;
        if (Environment.GetEnvironmentVariable(Marker) is not null
            || program is null
            || !string.Equals(program, Protocol.OwnerStarter.ProgramPath, StringComparison.Ordinal))
        {
            Environment.SetEnvironmentVariable(Marker, null); // not for the programs that this one starts
            return;
        }

        string[] arguments = Environment.GetCommandLineArgs();
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);
        foreach ((string name, string value) in ServerRuntime.Settings.Append((Marker, "1")))
        {
            variables[name] = value;
        }

        // It returns only when it failed: the settings are then those of the client, which is slower and right.
        _ = Execute(
            program,
            ListOf([program, .. arguments[1..]]),
            ListOf([.. variables.Select(variable => $"{variable.Key}={variable.Value}")]));
    }

    /// <summary>Texts as a program gets them: a list that ends with a null. They live as long as the process.</summary>
    private static nint[] ListOf(string[] texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    [LibraryImport("libc", EntryPoint = "execve", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, nint[] arguments, nint[] environment);
}
