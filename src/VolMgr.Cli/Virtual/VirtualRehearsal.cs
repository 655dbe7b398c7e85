using VolMgr.Arrays;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Rehearse;
using VolMgr.Simulation;

namespace VolMgr.Cli.Virtual;

/// <summary>
/// A rehearsal in virtual time, in this process: the steps, the engine and the checks of any rehearsal. The report
/// follows from the options: equal seed, equal report.
/// </summary>
internal static class VirtualRehearsal
{
    /// <summary>The pace of the application is this part of what it is in real time: hours of it have to pass.
    /// </summary>
    private const int PaceDivisor = 10;

    private const long RoundTo = 1L << 20;
    private const long LargestVolume = 1L << 42;

    /// <summary>Runs it on the caller's thread.</summary>
    /// <param name="options">What is asked for; its lab, if any, is a virtual-time lab.</param>
    /// <param name="folder">An empty folder for what the hosts keep in files.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="interrupted">Ends it early.</param>
    public static RehearseReport Run(
        RehearseOptions options, string folder, IRehearseProgress progress, CancellationToken interrupted)
    {
        var paths = new LabPaths(folder);
        LabTopologyFile.Write(paths.TopologyFile, TopologyOf(options));
        var simulator = new Simulator(options.Seed);
        var lab = new VirtualLab(simulator, paths, new VirtualArrays(), options.Crashes, interrupted);
        RehearseOptions paced = options with
        {
            OperationsPerSecond = options.OperationsPerSecond ?? (options.Shape.OperationsPerSecond / PaceDivisor),
        };
        return simulator.Run(() => new Rehearsal(paced, folder, lab, progress).RunAsync(CancellationToken.None));
    }

    /// <summary>
    /// The options of a rehearsal in virtual time; null when they mean one in real time. A virtual-time lab has its
    /// own size: where none is asked for, each volume gets an eighth of the old array.
    /// </summary>
    public static RehearseOptions? Fit(RehearseOptions options, bool hasSize)
    {
        if (options.Lab is null || !File.Exists(new LabPaths(options.Lab).TopologyFile))
        {
            return !options.IsVirtual ? null
                : options.Lab is null ? options
                : throw UserErrorException.Usage(
                    $"{options.Lab} is no lab; make one with 'volmgr lab create {options.Lab} --virtual', or leave "
                    + "--lab out");
        }

        LabTopology topology = LabTopologyFile.Read(new LabPaths(options.Lab)).Topology;
        if (!topology.IsVirtual)
        {
            return !options.IsVirtual ? null : throw UserErrorException.Usage(
                $"{options.Lab} is a real-time lab; a rehearsal in virtual time makes its own, or takes one that "
                + "'volmgr lab create --virtual' made");
        }

        long eighth = topology.Arrays[0].Luns.Sum(lun => lun.Size) / 8 / RoundTo * RoundTo;
        return options with
        {
            IsVirtual = true,
            Size = hasSize ? options.Size : Math.Clamp(eighth, RehearseOptions.SizeMin, LargestVolume),
        };
    }

    private static LabTopology TopologyOf(RehearseOptions options)
    {
        if (options.Lab is not null)
        {
            return LabTopologyFile.Read(new LabPaths(options.Lab)).Topology;
        }

        RehearsePlan plan = RehearsePlan.For(options);
        LabTopology? built = LabTemplates.Build(
            LabTemplates.Modelled, new LabTemplateOptions(plan.LunCount, plan.LunSize));
        return built! with { IsVirtual = true }; // the template is built in
    }
}
