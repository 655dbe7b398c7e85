namespace VolMgr.Cli.Protocol;

/// <summary>A command as the client's shell said it.</summary>
/// <param name="Name">The command: vxprint, or a verb of volmgr that needs the owner.</param>
/// <param name="Arguments">What follows the name.</param>
/// <param name="WorkingDirectory">Where relative paths of the arguments begin.</param>
/// <param name="HostName">The emulated host to run on; empty for the lab's first one.</param>
/// <param name="Environment">The part of the client's environment that commands may look at, as NAME=VALUE.</param>
internal sealed record RunRequest(
    string Name,
    IReadOnlyList<string> Arguments,
    string WorkingDirectory,
    string HostName,
    IReadOnlyList<string> Environment)
{
    private static readonly string[] forwardedPrefixes = ["VOLMGR_", "VX", "TZ=", "LANG=", "LC_", "COLUMNS=", "HOME="];

    /// <summary>A request from this process's directory and environment.</summary>
    public static RunRequest FromHere(string name, IReadOnlyList<string> arguments)
    {
        var environment = new List<string>();
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            string line = $"{entry.Key}={entry.Value}";
            if (Array.Exists(forwardedPrefixes, prefix => line.StartsWith(prefix, StringComparison.Ordinal)))
            {
                environment.Add(line);
            }
        }

        environment.Sort(string.CompareOrdinal);
        string host = System.Environment.GetEnvironmentVariable("VOLMGR_HOST") ?? "";
        return new RunRequest(name, arguments, System.Environment.CurrentDirectory, host, environment);
    }

    /// <summary>The request as a payload.</summary>
    public ReadOnlyMemory<byte> ToPayload() =>
        new PayloadWriter()
            .Text(Name)
            .Texts(Arguments)
            .Text(WorkingDirectory)
            .Text(HostName)
            .Texts(Environment)
            .Written;

    /// <summary>Reads a payload; null when it is malformed.</summary>
    public static RunRequest? Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var request = new RunRequest(reader.Text(), reader.Texts(), reader.Text(), reader.Text(), reader.Texts());
        return reader.IsValid ? request : null;
    }
}
