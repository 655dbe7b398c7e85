namespace VolMgr.Blocks.Tests;

public sealed class RecordingDeviceTests
{
    private static CancellationToken Token => TestWorld.Token;

    [Fact]
    public async Task Starts_and_completions_of_all_devices_share_one_order()
    {
        OperationLog log = new();
        FaultDevice slow = new(new MemoryDevice(8192));
        Fault hang = slow.Add(FaultRule.Hang(DeviceOperations.Write));
        RecordingDevice first = new(slow, log, "a");
        RecordingDevice second = new(new MemoryDevice(8192), log, "b");
        Task<IoStatus> write = first.WriteAsync(512, new byte[1024], WriteFlags.ForceUnitAccess, Token).AsTask();
        await second.FlushAsync(Token);
        Assert.Null(log.Operations[0].Completed);
        slow.Remove(hang);
        await write;
        Assert.Equal(
            [
                new RecordedOperation(1, "a", DeviceOperations.Write, 512, 1024, WriteFlags.ForceUnitAccess, 0)
                {
                    Completed = 4, Status = IoStatus.Success,
                },
                new RecordedOperation(2, "b", DeviceOperations.Flush, 0, 0, WriteFlags.None, 0)
                {
                    Completed = 3, Status = IoStatus.Success,
                },
            ],
            log.Operations);
    }

    [Fact]
    public async Task Every_operation_is_told_with_its_status()
    {
        OperationLog log = new();
        FaultDevice faults = new(new MemoryDevice(8192));
        faults.Add(FaultRule.Always(DeviceOperations.Extent, IoStatus.Timeout));
        RecordingDevice device = new(faults, log);
        await device.ReadAsync(0, new byte[512], Token);
        await device.ZeroAsync(0, 1024, WriteFlags.NoHole, Token);
        await device.DiscardAsync(1024, 512, Token);
        await device.NextExtentAsync(0, 512, Token);
        Assert.Equal(
            [
                (DeviceOperations.Read, 512L, IoStatus.Success), (DeviceOperations.Zero, 1024L, IoStatus.Success),
                (DeviceOperations.Discard, 512L, IoStatus.Success), (DeviceOperations.Extent, 512L, IoStatus.Timeout),
            ],
            log.Operations.Select(operation => (operation.Operation, operation.Length, operation.Status!.Value)));
    }

    [Fact]
    public async Task Payloads_are_told_apart_when_asked_for()
    {
        OperationLog log = new() { HashesPayloads = true };
        RecordingDevice device = new(new MemoryDevice(8192), log);
        byte[] data = TestWorld.Bytes(1, 512);
        await TestWorld.Write(device, 0, data);
        await TestWorld.Write(device, 512, data);
        data[511] ^= 1;
        await TestWorld.Write(device, 0, data);
        Assert.Equal(OperationLog.Hash(data), log.Operations[2].PayloadHash);
        Assert.Equal(log.Operations[0].PayloadHash, log.Operations[1].PayloadHash);
        Assert.NotEqual(log.Operations[0].PayloadHash, log.Operations[2].PayloadHash);
    }

    [Fact]
    public async Task A_cleared_log_ignores_the_completion_of_what_it_forgot()
    {
        OperationLog log = new();
        FaultDevice faults = new(new MemoryDevice(8192));
        Fault hang = faults.Add(FaultRule.Hang(DeviceOperations.Flush));
        RecordingDevice device = new(faults, log);
        Task<IoStatus> flush = device.FlushAsync(Token).AsTask();
        log.Clear();
        await device.ReadAsync(0, new byte[512], Token);
        faults.Remove(hang);
        await flush;
        RecordedOperation only = Assert.Single(log.Operations);
        Assert.Equal((DeviceOperations.Read, 2L, 3L), (only.Operation, only.Started, only.Completed!.Value));
    }
}
