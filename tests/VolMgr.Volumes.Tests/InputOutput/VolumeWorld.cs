using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Recovery;
using VolMgr.Volumes.Resync;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>
/// One volume in the simulated world: disks, durable configuration, the engine under test, the oracle. A crash ends the
/// engine's life and leaves the disks and the configuration.
/// </summary>
internal sealed class VolumeWorld
{
    public const long UnitSize = 8192;

    private readonly Dictionary<long, SimulatedDisk[]> plexDisks = [];
    private readonly Dictionary<long, SimulatedDisk> logDisks = [];
    private WorldConfiguration.Owner? owner;

    public VolumeWorld(int seed, int sectorCount, Func<VolumeWorld, DataPathSteps>? breach)
    {
        Simulator = new Simulator(seed) { StepLimit = 150_000 };
        SectorCount = sectorCount;
        Oracle = new SectorOracle(sectorCount);
        Configuration = new WorldConfiguration(Simulator.Engine, Simulator.Random);
        Tasks = new TaskTable(Simulator.Time);
        Steps = breach?.Invoke(this) ?? (seed % 2 == 0 ? new SlowSteps(this) : new DataPathSteps());
    }

    public Simulator Simulator { get; }

    public int SectorCount { get; }

    public long Length => SectorCount * 512L;

    public SectorOracle Oracle { get; }

    public WorldConfiguration Configuration { get; }

    public TaskTable Tasks { get; }

    public HostConnection Host { get; private set; } = new();

    public DataPathSteps Steps { get; }

    /// <summary>Whether a lost plex or a failed operation is expected.</summary>
    public bool MayFail { get; set; }

    public VolumeDevice Volume { get; private set; } = null!;

    public PlexCopyResult? LastCopy { get; private set; }

    public WorldConfiguration.Owner Owner => owner!;

    public IEnumerable<SimulatedDisk> Disks => plexDisks.Values.SelectMany(disks => disks).Concat(logDisks.Values);

    public SimulatedDisk[] DisksOf(long plex) => plexDisks[plex];

    public SimulatedDisk LogDisk(long log) => logDisks[log];

    /// <summary>Adds a plex on two disks, concatenated (even ids) or striped (odd ids).</summary>
    public void AddPlex(long id, WorldPlexState state, bool isPoisoned = false)
    {
        long half = (Length + (2 * UnitSize) - 1) / (2 * UnitSize) * UnitSize;
        plexDisks[id] = [.. Enumerable.Range(0, 2).Select(index => new SimulatedDisk(
            Simulator,
            half,
            new SimulatedDiskOptions { Name = $"plex{id}-{index}", IsPoisoned = isPoisoned }))];
        Configuration.Plexes[id] = state;
    }

    public void AddLog(long id)
    {
        logDisks[id] = new SimulatedDisk(Simulator, DirtyRegionLogGeometry.LogLength);
        Configuration.Logs.Add(id);
    }

    /// <summary>Starts the volume as its configuration says; returns what the log says is dirty.</summary>
    public async Task<IReadOnlyList<ByteRange>?> BootAsync(bool isFirst = false)
    {
        owner = new WorldConfiguration.Owner(Configuration, Host, Simulator.Engine);
        (DirtyRegionLog? log, IReadOnlyList<ByteRange>? dirty) = await LoadLogAsync(isFirst);
        ImmutableArray<PlexMember> members = [.. Configuration.Plexes
            .Where(plex => plex.Value != WorldPlexState.Detached)
            .Select(plex => new PlexMember(
                new RecordId(plex.Key),
                $"plex{plex.Key}",
                Device(plex.Key),
                plex.Value == WorldPlexState.Active ? PlexRole.ReadWrite : PlexRole.WriteOnly))];
        Volume = new VolumeDevice(new VolumeDeviceOptions
        {
            Volume = new RecordId(1),
            Name = "vol01",
            Plexes = new PlexSet(1, members, null, ReadPolicy.Round, Length),
            Log = log,
            Owner = owner,
            Engine = Simulator.Engine,
            IsDirty = Configuration.IsDirty,
            Unrecovered = !Configuration.IsDirty || isFirst || dirty is { Count: 0 } ? null : dirty ?? [],
            Steps = Steps,
        });
        owner.Volume = Volume;
        return dirty;
    }

