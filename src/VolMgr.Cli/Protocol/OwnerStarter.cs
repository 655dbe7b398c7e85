using System.Diagnostics;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// Starts the owner of a lab that has none, as a process of its own, and waits until it is ready. The owner says on a
/// pipe how that went: "ready", "busy" when another process holds the lab, or a sentence about what is wrong.
/// </summary>
internal static class OwnerStarter
{
    /// <summary>The first argument of a process that is to be an owner.</summary>
    public const string Verb = "owner-process";

    /// <summary>The owner says that it serves the lab.</summary>
    public const string Ready = "ready";

    /// <summary>The owner says that another process holds the lab.</summary>
    public const string Busy = "busy";

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>The program itself, also when another program (a test) carries this code.</summary>
    public static string ProgramPath => Path.Combine(AppContext.BaseDirectory, "volmgr");

    /// <summary>Starts an owner; false when another process holds the lab.</summary>
    public static bool Start(LabPaths lab)
    {
        Native.KeepDescriptorsPrivate();
        var start = new ProcessStartInfo(ProgramPath, [Verb, lab.Root])
        {
            // All three: the runtime keeps duplicates of what it was started with, and a script that reads this
            // command's output to its end must not wait for the owner.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        foreach ((string name, string value) in ServerRuntime.Settings)
        {
            start.Environment[name] = value;
        }

        start.Environment[LabPaths.Variable] = lab.Root;
        using Process process = Process.Start(start)
            ?? throw UserErrorException.Refused($"could not start {ProgramPath}");
        Task<string?> answer = process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask();
        if (!answer.Wait(patience, CancellationToken.None))
        {
            throw UserErrorException.Refused(
                $"the owner of lab {lab.Root} (process {process.Id}) was not ready after "
                + $"{patience.TotalSeconds:0} seconds"
                + WithLog(lab));
        }

        return answer.Result switch
        {
            Ready => true,
            Busy => false,
            null => throw UserErrorException.Refused(
                $"the owner of lab {lab.Root} ended while it started" + WithLog(lab)
                + process.StandardError.ReadToEnd()),
            string sentence => throw UserErrorException.Refused(sentence),
        };
    }

    private static string WithLog(LabPaths lab)
    {
        string tail = OwnerLog.Tail(lab);
        return tail.Length == 0 ? $"; {lab.OwnerLog} is empty" : $"; the end of {lab.OwnerLog}:\n{tail}";
    }
}
