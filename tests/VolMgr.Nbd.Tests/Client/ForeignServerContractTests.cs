using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>The contract over nbdkit with everything that it offers.</summary>
public sealed class NbdkitContractTests : BlockDeviceContract
{
    protected override Task OnDevice(Func<IExtentDevice, Task> test) =>
        ForeignServer.RunAsync(ServerProcess.NbdkitAsync("memory", $"{DeviceLength}"), DeviceLength, test);
}

/// <summary>As over a server that offers next to nothing: no zeroes, no FUA, no extents, and small requests.</summary>
public sealed class PoorServerContractTests : BlockDeviceContract
{
    protected override Task OnDevice(Func<IExtentDevice, Task> test) =>
        ForeignServer.RunAsync(
            ServerProcess.NbdkitFileAsync(
                DeviceLength, "--filter=nozero", "--filter=fua", "--filter=noextents", "--filter=blocksize-policy",
                "--no-sr", "file", "file=FILE", "blocksize-minimum=512", "blocksize-preferred=4096",
                "blocksize-maximum=65536", "blocksize-error-policy=error"),
            DeviceLength,
            test);
}

/// <summary>The contract over qemu-nbd on a qcow2 image.</summary>
public sealed class QemuContractTests : BlockDeviceContract
{
    protected override Task OnDevice(Func<IExtentDevice, Task> test) =>
        ForeignServer.RunAsync(ServerProcess.QemuAsync(DeviceLength, "--shared=4"), DeviceLength, test);
}

internal static class ForeignServer
{
    public static async Task RunAsync(Task<ServerProcess> starting, long length, Func<IExtentDevice, Task> test)
    {
        await using ServerProcess server = await starting;
        await using NbdClientDevice device = server.Open(ClientWorld.Options(length));
        IoStatus status = await device.ConnectAsync();
        Assert.True(status == IoStatus.Success, device.Problem);
        await test(device);
    }
}