    public PlexDevice Device(long id)
    {
        SimulatedDisk[] disks = plexDisks[id];
        bool isStriped = id % 2 == 1;
        var record = new PlexRecord
        {
            Id = new RecordId(id),
            Name = $"plex{id}",
            State = PlexState.Active,
            Layout = isStriped ? PlexLayout.Stripe : PlexLayout.Concat,
            ColumnCount = isStriped ? 2 : 1,
            StripeUnit = isStriped ? UnitSize : 0,
        };
        SubdiskRecord[] subdisks = [.. disks.Select((disk, index) => new SubdiskRecord
        {
            Id = new RecordId((id * 100) + index),
            Name = $"sd{id}-{index}",
            DiskId = new RecordId((id * 1000) + index),
            DiskOffset = 0,
            Length = disk.Length,
            Column = isStriped ? index : 0,
            PlexOffset = isStriped ? 0 : index * disk.Length,
        })];
        return new PlexDevice(
            PlexMap.Of(record, subdisks), disk => Host.Connect(disks[(int)(disk.Value % 1000)]));
    }

    /// <summary>The host and all disks lose power: what was not flushed survives in part.</summary>
    public void Crash()
    {
        Host.Die();
        Host = new HostConnection();
        foreach (SimulatedDisk disk in Disks)
        {
            disk.PowerFail();
        }
    }

    /// <summary>Attaches a plex: adds it write-only, copies, switches. The final state of the copy or the
    /// switch.</summary>
    public async Task<(PlexCopyState Copy, PlexSwitchState? Switch)> AttachAsync(
        long id, VolumeTask? task = null, Func<PlexCopyOptions, PlexCopyOptions>? adjust = null)
    {
        var plex = new RecordId(id);
        HostConnection host = Host;
        if (Volume.Plexes.Find(plex) is null)
        {
            PlexDevice device = Device(id);
            bool isAdded = await Volume.ReconfigureAsync(async plexes =>
            {
                bool isDone = await Configuration.CommitAsync(host, () =>
                {
                    Configuration.Plexes[id] = WorldPlexState.Attaching;
                    return true;
                });
                return (isDone, isDone ? new VolumeChange(plexes.WithAttaching(plex, $"plex{id}", device)) : null);
            });
            if (!isAdded)
            {
                return (PlexCopyState.TargetFailed, null);
            }
        }

        return await CopyAsync(id, task, adjust);
    }

    public async Task<(PlexCopyState Copy, PlexSwitchState? Switch)> CopyAsync(
        long id, VolumeTask? task, Func<PlexCopyOptions, PlexCopyOptions>? adjust)
    {
        HostConnection host = Host;
        var options = new PlexCopyOptions
        {
            Volume = Volume,
            Target = new RecordId(id),
            IoSize = 4096,
            Workers = 3,
            Task = task,
            Store = new WorldConfiguration.RecordStore(Configuration, host),
            CheckpointBytes = 16384,
            Throttle = new CopyThrottleOptions { LatencyTarget = TimeSpan.Zero },
        };
        var copy = new PlexCopy(adjust is null ? options : adjust(options));
        Owner.PlexLost.Add(lost =>
        {
            if (lost.Value == id)
            {
                copy.LoseTarget(IoStatus.NotReachable);
            }
        });
        PlexCopyResult result = await copy.RunAsync();
        LastCopy = result;
        PlexSwitchState? switched = null;
        if (result.State == PlexCopyState.Completed)
        {
            switched = await copy.SwitchAsync(async plexes =>
            {
                bool isDone = await Configuration.CommitAsync(host, () =>
                {
                    Configuration.Plexes[id] = WorldPlexState.Active;
                    return true;
                });
                return isDone ? new VolumeChange(plexes.WithReadable(new RecordId(id))) : null;
            });
        }

        if (switched != PlexSwitchState.Switched && result.State != PlexCopyState.Suspended && !host.IsDead)
        {
            await DetachAsync(id);
        }

        return (result.State, switched);
    }

