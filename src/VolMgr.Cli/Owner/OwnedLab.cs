using System.Globalization;
using VolMgr.Cli.Exports;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// A lab that this process has locked: it listens on the control socket and for NBD clients until it is stopped. They
/// end in order: no more commands, NBD requests in flight are answered, then the hosts go down.
/// </summary>
/// <param name="lab">Where.</param>
/// <param name="pidFile">The lock.</param>
/// <param name="service">What commands get.</param>
/// <param name="nbd">What NBD clients get.</param>
/// <param name="stop">Asks for the end.</param>
/// <param name="options">What differs between an owner in the background and one in the foreground.</param>
internal sealed class OwnedLab(
    LabPaths lab, PidFile pidFile, ILabService service, NbdListeners nbd, StopSignal stop, OwnerOptions options)
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);
    private ControlServer? control;

    /// <summary>Listens; what an owner that crashed left behind is replaced.</summary>
    public void Open()
    {
        if (!options.IsServed)
        {
            RemoveHttp(); // what a killed 'volmgr serve' left behind would answer nobody
        }

        nbd.Open();
        control = new ControlServer(ControlSocket.Listen(lab), service, BusyWith);
    }

    /// <summary>
    /// Waits for the reason to stop: somebody asks, the lab has gone, or nobody has needed it for a while.
    /// </summary>
    public async Task<string> WaitAsync()
    {
        double wanted = Math.Min(
            (options.IdleLimit?.TotalMilliseconds / 4) ?? 1000, options.TickPeriod?.TotalMilliseconds ?? 1000);
        double period = Math.Clamp(wanted, 50, 1000);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(period));
        long lastUse = Environment.TickCount64;
        while (true)
        {
            Task<bool> next = tick.WaitForNextTickAsync(CancellationToken.None).AsTask();
            if (await Task.WhenAny(stop.Requested, next) == stop.Requested)
            {
                return await stop.Requested;
            }

            if (!pidFile.IsStillOurs)
            {
                return LabIsGone;
            }

            lastUse = service.HasTasks || nbd.ConnectionCount > 0 ? Environment.TickCount64 : lastUse;
            options.OnTick();
            if (options.IdleLimit is { } limit
                && control is { } server
                && server.IdleTime > limit
                && Environment.TickCount64 - lastUse > limit.TotalMilliseconds
                && server.TryCloseWhenIdle())
            {
                return $"no client and no task for {limit.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";
            }
        }
    }

    /// <summary>The reason of <see cref="WaitAsync"/> when somebody deleted the lab.</summary>
    public const string LabIsGone = "the lab's directory is gone";

    /// <summary>Stops everything in order; the lab stays locked.</summary>
    public async Task StopAsync()
    {
        if (control is not null)
        {
            await control.StopAsync(patience);
        }

        await nbd.StopAsync(patience);
        await service.DisposeAsync();
    }

    /// <summary>Gives the lab up: from here on another process may bring it up.</summary>
    public void Release()
    {
        if (pidFile.IsStillOurs)
        {
            ControlSocket.Remove(lab);
            nbd.Remove();
            RemoveHttp();
            pidFile.Clear();
        }

        pidFile.Dispose();
    }

    private void RemoveHttp()
    {
        LabSocket.Remove(lab.HttpSocket);
        File.Delete(lab.HttpToken);
    }

    private string? BusyWith()
    {
        if (options.IsServed)
        {
            return $"'volmgr serve' holds it (process {Environment.ProcessId}), stop that one with SIGTERM";
        }

        return nbd.ConnectionCount > 0 ? "NBD clients are connected, disconnect them" : null;
    }
}
