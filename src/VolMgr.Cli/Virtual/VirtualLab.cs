using System.Text.Json;
using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Rehearse;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Cli.Virtual;

/// <summary>
/// A lab in a simulated world: the hosts and commands of any lab, over LUNs in memory, by a clock that moves only when
/// nothing can run. All of it on one thread and from one seed.
/// </summary>
internal sealed class VirtualLab : IRehearseLab
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(2);
    private static readonly string[] environment = [];
    private readonly VirtualArrays arrays;
    private readonly Queue<double> crashShares;
    private readonly CancellationToken interrupted;
    private readonly Simulator simulator;
    private readonly LabPaths paths;
    private readonly LabHosts hosts;
    private readonly LabService service;
    private readonly LabTopology topology;

    /// <summary>A lab that is down.</summary>
    /// <param name="simulator">The world.</param>
    /// <param name="paths">A folder with its lab.yaml; the hosts' own files go there.</param>
    /// <param name="arrays">Its LUNs.</param>
    /// <param name="crashes">How often the host crashes while volumes are copied.</param>
    /// <param name="interrupted">Ends the rehearsal at its next look.</param>
    public VirtualLab(
        Simulator simulator, LabPaths paths, VirtualArrays arrays, int crashes, CancellationToken interrupted)
    {
        this.simulator = simulator;
        this.paths = paths;
        this.arrays = arrays;
        this.interrupted = interrupted;
        LabTopologyFile file = LabTopologyFile.Read(paths);
        topology = file.Topology;
        hosts = new LabHosts(paths, file, simulator.Engine, arrays);
        service = new LabService(paths, hosts, simulator.Engine, new StopSignal());
        crashShares = new Queue<double>(
            Enumerable.Range(0, crashes).Select(_ => 0.1 + (0.8 * simulator.Random.NextDouble())).Order());
    }

    /// <inheritdoc/>
    public string Host => topology.Hosts[0].Name;

    /// <inheritdoc/>
    public TimeProvider Time => simulator.Time;

    /// <inheritdoc/>
    public TimeSpan PollInterval { get; private set; } = LongestInterval;

    /// <inheritdoc/>
    public TimeSpan QuietTime => TimeSpan.FromSeconds(60);

    /// <summary>Schedulers and clock of the world.</summary>
    public EngineServices Engine => simulator.Engine;

    /// <summary>What the data takes of memory, about.</summary>
    public long MemoryBytes => arrays.MemoryBytes;

    /// <inheritdoc/>
    public async Task<RehearsePlan> CreateAsync(RehearsePlan plan, CancellationToken token)
    {
        if (topology.Arrays.Count < 2)
        {
            throw new RehearsalException(
                "the lab has one array; a migration needs an old one, the first of lab.yaml, and a new one");
        }

        // So often that the seed can choose among many moments of a copy, however short it is.
        const double BytesBetweenLooks = 8e6;
        var interval = TimeSpan.FromMilliseconds(
            Math.Ceiling(plan.Volumes.Sum(volume => volume.Size) / BytesBetweenLooks));
        PollInterval = interval < LongestInterval ? interval : LongestInterval;
        VolumeHost host = await hosts.BootAsync("");
        return plan with
        {
            OldEnclosure = EnclosureOf(host, topology.Arrays[0].Name),
            NewEnclosure = EnclosureOf(host, topology.Arrays[1].Name),
        };
    }

    /// <inheritdoc/>
    public Task<IWorkload> StartWorkloadAsync(WorkloadOptions options, CancellationToken token) =>
        Task.FromResult<IWorkload>(new VirtualWorkload(this, options));

    /// <inheritdoc/>
    public async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken token)
    {
        (int exitCode, string output, string error) = await StartAsync(arguments);
        return exitCode == ExitCodes.Done
            ? output
            : throw new RehearsalException($"'{string.Join(' ', arguments)}' ended with {exitCode}: {error.Trim()}");
    }

    /// <inheritdoc/>
    public async Task<(int ExitCode, string Output)> TryAsync(IReadOnlyList<string> arguments, CancellationToken token)
    {
        (int exitCode, string output, string error) = await StartAsync(arguments);
        return (exitCode, output.Length > 0 ? output : error);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> DevicesAsync(string enclosure, CancellationToken token)
    {
        VolumeHost host = await hosts.BootAsync("");
        return [.. host.Disks.Where(disk => disk.Node.Enclosure.Name == enclosure).Select(disk => disk.Name)];
    }

    /// <inheritdoc/>
    public async Task<MigrationStatus> MigrationStatusAsync(string group, CancellationToken token)
    {
        (int exitCode, string output) = await TryAsync(["migrate", "status", "--group", group, "--json"], token);
        return exitCode == ExitCodes.Done
            ? JsonSerializer.Deserialize(output, RehearseStatusJson.Default.MigrationStatus) ?? new MigrationStatus()
            : new MigrationStatus();
    }

    /// <inheritdoc/>
    public async Task<IBlockDevice?> OpenAsync(string group, string volumeOrPlex, CancellationToken token)
    {
        try
        {
            IBlockDevice device = await service.OpenVolumeAsync(
                new OpenVolumeRequest(Host, group, volumeOrPlex), CancellationToken.None);
            return device is PlexReader plex ? new PlexLook(plex) : device;
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    /// <summary>The host loses its power where a copy has come as far as the seed says.</summary>
    public async Task DisturbAsync(MigrationStatus status, CancellationToken token)
    {
        interrupted.ThrowIfCancellationRequested();
        if (crashShares.TryPeek(out double share) && status.Copies.Values.Any(done => done >= share))
        {
            crashShares.Dequeue();
            await hosts.CutPowerAsync("");
        }
    }

    /// <summary>The checks look at the lab from outside: its clock stands still meanwhile.</summary>
    public void BeginChecks() => hosts.Arrays.Performance.IsSuspended = true;

    /// <summary>
    /// Puts the start of a volume's content on all its plexes, as arrays that restore a backup do: at once, and behind
    /// the host's back. The volume is idle.
    /// </summary>
    public async Task RestoreAsync(string groupName, string volume, long length, ulong tag, long sequence)
    {
        VolumeHost host = await hosts.BootAsync("");
        DiskGroup group = host.FindGroup(groupName)
            ?? throw new RehearsalException($"disk group {groupName} is not imported");
        GroupConfiguration configuration = group.Current;
        VolumeRecord record = configuration.Volumes.Values.First(each => each.Name == volume);
        Dictionary<string, DiskDevice> disks = host.Disks.Where(disk => disk.Header is not null)
            .ToDictionary(disk => disk.Header!.DiskId, StringComparer.Ordinal);
        Restore(record.Id, 0, length, 0);

        void Restore(RecordId id, long offset, long count, long firstSector)
        {
            foreach (PlexRecord plex in configuration.DataPlexesOf(id))
            {
                PlexMap map = PlexMap.Of(configuration, plex.Id);
                foreach (PlexSegment segment in map.Map(offset, Math.Min(count, map.Length - offset)))
                {
                    long sector = firstSector + ((segment.PlexOffset - offset) / BlockRange.SectorSize);
                    if (configuration.Volumes.ContainsKey(segment.DiskId))
                    {
                        Restore(segment.DiskId, segment.DiskOffset, segment.Length, sector);
                        continue;
                    }

                    DiskDevice disk = disks[configuration.Disks[segment.DiskId].DiskId];
                    LunTopology lun = topology.FindLun(disk.Node.LunName)
                        ?? throw new RehearsalException($"disk {disk.Name} is on no LUN of the lab");
                    arrays.Find(lun).Restore(
                        disk.Header!.PublicOffset + segment.DiskOffset, segment.Length, tag, sector, sequence);
                }
            }
        }
    }

    /// <summary>Runs a command of a user.</summary>
    public Task<int> RunAsync(RunRequest request, CommandStreams streams) =>
        service.RunAsync(request, streams, CancellationToken.None);

    /// <summary>Lets time pass until every task has ended or is paused, then takes the hosts down in order.</summary>
    public async Task RestAsync()
    {
        while (hosts.Up.SelectMany(up => up.Host.Tasks.List).Any(task => task.State != TaskState.Paused))
        {
            await Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        }

        await hosts.DisposeAsync();
    }

    private static string EnclosureOf(VolumeHost host, string array) =>
        host.Disks.FirstOrDefault(
            disk => disk.Node.LunName.StartsWith(array + "/", StringComparison.Ordinal))?.Node.Enclosure.Name
        ?? throw new RehearsalException($"host {host.Name} sees no LUN of array {array}");

    private async Task<(int ExitCode, string Output, string Error)> StartAsync(IReadOnlyList<string> arguments)
    {
        interrupted.ThrowIfCancellationRequested();
        using var output = new StringWriter();
        using var error = new StringWriter();
        var request = new RunRequest(arguments[0], [.. arguments.Skip(1)], paths.Root, Host, environment);
        try
        {
            int exitCode = await service.RunAsync(
                request, new CommandStreams(output, error, TextReader.Null), CancellationToken.None);
            return (exitCode, output.ToString(), error.ToString());
        }
        catch (UserErrorException refused)
        {
            return (refused.ExitCode, output.ToString(), refused.Message);
        }
    }
}
