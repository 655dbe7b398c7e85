using BenchmarkDotNet.Attributes;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Benchmarks;

/// <summary>What the engine adds to the device: gate, lock, plex set, layout.</summary>
[MemoryDiagnoser]
public class VolumeBenchmarks
{
    private const long Length = 64 << 20;

    private readonly byte[] data = new byte[4096];
    private VolumeDevice volume = null!; // set up before each run

    /// <summary>Plexes of the volume.</summary>
    [Params(1, 2)]
    public int Plexes { get; set; }

    /// <summary>Starts a volume over memory.</summary>
    [GlobalSetup]
    public void Start() => volume = new VolumeDevice(new VolumeDeviceOptions
    {
        Volume = new RecordId(9),
        Name = "vol01",
        Plexes = new PlexSet(
            1,
            [.. Enumerable.Range(1, Plexes).Select(id => new PlexMember(
                new RecordId(id), $"plex{id}", Device(id), PlexRole.ReadWrite))],
            null,
            ReadPolicy.Round,
            Length),
        Owner = new NoOwner(),
        Engine = new EngineServices(
            TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new NoIdentities()),
        IsDirty = true,
    });

    /// <summary>A read of 4 KiB.</summary>
    [Benchmark]
    public ValueTask<IoStatus> Read() => volume.ReadAsync(1 << 20, data, CancellationToken.None);

    /// <summary>A write of 4 KiB.</summary>
    [Benchmark]
    public ValueTask<IoStatus> Write() =>
        volume.WriteAsync(1 << 20, data, WriteFlags.None, CancellationToken.None);

    private static PlexDevice Device(int id)
    {
        var plex = new PlexRecord { Id = new RecordId(id), Name = $"plex{id}", State = PlexState.Active };
        var subdisk = new SubdiskRecord
        {
            Id = new RecordId(id * 100),
            Name = $"sd{id}",
            DiskId = new RecordId(id * 1000),
            DiskOffset = 0,
            Length = Length,
        };
        var medium = new MemoryDevice(Length);
        return new PlexDevice(PlexMap.Of(plex, [subdisk]), _ => medium);
    }

    private sealed class NoIdentities : IIdentitySource
    {
        public Guid NewGuid() => Guid.Empty;

        public int NewSeed() => 0;
    }

    private sealed class NoOwner : IVolumeOwner
    {
        public ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason) => new(false);

        public ValueTask<bool> MarkDirtyAsync(RecordId volume) => new(true);
    }
}