    /// <summary>Takes a plex out on purpose. False when it is the last complete one.</summary>
    public async Task<bool> DetachAsync(long id)
    {
        HostConnection host = Host;
        return await Volume.ReconfigureAsync(async plexes =>
        {
            if (plexes.Find(new RecordId(id)) is null)
            {
                return (true, null);
            }

            bool isDone = await Configuration.CommitAsync(host, () => Configuration.Detach(new RecordId(id)));
            return (isDone, isDone ? new VolumeChange(plexes.Without(new RecordId(id))) : null);
        });
    }

    /// <summary>Reads the volume in small requests: a large one would recover all that it touches.</summary>
    public async Task<byte[]> ReadAllAsync()
    {
        const int step = 16384;
        byte[] content = new byte[Length];
        for (int offset = 0; offset < content.Length; offset += step)
        {
            Memory<byte> part = content.AsMemory(offset, Math.Min(step, content.Length - offset));
            Assert.Equal(IoStatus.Success, await Volume.ReadAsync(offset, part, CancellationToken.None));
        }

        return content;
    }

    /// <summary>With nothing in flight: all complete plexes are identical and hold what the model allows.</summary>
    public async Task CheckAtRestAsync()
    {
        Oracle.CheckOrder();
        byte[]? first = null;
        foreach (PlexMember member in Volume.Plexes.Members)
        {
            if (member.Role != PlexRole.ReadWrite || member.Device.IsFaulted)
            {
                continue;
            }

            byte[] content = new byte[Length];
            Assert.Equal(IoStatus.Success, await member.Device.ReadAsync(0, content, CancellationToken.None));
            Oracle.CheckAtRest(content, member.Name);
            if (first is not null && !first.AsSpan().SequenceEqual(content))
            {
                Oracle.Violations.Add($"{member.Name} differs from the first complete plex");
            }

            first ??= content;
        }
    }

    public void AssertNothingWrong(string context) =>
        Assert.True(
            Oracle.Violations.Count == 0,
            $"{context}: {string.Join("; ", Oracle.Violations.Take(5))} ({Oracle.Violations.Count} violations)");

    public async Task<MirrorRecoveryState> RecoverAsync()
    {
        HostConnection host = Host;
        var recovery = new MirrorRecovery(new MirrorRecoveryOptions
        {
            Volume = Volume,
            Throttle = new CopyThrottleOptions { LatencyTarget = TimeSpan.Zero },
        });
        MirrorRecoveryState state = await recovery.RunAsync();
        return host.IsDead ? MirrorRecoveryState.Aborted : state;
    }

    private async Task<(DirtyRegionLog? Log, IReadOnlyList<ByteRange>? Dirty)> LoadLogAsync(bool isFirst)
    {
        if (Configuration.Logs.Count == 0)
        {
            return (null, null);
        }

        List<LogPlex> plexes = [.. Configuration.Logs.Order().Select(id => new LogPlex(
            new RecordId(id), $"log{id}", LogDevice(id)))];
        if (isFirst)
        {
            return (await DirtyRegionLog.FormatAsync(plexes, Length, Simulator.Engine), null);
        }

        DirtyRegionLogReading reading = await DirtyRegionLog.LoadAsync(plexes, Length, Simulator.Engine);
        return (reading.Log, reading.Dirty);
    }

    private PlexDevice LogDevice(long id)
    {
        var record = new PlexRecord { Id = new RecordId(id), Name = $"log{id}", State = PlexState.Log, IsLog = true };
        var subdisk = new SubdiskRecord
        {
            Id = new RecordId(id * 100),
            Name = $"sd{id}",
            DiskId = new RecordId(id * 1000),
            DiskOffset = 0,
            Length = logDisks[id].Length,
        };
        return new PlexDevice(PlexMap.Of(record, [subdisk]), _ => Host.Connect(logDisks[id]));
    }
}
