using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>When a log forgets, and what it still writes when it is no longer wanted.</summary>
public sealed class DirtyRegionLogLifeTests
{
    private const long VolumeLength = 1 << 20;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    // Nothing has to be made equal on one complete plex, but a copy that goes on relies on what the log held.
    [Fact]
    public void What_was_dirty_at_a_start_stays_so_until_somebody_says_that_it_is_done()
    {
        var simulator = new Simulator(1);
        simulator.Run(async () =>
        {
            var disk = new MemoryDevice(DirtyRegionLogGeometry.LogLength);
            DirtyRegionLog? before = await DirtyRegionLog.FormatAsync([Plex(disk)], VolumeLength, simulator.Engine);
            Assert.True(await before!.MarkAsync(65536, 512)); // FormatAsync has written it
            DirtyRegionLogReading reading = await DirtyRegionLog.LoadAsync(
                [Plex(disk)], VolumeLength, simulator.Engine);
            await using VolumeDevice volume = Volume(simulator, reading.Log);
            await simulator.Engine.DelayAsync(Long, CancellationToken.None);
            Assert.Equal(1, volume.Log!.DirtyCount);
            DirtyRegionLogReading again = await DirtyRegionLog.LoadAsync(
                [Plex(disk)], VolumeLength, simulator.Engine);
            Assert.Equal([new ByteRange(65536, 65536)], again.Dirty);
            volume.Log.ReleaseHeld();
            await simulator.Engine.DelayAsync(Long, CancellationToken.None);
            Assert.Equal(0, volume.Log.DirtyCount);
        });
    }

    // A late write of the old log would land on space that is somebody else's by then.
    [Fact]
    public void A_log_is_replaced_only_when_nothing_of_it_is_on_the_way_to_its_disk()
    {
        var simulator = new Simulator(2);
        simulator.Run(async () =>
        {
            var disk = new FaultDevice(new MemoryDevice(DirtyRegionLogGeometry.LogLength));
            DirtyRegionLog? log = await DirtyRegionLog.FormatAsync([Plex(disk)], VolumeLength, simulator.Engine);
            await using VolumeDevice volume = Volume(simulator, log);
            Assert.Equal(
                IoStatus.Success, await volume.WriteAsync(0, new byte[512], WriteFlags.None, CancellationToken.None));
            Fault held = disk.Add(FaultRule.Hang(DeviceOperations.Write));
            await simulator.Engine.DelayAsync(Long, CancellationToken.None);
            Assert.Equal(1, held.Hanging);
            bool isCommitted = false;
            Task<bool> replacing = volume.ReconfigureAsync(plexes =>
            {
                isCommitted = true;
                return Task.FromResult<(bool, VolumeChange?)>(
                    (true, new VolumeChange(plexes.Next(plexes.Members)) { ReplacesLog = true }));
            });
            await simulator.Engine.DelayAsync(Long, CancellationToken.None);
            Assert.False(isCommitted, "the space of the log was given away while it was being written");
            disk.Remove(held);
            Assert.True(await replacing);
            Assert.Null(volume.Log);
        });
    }

    private static VolumeDevice Volume(Simulator simulator, DirtyRegionLog? log) => new(new VolumeDeviceOptions
    {
        Volume = new RecordId(1),
        Name = "vol01",
        Plexes = new PlexSet(
            1,
            [new PlexMember(new RecordId(2), "plex", Over(new MemoryDevice(VolumeLength)), PlexRole.ReadWrite)],
            null,
            ReadPolicy.Round,
            VolumeLength),
        Log = log,
        Owner = new Unfailing(),
        Engine = simulator.Engine,
        IsDirty = true,
    });

    private static LogPlex Plex(IExtentDevice device) => new(new RecordId(8), "log", Over(device));

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

    private sealed class Unfailing : IVolumeOwner
    {
        public ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason) =>
            ValueTask.FromResult(false);

        public ValueTask<bool> MarkDirtyAsync(RecordId volume) => ValueTask.FromResult(true);
    }
}
