using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

public sealed class PrivateRegionDeviceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A write hangs, is given up after 30 s, and lands much later. Nothing reaches the LUN meanwhile, so that
    /// it cannot land over anything newer.</summary>
    [Fact]
    public void A_write_that_was_given_up_lands_before_anything_newer()
    {
        var simulator = new Simulator(1);
        simulator.Run(async () =>
        {
            var medium = new MemoryDevice(4096);
            var lun = new FaultDevice(medium);
            var device = new PrivateRegionDevice(lun, Patience, simulator.Engine);
            Fault hang = lun.Add(FaultRule.Hang(DeviceOperations.Write));
            long began = simulator.Time.GetTimestamp();
            Assert.Equal(IoStatus.Timeout, await WriteAsync(device, 1));
            Assert.Equal(Patience, simulator.Time.GetElapsedTime(began));
            Assert.Equal(IoStatus.Timeout, await WriteAsync(device, 2));
            Assert.Equal(IoStatus.Timeout, await device.ReadAsync(0, new byte[512], CancellationToken.None));
            Assert.Equal(IoStatus.Timeout, await device.FlushAsync(CancellationToken.None));
            Assert.Equal(Patience, simulator.Time.GetElapsedTime(began)); // only the first one had to wait
            Assert.False(device.TryResume());
            Assert.Equal(1, hang.Hanging);

            lun.Remove(hang);
            await simulator.Engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
            Assert.Equal(1, await FirstByteAsync(medium));
            Assert.Equal(IoStatus.Timeout, await WriteAsync(device, 3)); // not before somebody looked at it again
            Assert.True(device.IsSuspended);
            Assert.True(device.TryResume());
            Assert.Equal(IoStatus.Success, await WriteAsync(device, 4));
            Assert.Equal(4, await FirstByteAsync(medium));
        });
    }

    [Fact]
    public void An_operation_that_answers_in_time_leaves_no_timer()
    {
        var simulator = new Simulator(2);
        simulator.Run(async () =>
        {
            var disk = new SimulatedDisk(simulator, 65536, new SimulatedDiskOptions { InlineRate = 0 });
            var device = new PrivateRegionDevice(disk, Patience, simulator.Engine);
            long began = simulator.Time.GetTimestamp();
            Assert.Equal(IoStatus.Success, await WriteAsync(device, 1));
            disk.Faults.Add(FaultRule.Always(DeviceOperations.Read));
            Assert.Equal(
                IoStatus.MediaError, await device.ReadAsync(0, new byte[512], CancellationToken.None));
            Assert.False(device.IsSuspended);
            Assert.True(simulator.Time.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
        });
    }

    private static async Task<IoStatus> WriteAsync(PrivateRegionDevice device, byte value)
    {
        byte[] data = new byte[512];
        data.AsSpan().Fill(value);
        return await device.WriteAsync(0, data, WriteFlags.ForceUnitAccess, CancellationToken.None);
    }

    private static async Task<int> FirstByteAsync(MemoryDevice medium)
    {
        byte[] data = new byte[512];
        Assert.Equal(IoStatus.Success, await medium.ReadAsync(0, data, CancellationToken.None));
        return data[0];
    }
}
