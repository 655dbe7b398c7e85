using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>What an aligned request of a volume costs where its devices answer at once.</summary>
public sealed class HotPathTests
{
    private const long Length = 1 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Aligned_reads_end_at_once_and_allocate_nothing(int plexes)
    {
        VolumeDevice volume = Volume(plexes);
        byte[] buffer = new byte[4096];
        long perRequest = Measure(() => volume.ReadBytesAsync(8192, buffer, CancellationToken.None));
        Assert.Equal(0, perRequest);
    }

    [Fact]
    public void Aligned_writes_of_one_plex_end_at_once_and_allocate_nothing()
    {
        VolumeDevice volume = Volume(1);
        byte[] buffer = new byte[4096];
        Assert.Equal(0, Measure(
            () => volume.WriteBytesAsync(8192, buffer, WriteFlags.None, CancellationToken.None)));
    }

    [Fact]
    public void A_write_inside_a_sector_ends_at_once_too()
    {
        VolumeDevice volume = Volume(2);
        byte[] buffer = new byte[100];
        Assert.True(Measure(
            () => volume.WriteBytesAsync(8200, buffer, WriteFlags.None, CancellationToken.None)) < 1024);
    }

    /// <summary>Bytes that a request allocates, once everything is warm.</summary>
    private static long Measure(Func<ValueTask<IoStatus>> request)
    {
        const int count = 1000;
        long allocated = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int index = 0; index < count; index++)
            {
                ValueTask<IoStatus> running = request();
                if (!running.IsCompletedSuccessfully || running.Result != IoStatus.Success)
                {
                    Assert.Fail("it did not succeed at once");
                }
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return allocated / count;
    }

    private static VolumeDevice Volume(int plexes)
    {
        var engine = new EngineServices(
            TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new NoIdentities());
        PlexMember[] members = [.. Enumerable.Range(1, plexes).Select(id => new PlexMember(
            new RecordId(id), $"plex{id}", Device(id), PlexRole.ReadWrite))];
        return new VolumeDevice(new VolumeDeviceOptions
        {
            Volume = new RecordId(9),
            Name = "vol01",
            Plexes = new PlexSet(1, [.. members], null, ReadPolicy.Round, Length),
            Owner = new NoOwner(),
            Engine = engine,
            IsDirty = true,
        });
    }

    private static PlexDevice Device(int id)
    {
        var record = new PlexRecord { Id = new RecordId(id), Name = $"plex{id}", State = PlexState.Active };
        var subdisk = new SubdiskRecord
        {
            Id = new RecordId(id * 100),
            Name = $"sd{id}",
            DiskId = new RecordId(id * 1000),
            DiskOffset = 0,
            Length = Length,
        };
        var medium = new MemoryDevice(Length);
        return new PlexDevice(PlexMap.Of(record, [subdisk]), _ => medium);
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
