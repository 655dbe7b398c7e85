using System.Diagnostics;
using System.Globalization;
using System.Text;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Cli.Runbooks;

/// <summary>
/// One bash in which the steps of a runbook are run, so that what a step sets the next one has. A step reads nothing
/// from standard input, and what it writes to standard output and error comes back in the order of its writing.
/// </summary>
internal sealed class BashSession : IDisposable
{
    private readonly Process bash;
    private readonly string folder;
    private readonly HostView? view;
    private readonly string mark = $"volmgr-step-{Guid.NewGuid():N}";

    /// <summary>Starts the shell with these variables; scripts of the steps are kept in the folder.</summary>
    public BashSession(string folder, IReadOnlyDictionary<string, string> environment, HostView? view = null)
    {
        this.folder = folder;
        this.view = view;
        string[] shell = ["bash", "--noprofile", "--norc"];
        var start = new ProcessStartInfo("setsid", ["--wait", .. view?.Wrap(shell) ?? shell])
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

        if (view is not null)
        {
            start.Environment["VOLMGR_NBD"] = view.NbdSocket;
        }

        bash = Process.Start(start)!; // null only for a shell's association, which is off
        bash.StandardInput.AutoFlush = true;
        bash.StandardInput.WriteLine(view is null ? "exec 2>&1" : $"exec 2>&1; . '{view.FunctionsFile}'");
    }

    /// <summary>Whether the shell is still there: a step may end it, by exit or under <c>set -e</c>.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Runs a step; the exit code is that of its last command, or of the shell if it ended.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(RunbookStep step, CancellationToken token)
    {
        string script = Path.Combine(folder, $"step-{step.Number:D3}.sh");
        await File.WriteAllTextAsync(script, step.Commands, token);
        string volumes = string.Join(' ', view?.VolumesOf(step) ?? []);
        string input = volumes.Length == 0
            ? $". '{script}' </dev/null; printf '\\n{mark} %d\\n' $?"
            : $"volmgr_devices {volumes} || :; . '{script}' </dev/null; volmgr_code=$?; "
                + $"volmgr_no_devices {volumes} || :; printf '\\n{mark} %d\\n' $volmgr_code";
        await bash.StandardInput.WriteLineAsync(input.AsMemory(), token);
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
