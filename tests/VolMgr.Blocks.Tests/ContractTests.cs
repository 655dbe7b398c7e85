namespace VolMgr.Blocks.Tests;

public sealed class MemoryDeviceContractTests : BlockDeviceContract
{
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        await using MemoryDevice device = new(DeviceLength);
        await test(device);
    }
}

public sealed class SubrangeDeviceContractTests : BlockDeviceContract
{
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        await using MemoryDevice inner = new(DeviceLength + 8192);
        byte[] guard = TestWorld.Bytes(99, 1536);
        await TestWorld.Write(inner, 0, guard);
        await TestWorld.Write(inner, 1536 + DeviceLength, guard);
        await using SubrangeDevice device = new(inner, 1536, DeviceLength);
        await test(device);
        Assert.Equal(guard, await TestWorld.Content(inner, 0, 1536));
        Assert.Equal(guard, await TestWorld.Content(inner, 1536 + DeviceLength, 1536));
    }
}

/// <summary>A window on a device that knows no extents: the emulation layer.</summary>
public sealed class EmulatedExtentsContractTests : BlockDeviceContract
{
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        await using PlainDevice inner = new(new MemoryDevice(DeviceLength));
        await using SubrangeDevice device = new(inner, 0, DeviceLength);
        await test(device);
    }
}

public sealed class FaultDeviceContractTests : BlockDeviceContract
{
    /// <summary>With a rule that never strikes, so that the rules are looked at.</summary>
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        await using FaultDevice device = new(new MemoryDevice(DeviceLength));
        device.Add(FaultRule.Nth(1_000_000, DeviceOperations.All));
        await test(device);
    }
}

public sealed class LatencyDeviceContractTests : BlockDeviceContract
{
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        LatencyModel model = new() { BytesPerSecond = 100L << 30, Flush = TimeSpan.FromTicks(1) };
        await using LatencyDevice device = new(new MemoryDevice(DeviceLength), model, TimeProvider.System);
        await test(device);
    }
}

public sealed class RecordingDeviceContractTests : BlockDeviceContract
{
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        await using RecordingDevice device = new(
            new MemoryDevice(DeviceLength), new OperationLog { HashesPayloads = true });
        await test(device);
    }
}

public sealed class VolatileCacheDeviceContractTests : BlockDeviceContract
{
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        await using VolatileCacheDevice device = new(new MemoryDevice(DeviceLength));
        await test(device);
    }
}

public sealed class SparseFileDeviceContractTests : BlockDeviceContract
{
    protected override Task OnDevice(Func<IExtentDevice, Task> test) => OnFile(FileCapabilities.All, test);

    internal static async Task OnFile(FileCapabilities capabilities, Func<IExtentDevice, Task> test)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("lun.img");
        SparseFileDevice.Create(path, DeviceLength);
        await using SparseFileDevice device = SparseFileDevice.Open(
            path, TestWorld.Engine, readOnly: false, length: null, capabilities);
        Assert.Equal(IoStatus.Success, device.OpenStatus);
        await test(device);
    }
}

/// <summary>As on a kernel or file system that offers nothing beyond plain reads and writes.</summary>
public sealed class PortableFileDeviceContractTests : BlockDeviceContract
{
    protected override Task OnDevice(Func<IExtentDevice, Task> test) =>
        SparseFileDeviceContractTests.OnFile(FileCapabilities.None, test);
}

/// <summary>As the one before, with forced writes through the second descriptor.</summary>
public sealed class SecondDescriptorFileDeviceContractTests : BlockDeviceContract
{
    protected override Task OnDevice(Func<IExtentDevice, Task> test) =>
        SparseFileDeviceContractTests.OnFile(FileCapabilities.SecondDescriptor, test);
}
