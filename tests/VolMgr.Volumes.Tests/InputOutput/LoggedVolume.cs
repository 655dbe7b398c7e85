using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>
/// A volume of 64 GiB with one plex and a dirty region log: 16384 regions of 4 MiB, of which 1024 may be dirty. Its
/// watcher knows when the plexes were flushed for the log, and how often the disk of the log was written.
/// </summary>
internal sealed class LoggedVolume : IAsyncDisposable
{
    public const long Length = 64L << 30;
    public const long RegionSize = 4 << 20;
    public const int MostDirty = 1024;

    private readonly Simulator simulator;

    private LoggedVolume(Simulator simulator, SimulatedDisk logDisk, CountedWrites writes, VolumeDevice device)
    {
        this.simulator = simulator;
        LogDisk = logDisk;
        Writes = writes;
        Device = device;
    }

    public SimulatedDisk LogDisk { get; }

    public CountedWrites Writes { get; }

    public VolumeDevice Device { get; }

    public DirtyRegionLog Log => Device.Log!;

    public static async Task<LoggedVolume> StartAsync(Simulator simulator, Watch steps, int[]? dirty = null)
    {
        var disk = new SimulatedDisk(
            simulator, DirtyRegionLogGeometry.LogLength, new SimulatedDiskOptions { InlineRate = 0 });
        var writes = new CountedWrites(disk);
        LogPlex[] plexes = [new LogPlex(new RecordId(8), "log", Over(writes))];
        DirtyRegionLog log = (await DirtyRegionLog.FormatAsync(plexes, Length, simulator.Engine))!;
        if (dirty is not null)
        {
            foreach (int region in dirty)
            {
                await log.MarkAsync(region * RegionSize, 512);
            }

            log = (await DirtyRegionLog.LoadAsync(plexes, Length, simulator.Engine)).Log!;
        }

        steps.Engine = simulator.Engine;
        return new LoggedVolume(simulator, disk, writes, new VolumeDevice(new VolumeDeviceOptions
        {
            Volume = new RecordId(1),
            Name = "vol01",
            Plexes = new PlexSet(
                1,
                [new PlexMember(new RecordId(2), "plex", Over(new MemoryDevice(Length)), PlexRole.ReadWrite)],
                null,
                ReadPolicy.Round,
                Length),
            Log = log,
            Owner = new Unfailing(),
            Engine = simulator.Engine,
            IsDirty = true,
            Steps = steps,
        }));
    }

    /// <summary>Marks regions, as a write would.</summary>
    public Task<bool> MarkAsync(int region, int count = 1) =>
        Log.MarkAsync(region * RegionSize, count * RegionSize).AsTask();

    /// <summary>The write has ended.</summary>
    public void Drop(int region, int count = 1) => Log.Drop(region * RegionSize, count * RegionSize);

    /// <summary>The regions that a start would find dirty.</summary>
    public async Task<IEnumerable<int>> DurableAsync()
    {
        DirtyRegionLogReading reading = await DirtyRegionLog.LoadAsync(
            [new LogPlex(new RecordId(8), "log", Over(LogDisk))], Length, simulator.Engine);
        return reading.Dirty.Select(range => (int)(range.Offset / RegionSize));
    }

    public ValueTask DisposeAsync() => Device.DisposeAsync();

    private static PlexDevice Over(IExtentDevice device)
    {
        var record = new PlexRecord { Id = new RecordId(1), Name = "one", State = PlexState.Active };
        var subdisk = new SubdiskRecord
        {
            Id = new RecordId(2),
            Name = "sd",
            DiskId = new RecordId(3),
            DiskOffset = 0,
            Length = device.Length,
        };
        return new PlexDevice(PlexMap.Of(record, [subdisk]), _ => device);
    }

    /// <summary>Notes when plexes were flushed so that bits can be cleared, and what that was for.</summary>
    internal sealed class Watch : DataPathSteps
    {
        public EngineServices Engine { private get; set; } = null!;

        /// <summary>Seconds on the clock of the engine at each flush.</summary>
        public List<double> Flushes { get; } = [];

        /// <summary>How often bits were about to be cleared.</summary>
        public int Clears { get; private set; }

        /// <summary>What a flush says, and how many regions around a write are dirty with it.</summary>
        public IoStatus Flush { get; set; }

        public int Around { get; set; }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            Clears += step == DataPathStep.ClearFlushed ? 1 : 0;
            return default;
        }

        public override (int First, int Last) DirtyRegions(long offset, long length, long regionSize)
        {
            (int first, int last) = base.DirtyRegions(offset, length, regionSize);
            return (first - Around, last + Around);
        }

        public override async Task<IoStatus> FlushBeforeClearAsync(Func<Task<IoStatus>> flush)
        {
            Flushes.Add(Engine.Time.GetTimestamp() / (double)Engine.Time.TimestampFrequency);
            IoStatus status = await base.FlushBeforeClearAsync(flush);
            return status == IoStatus.Success ? Flush : status;
        }
    }

    private sealed class Unfailing : IVolumeOwner
    {
        public ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason) =>
            ValueTask.FromResult(true);

        public ValueTask<bool> MarkDirtyAsync(RecordId volume) => ValueTask.FromResult(true);
    }
}
