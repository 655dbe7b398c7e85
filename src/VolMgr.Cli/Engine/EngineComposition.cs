using Microsoft.Extensions.DependencyInjection;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;

namespace VolMgr.Cli.Engine;

/// <summary>What the program is made of, in plain lines. The only place that knows the container.</summary>
internal static class EngineComposition
{
    /// <summary>
    /// Threads for system calls that may sleep: a flush waits for each LUN of a volume, and a lab's volumes rarely span
    /// more; further calls wait for a thread.
    /// </summary>
    private const int BlockingThreads = 8;

    /// <summary>The engine's services in production.</summary>
    public static EngineServices CreateEngine() => new(
        TaskScheduler.Default, new BlockingTaskScheduler(BlockingThreads), TimeProvider.System, new SystemIdentities());

    /// <summary>A lab as its owner serves it. The topology is read and checked; no host boots yet.</summary>
    public static ILabService OpenLab(LabPaths lab, StopSignal stop)
    {
        var services = new ServiceCollection();
        services.AddSingleton(lab);
        services.AddSingleton(stop);
        services.AddSingleton(LabTopologyFile.Read(lab));
        services.AddSingleton(_ => CreateEngine());
        services.AddSingleton<LabHosts>();
        services.AddSingleton<LabService>();
        ServiceProvider provider = services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        return provider.GetRequiredService<LabService>();
    }
}
