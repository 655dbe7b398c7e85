using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Verbs;

/// <summary>
/// volmgr shell and volmgr exec: a program in whose PATH the vx* commands stand first. They are links to this program
/// in the lab's run/bin, which runs the command that it is called by.
/// </summary>
internal static class ShellVerb
{
    private const int CannotRun = 126;

    /// <summary>volmgr shell.</summary>
    public static Command DefineShell()
    {
        var words = new Argument<string[]>("ARGUMENTS")
        {
            Description = "Passed on to the shell, after --.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("shell", "Open a shell on the lab's host, with the vx* commands on PATH.") { words };
        command.SetAction(parsed => RunShell(parsed.GetValue(words) ?? []));
        return command;
    }

    /// <summary>volmgr exec.</summary>
    public static Command DefineExec()
    {
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "The command and its arguments, after --.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("exec", "Run one command with the vx* commands on PATH.") { words };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(words)));
        return command;
    }

    private static string Shell() =>
        Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } shell && File.Exists(shell)
            ? shell
            : "/bin/bash";

    /// <summary>The user's shell, in which man knows the vx* commands. A bash without words of the user's own completes
    /// them too, after it has read what it reads anyway.</summary>
    private static int RunShell(string[] words)
    {
        LabPaths lab = LabPaths.FromEnvironment();
        lab.RequireLab();
        ManualFolder.Write(lab.ManualFolder);
        WriteStartFile(lab);
        string shell = Shell();
        return Run(words.Length > 0 || Path.GetFileName(shell) != "bash"
            ? [shell, .. words]
            : [shell, "--rcfile", lab.ShellStartFile]);
    }

    private static int Run(string[] words)
    {
        LabPaths lab = LabPaths.FromEnvironment();
        lab.RequireLab();
        var start = new ProcessStartInfo(words[0], words[1..]) { UseShellExecute = false };
        foreach ((string name, string value) in LabShell.Environment(lab))
        {
            start.Environment[name] = value;
        }


        // Ctrl-C and Ctrl-\ are for the program in the foreground, not for this one that waits for it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context => context.Cancel = true);
        try
        {
            // The search uses this process's PATH, which must know the vx* names too.
            Environment.SetEnvironmentVariable("PATH", start.Environment["PATH"]);
            using Process process = Process.Start(start)
                ?? throw UserErrorException.Refused($"could not start {words[0]}");
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new UserErrorException(CannotRun, $"cannot run {words[0]}: {error.Message}", error);
        }
    }

    private static void WriteStartFile(LabPaths lab)
    {
        try
        {
            File.WriteAllText(
                lab.ShellStartFile,
                "[ -f ~/.bashrc ] && . ~/.bashrc\n" + CompletionVerb.Script(VerbTree.Create()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused(
                $"cannot write {lab.ShellStartFile}: {error.Message}; the lab's directory must be writable", error);
        }
    }
}
