using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VolMgr.Blocks;
using VolMgr.Cli.Exports;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Service;
using VolMgr.Cli.Service.Events;
using VolMgr.Cli.Service.Http;

namespace VolMgr.Cli.Engine;

/// <summary>What the program is made of, in plain lines. The only place that knows the container.</summary>
internal static class EngineComposition
{
    /// <summary>
    /// Threads for system calls that may sleep: a flush waits for each LUN of a volume, and a lab's volumes rarely span
    /// more; further calls wait for a thread.
    /// </summary>
    private const int BlockingThreads = 8;

    /// <summary>Clients beyond it share threads: there are rarely more that are busy at once.</summary>
    private const int SocketThreads = 32;

    /// <summary>What copies stand back: behind everything else that wants a processor.</summary>
    private const int BackgroundNiceness = 10;

    /// <summary>The engine's services in production.</summary>
    public static EngineServices CreateEngine() => new(
        TaskScheduler.Default, new BlockingTaskScheduler(BlockingThreads), TimeProvider.System, new SystemIdentities())
    {
        Loops = SocketLoops.TryCreate(SocketThreads),
        Background = new BlockingTaskScheduler(Math.Clamp(Environment.ProcessorCount, 2, 8), BackgroundNiceness),
    };

    /// <summary>A lab that this process holds. The topology is read and checked; no host boots yet.</summary>
    public static OwnedLab OpenLab(LabPaths lab, PidFile pidFile, StopSignal stop, OwnerOptions options)
    {
        var services = new ServiceCollection();
        AddLab(services, lab, pidFile, stop, options);
        return services
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true })
            .GetRequiredService<OwnedLab>();
    }

    /// <summary>The same lab with the HTTP service around it; disposing the result disposes both.</summary>
    public static (WebApplication Web, ServeProcess Process) BuildService(
        ServeOptions options, PidFile pidFile, ServiceAccess access, SystemdNotifier notifier)
    {
        // An empty builder: no variable of the environment and no file changes what is served where.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "volmgr", ContentRootPath = AppContext.BaseDirectory });
        builder.Host.UseDefaultServiceProvider(
            provider => (provider.ValidateOnBuild, provider.ValidateScopes) = (true, true));
        OwnerOptions owner = OwnerOptions.Served(options, access, notifier);
        AddLab(builder.Services, options.Lab, pidFile, new StopSignal(), owner);
        AddService(builder, options, access, notifier);
        WebApplication web = builder.Build();
        ProblemAnswers.Use(web, web.Services.GetRequiredService<ILogger<HttpListening>>());
        AccessGuard.Use(web, access);
        Api.Map(web);
        return (web, web.Services.GetRequiredService<ServeProcess>());
    }

    private static void AddLab(
        IServiceCollection services, LabPaths lab, PidFile pidFile, StopSignal stop, OwnerOptions options)
    {
        services.AddSingleton(lab);
        services.AddSingleton(pidFile);
        services.AddSingleton(stop);
        services.AddSingleton(options);
        services.AddSingleton(LabTopologyFile.Read(lab));
        services.AddSingleton(_ => CreateEngine());
        services.AddSingleton<LabHosts>();
        services.AddSingleton<LabService>();
        services.AddSingleton<ILabService>(provider => provider.GetRequiredService<LabService>());
        services.AddSingleton<VolumeExports>();
        services.AddSingleton<NbdListeners>();
        services.AddSingleton<OwnedLab>();
    }

    private static void AddService(
        WebApplicationBuilder builder, ServeOptions options, ServiceAccess access, SystemdNotifier notifier)
    {
        builder.Logging.AddServiceLog(options.LogFormat);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(access);
        services.AddSingleton(notifier);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IHostLifetime, NoLifetime>(); // signals are ServeProcess's
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ServeProcess.HttpPatience);
        services.AddSingleton<ServiceHealth>();
        services.AddSingleton<ServiceAddresses>();
        services.AddSingleton<LabViews>();
        services.AddSingleton<HttpCommands>();
        services.AddSingleton<GroupActions>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<EventStream>();
        services.AddSingleton<LabWatch>();
        services.AddSingleton<MetricsText>();
        services.AddSingleton<HttpListening>();
        services.AddSingleton<ServeProcess>();
        services.AddOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>()
            .Configure<HttpListening>((kestrel, listening) => listening.Configure(kestrel));
        services.AddRouting();
        services.AddOpenApi(document => document.AddDocumentTransformer(ApiDescription.Describe));
        services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
    }
}
