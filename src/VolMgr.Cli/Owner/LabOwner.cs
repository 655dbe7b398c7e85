using System.Net.Sockets;
using System.Runtime.InteropServices;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// The process that holds a lab while it is up, in the background: the lock, the control socket, the NBD socket, the
/// hosts. It comes with the first command, leaves when nobody has needed it for a while or when the lab has gone, and
/// stops cleanly on SIGTERM. kill -9 of it is the crash of every host in it: the next command starts another owner,
/// which boots them again.
/// </summary>
internal static class LabOwner
{
    private const int BusyExitCode = 75;

    /// <summary>
    /// Is the owner of the lab until it stops; the first line on standard output tells the starter how it went.
    /// </summary>
    public static int Run(LabPaths lab)
    {
        _ = Native.StartSession();
        return RunAsync(lab).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(LabPaths lab)
    {
        var stop = new StopSignal();
        OwnedLab? owned = Open(lab, stop);
        if (owned is null)
        {
            return BusyExitCode;
        }

        using PosixSignalRegistration terminate = stop.On(PosixSignal.SIGTERM);
        using PosixSignalRegistration interrupt = stop.On(PosixSignal.SIGINT);
        using PosixSignalRegistration hangUp = stop.On(PosixSignal.SIGHUP);
        Say(OwnerStarter.Ready);
        LeaveStarter();
        OwnerLog.Write($"owner of {lab.Root} is ready, process {Environment.ProcessId}");
        string reason = await owned.WaitAsync();
        OwnerLog.Write($"stopping: {reason}");
        await owned.StopAsync();
        owned.Release();
        OwnerLog.Write("stopped");
        return ExitCodes.Done;
    }

    private static OwnedLab? Open(LabPaths lab, StopSignal stop)
    {
        PidFile? pidFile = null;
        try
        {
            lab.RequireLab();
            pidFile = PidFile.TryAcquire(lab);
            if (pidFile is null)
            {
                Say(OwnerStarter.Busy);
                return null;
            }

            pidFile.WriteProcessId();
            OwnerLog.Attach(lab);
            OwnedLab owned = EngineComposition.OpenLab(lab, pidFile, stop, OwnerOptions.InBackground());
            owned.Open();
            return owned;
        }
        catch (UserErrorException error)
        {
            Say(error.Message.ReplaceLineEndings(" "));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            Say($"lab {lab.Root} cannot be brought up: {error.Message.ReplaceLineEndings(" ")}");
        }

        pidFile?.Dispose();
        return null;
    }

    private static void Say(string line) => Native.WriteAll(1, System.Text.Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Gives back the pipe to the starter and the starter's standard input.</summary>
    private static void LeaveStarter()
    {
        using FileStream nothing = new("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        int descriptor = (int)nothing.SafeFileHandle.DangerousGetHandle();
        _ = Native.Duplicate(descriptor, 0);
        _ = Native.Duplicate(descriptor, 1);
    }
}
