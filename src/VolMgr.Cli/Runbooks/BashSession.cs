using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace VolMgr.Cli.Runbooks;

/// <summary>
/// One bash in which the steps of a runbook are run, so that what a step sets the next one has. A step reads nothing
/// from standard input, and what it writes to standard output and error comes back in the order of its writing.
/// </summary>
internal sealed class BashSession : IDisposable
{
    private readonly Process bash;
    private readonly string folder;
    private readonly string mark = $"volmgr-step-{Guid.NewGuid():N}";

    /// <summary>Starts the shell with these variables; scripts of the steps are kept in the folder.</summary>
    public BashSession(string folder, IReadOnlyDictionary<string, string> environment)
    {
        this.folder = folder;
        var start = new ProcessStartInfo("setsid", ["--wait", "bash", "--noprofile", "--norc"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        bash = Process.Start(start)!; // null only for a shell's association, which is off
        bash.StandardInput.AutoFlush = true;
        bash.StandardInput.WriteLine("exec 2>&1");
    }

    /// <summary>Whether the shell is still there: a step may end it, by exit or under <c>set -e</c>.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Runs a step; the exit code is that of its last command, or of the shell if it ended.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(int number, string commands, CancellationToken token)
    {
        string script = Path.Combine(folder, $"step-{number:D3}.sh");
        await File.WriteAllTextAsync(script, commands, token);
        await bash.StandardInput.WriteLineAsync(
            $". '{script}' </dev/null; printf '\\n{mark} %d\\n' $?".AsMemory(), token);
        StringBuilder output = new();
        while (await bash.StandardOutput.ReadLineAsync(token) is { } line)
        {
            if (line.StartsWith(mark, StringComparison.Ordinal))
            {
                // The line feed in front of the mark is not the step's.
                output.Length = Math.Max(0, output.Length - 1);
                return (int.Parse(line.AsSpan(mark.Length), CultureInfo.InvariantCulture), output.ToString());
            }

            output.Append(line).Append('\n');
        }

        HasEnded = true;
        await bash.WaitForExitAsync(token);
        return (bash.ExitCode, output.ToString());
    }

    /// <summary>Ends the shell and whatever its steps left running in the foreground.</summary>
    public void Dispose()
    {
        if (!bash.HasExited)
        {
            bash.Kill(entireProcessTree: true);
            bash.WaitForExit();
        }

        bash.Dispose();
    }
}
