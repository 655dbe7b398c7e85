using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Exports;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Service.Events;
using VolMgr.Cli.Service.Http;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Service;

/// <summary>
/// The life of 'volmgr serve'. It starts in this order: lock, host, NBD and control sockets, HTTP, the word "ready";
/// and stops in this: health turns bad, no more commands, NBD requests in flight are answered, hosts go down, HTTP. A
/// second SIGTERM changes nothing about that.
/// </summary>
internal sealed class ServeProcess(
    ServeOptions options,
    LabHosts hosts,
    OwnedLab lab,
    VolumeExports exports,
    StopSignal stop,
    ServiceAccess access,
    ServiceAddresses addresses,
    ServiceHealth health,
    HttpCommands commands,
    HttpListening http,
    LabWatch watch,
    SystemdNotifier notifier,
    ILogger<ServeProcess> logger) : IDisposable
{
    /// <summary>How long HTTP clients that do not take their answers hold up the end.</summary>
    public static readonly TimeSpan HttpPatience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim reloading = new(1);

    /// <summary>Serves until it is told to stop.</summary>
    public static async Task<int> RunAsync(ServeOptions options)
    {
        LabPaths lab = options.Lab;
        // The files are read before a running owner is asked to leave for nothing.
        ServiceCertificates? certificates = options.Tls is { } tls ? new ServiceCertificates(tls) : null;
        AccessToken? given = options.TokenFile is { } path ? AccessToken.Read(path) : null;
        using PidFile pidFile = OwnerStop.TakeDown(lab, isForced: false, "serve");
        pidFile.WriteProcessId();
        using var notifier = new SystemdNotifier(Environment.GetEnvironmentVariable, Environment.ProcessId);
        try
        {
            AccessToken? token = options.HttpEndPoint is null ? null : given ?? AccessToken.Make(lab);
            (WebApplication web, ServeProcess process) = EngineComposition.BuildService(
                options, pidFile, new ServiceAccess(token, certificates), notifier);
            await using (web)
            {
                return await process.RunAsync(web);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException)
        {
            throw UserErrorException.Refused(
                $"lab {lab.Root} cannot be served: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reloading.Dispose();

    private async Task<int> RunAsync(WebApplication web)
    {
        OwnerLog.AttachBeside(options.Lab, line => Log.OwnerLine(logger, line));
        using PosixSignalRegistration terminate = stop.On(PosixSignal.SIGTERM);
        using PosixSignalRegistration interrupt = stop.On(PosixSignal.SIGINT);
        string reason = "it could not start";
        Task watching = Task.CompletedTask;
        try
        {
            VolumeHost host = await hosts.BootAsync(options.HostName);
            lab.Open();
            await web.StartAsync();
            http.Started(web);
            watching = watch.RunAsync(health.Stopping);
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                _ = ReloadAsync();
            });
            Log.Serving(logger, options.Lab.Root, host.Name, Environment.ProcessId);
            await Console.Out.WriteAsync(addresses.Lines() + OwnerStarter.Ready + "\n");
            await Console.Out.FlushAsync();
            notifier.Ready(Status());
            reason = await lab.WaitAsync();
        }
        finally
        {
            await StopAsync(web, reason);
            await watching;
        }

        return reason == OwnedLab.LabIsGone ? ExitCodes.CheckFailed : ExitCodes.Done;
    }

    private async Task StopAsync(WebApplication web, string reason)
    {
        Log.Stopping(logger, reason);
        notifier.Stopping(reason);
        health.BeginStop();
        await commands.StopAsync();
        await lab.StopAsync();
        await web.StopAsync(); // so long it says that the service stops
        lab.Release();
        Log.Stopped(logger);
    }

    /// <summary>SIGHUP: devices are scanned, certificates read. A second one waits for the first.</summary>
    private async Task ReloadAsync()
    {
        await reloading.WaitAsync();
        notifier.Reloading();
        try
        {
            access.Certificates?.Reload();
            IReadOnlyList<RunningHost> up = hosts.Up;
            foreach (RunningHost host in up)
            {
                await host.Host.RescanAsync();
            }

            Log.Reloaded(logger, up.Count);
        }
        catch (UserErrorException error)
        {
            Log.ReloadFailed(logger, error.Message);
        }
        catch (Exception error)
        {
            Log.ReloadFailed(logger, error.ToString());
        }
        finally
        {
            notifier.Ready(Status());
            reloading.Release();
        }
    }

    private string Status() => $"Serving {options.Lab.Root}, {exports.Started().Count} volumes";
}
