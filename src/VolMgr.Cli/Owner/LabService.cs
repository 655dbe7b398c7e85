using System.Collections.Concurrent;
using System.CommandLine;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Verbs;
using VolMgr.Commands;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Owner;

/// <summary>
/// The lab as the control server offers it: vx* commands, the program's own verbs, block I/O on volumes.
/// </summary>
internal sealed class LabService(LabPaths lab, LabHosts hosts, EngineServices engine, StopSignal stop)
    : ILabService
{
    private readonly ConcurrentDictionary<string, Command> definitions = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool HasTasks => hosts.HasTasks;

    /// <inheritdoc/>
    public void RequestStop(string reason) => stop.Request(reason);

    /// <inheritdoc/>
    public Task<int> RunAsync(RunRequest request, CommandStreams streams, CancellationToken interrupted) =>
        RunAsync(request, streams, new UserFiles(), interrupted);

    /// <summary>Runs a command that sees these files of its user.</summary>
    public async Task<int> RunAsync(
        RunRequest request, CommandStreams streams, ICommandFiles files, CancellationToken interrupted)
    {
        if (OwnerVerbs.Find(request.Name) is { } verb)
        {
            ParseResult parsed = definitions.GetOrAdd(verb.Name, _ => VerbTree.DefineForOwner(verb))
                .Parse(request.Arguments);
            if (parsed.Errors.Count > 0)
            {
                throw UserErrorException.Usage(VerbTree.Explain(parsed));
            }

            return await verb.RunAsync(new OwnerVerbContext
            {
                Parsed = parsed,
                Lab = lab,
                Hosts = hosts,
                HostName = hosts.Resolve(request.HostName),
                WorkingDirectory = request.WorkingDirectory,
                Out = streams.Out,
                Error = streams.Error,
                In = streams.In,
                Interrupted = interrupted,
                Engine = engine,
                Stop = stop,
            });
        }

        VolumeHost host = await hosts.BootAsync(request.HostName);
        var command = new CommandRequest(
            request.Name, request.Arguments, request.WorkingDirectory, ToDictionary(request.Environment));
        return await CommandSet.RunAsync(command, new CommandContext
        {
            Host = host,
            Out = streams.Out,
            Error = streams.Error,
            In = streams.In,
            Interrupted = interrupted,
            Time = host.Engine.Time,
            Files = files,
            Log = new HostCommandLog(lab.HostFolder(host.Name)),
        });
    }

    /// <inheritdoc/>
    public async Task<IBlockDevice> OpenVolumeAsync(OpenVolumeRequest request, CancellationToken token)
    {
        VolumeHost host = await hosts.BootAsync(request.HostName);
        DiskGroup group = host.FindGroup(request.Group) ?? throw UserErrorException.Refused(
            $"disk group {request.Group} is not imported on host {host.Name}");
        VolumeDevice? device = group.OpenVolume(request.Volume);
        if (device is not null)
        {
            return new SharedDevice(device);
        }

        return PlexReader.Open(group, request.Volume) ?? throw UserErrorException.Refused(
            $"disk group {group.Name} has no started volume and no readable plex {request.Volume}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => hosts.DisposeAsync();

    private static Dictionary<string, string> ToDictionary(IReadOnlyList<string> environment)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in environment)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                variables[line[..equals]] = line[(equals + 1)..];
            }
        }

        return variables;
    }
}
