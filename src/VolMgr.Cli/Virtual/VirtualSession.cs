using System.Text;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Simulation;

namespace VolMgr.Cli.Virtual;

/// <summary>
/// One command on a virtual-time lab. There is no owner process: the host boots, the command runs in this process, time
/// goes on until all background tasks have ended, and the host goes down in order; between commands time stands still.
/// A command that is killed has not happened.
/// </summary>
internal static class VirtualSession
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs it and gives its exit code.</summary>
    public static int Run(LabPaths lab, string name, IReadOnlyList<string> arguments)
    {
        VirtualRules.RefuseCommand(lab, name, arguments);
        using PidFile held = Acquire(lab);
        LabTopologyFile file = LabTopologyFile.Read(lab);
        var arrays = new VirtualArrays();
        VirtualContentFile before = VirtualContentFile.Read(lab, file.Topology, arrays);
        var simulator = new Simulator(before.Commands + 1);
        var world = new VirtualLab(simulator, lab, arrays, crashes: 0, CancellationToken.None);
        using TextWriter output = Text(Console.OpenStandardOutput());
        using TextWriter error = Text(Console.OpenStandardError());
        int exitCode = simulator.Run(async () =>
        {
            await simulator.Engine.DelayAsync(before.Clock, CancellationToken.None);
            int code = await world.RunAsync(
                RunRequest.FromHere(name, arguments), new CommandStreams(output, error, Console.In));
            await world.RestAsync();
            return code;
        });
        new VirtualContentFile(before.Commands + 1, simulator.Elapsed).Write(lab, arrays);
        return exitCode;
    }

    /// <summary>A synchronised writer's asynchronous calls return when they are done: one that went on elsewhere would
    /// leave the simulated world.</summary>
    private static TextWriter Text(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true });

    private static PidFile Acquire(LabPaths lab)
    {
        long began = Environment.TickCount64;
        while (true)
        {
            if (PidFile.TryAcquire(lab) is { } held)
            {
                return held;
            }

            if (Environment.TickCount64 - began > patience.TotalMilliseconds)
            {
                throw UserErrorException.Refused(
                    $"another command has been running in lab {lab.Root} for a minute; wait for it to end");
            }

            Thread.Sleep(20);
        }
    }
}
