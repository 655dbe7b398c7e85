using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// The process that holds a lab while it is up: the lock, the control socket, the hosts. It comes with the first
/// command, leaves when nobody has needed it for a while or when the lab has gone, and stops cleanly on SIGTERM. kill
/// -9 of it is the crash of every host in it: the next command starts another owner, which boots them again.
/// </summary>
internal sealed class LabOwner
{
    private const int DefaultIdleSeconds = 60;
    private const int BusyExitCode = 75;
    private static readonly TimeSpan sessionPatience = TimeSpan.FromSeconds(5);

    private readonly LabPaths lab;
    private readonly PidFile pidFile;
    private readonly ILabService service;
    private readonly ControlServer server;
    private readonly StopSignal stop;
    private readonly TimeSpan idleLimit;

    private LabOwner(LabPaths lab, PidFile pidFile, ILabService service, ControlServer server, StopSignal stop)
    {
        this.lab = lab;
        this.pidFile = pidFile;
        this.service = service;
        this.server = server;
        this.stop = stop;
        idleLimit = ReadIdleLimit();
    }

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
        LabOwner? owner = await StartAsync(lab, stop);
        if (owner is null)
        {
            return BusyExitCode;
        }

        using PosixSignalRegistration terminate = stop.On(PosixSignal.SIGTERM);
        using PosixSignalRegistration interrupt = stop.On(PosixSignal.SIGINT);
        using PosixSignalRegistration hangUp = stop.On(PosixSignal.SIGHUP);
        Say(OwnerStarter.Ready);
        LeaveStarter();
        OwnerLog.Write($"owner of {lab.Root} is ready, process {Environment.ProcessId}");
        string reason = await owner.WaitAsync();
        OwnerLog.Write($"stopping: {reason}");
        await owner.StopAsync();
        OwnerLog.Write("stopped");
        return ExitCodes.Done;
    }

    private static async Task<LabOwner?> StartAsync(LabPaths lab, StopSignal stop)
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
            ILabService service = EngineComposition.OpenLab(lab, stop);
            return new LabOwner(lab, pidFile, service, new ControlServer(ControlSocket.Listen(lab), service), stop);
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

    private async Task<string> WaitAsync()
    {
        double period = Math.Clamp(idleLimit.TotalMilliseconds / 4, 50, 1000);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(period));
        long lastTask = Environment.TickCount64;
        while (true)
        {
            Task<bool> next = tick.WaitForNextTickAsync(CancellationToken.None).AsTask();
            if (await Task.WhenAny(stop.Requested, next) == stop.Requested)
            {
                return await stop.Requested;
            }

            if (!pidFile.IsStillOurs)
            {
                return "the lab's directory is gone";
            }

            lastTask = service.HasTasks ? Environment.TickCount64 : lastTask;
            if (server.IdleTime > idleLimit
                && Environment.TickCount64 - lastTask > idleLimit.TotalMilliseconds
                && server.TryCloseWhenIdle())
            {
                return $"no client and no task for {idleLimit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";
            }
        }
    }

    private async Task StopAsync()
    {
        await server.StopAsync(sessionPatience);
        await service.DisposeAsync();
        if (pidFile.IsStillOurs)
        {
            ControlSocket.Remove(lab);
            pidFile.Clear();
        }

        pidFile.Dispose();
    }

    private static TimeSpan ReadIdleLimit()
    {
        string? text = Environment.GetEnvironmentVariable("VOLMGR_IDLE_SECONDS");
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            && seconds is > 0 and < 1e6
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(DefaultIdleSeconds);
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
