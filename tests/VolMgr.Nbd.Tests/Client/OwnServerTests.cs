using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>The contract with our own server between: what one side means is what the other side understands.</summary>
public sealed class OwnServerContractTests : BlockDeviceContract
{
    protected override async Task OnDevice(Func<IExtentDevice, Task> test)
    {
        using TemporaryFolder folder = new();
        await using MemoryDevice memory = new(DeviceLength);
        await using NbdServer server = new(new Exports().Add("a/b", memory), new NbdServerOptions(), TestWorld.Engine);
        server.ListenUnix(folder.File("nbd.sock"));
        await using NbdClientDevice device = NbdClientDevice.Open(
            ClientWorld.Uri($"nbd+unix:///a/b?socket={folder.File("nbd.sock")}"),
            ClientWorld.Options(DeviceLength),
            TestWorld.Engine);
        Assert.Equal(IoStatus.Success, await device.ConnectAsync());
        await test(device);
    }
}

public sealed class OwnServerTests
{
    /// <summary>
    /// Goal: nothing acknowledged is missing after any number of losses. Method: a server over a cache that loses
    /// everything unflushed each time it dies, random writes, zeroes and flushes, a plain array as the model.
    /// </summary>
    [Fact]
    public async Task A_server_that_loses_its_cache_again_and_again_loses_nothing()
    {
        const int length = 256 << 10;
        using TemporaryFolder folder = new();
        await using MemoryDevice disk = new(length);
        VolatileCacheDevice cache = new(disk);
        NbdServer server = Start();
        await using NbdClientDevice device = NbdClientDevice.Open(
            ClientWorld.Uri($"nbd+unix:///x?socket={folder.File("nbd.sock")}"),
            ClientWorld.Options(length),
            TestWorld.Engine);
        Random random = new(7);
        byte[] model = new byte[length];
        for (int step = 0; step < 400; step++)
        {
            int size = random.Next(1, 33) * 512;
            int offset = random.Next((length - size) / 512) * 512;
            switch (random.Next(12))
            {
                case 0:
                    await server.StopAsync(TimeSpan.Zero);
                    cache = new VolatileCacheDevice(disk);
                    server = Start();
                    break;
                case 1:
                    Assert.Equal(IoStatus.Success, await ClientWorld.Flush(device));
                    break;
                case 2:
                    Assert.Equal(IoStatus.Success, await device.DiscardAsync(offset, size, TestWorld.Token));
                    model.AsSpan(offset, size).Clear();
                    break;
                case 3 or 4 or 5:
                    byte[] found = await TestWorld.Content(device, offset, size);
                    Assert.True(found.AsSpan().SequenceEqual(model.AsSpan(offset, size)), $"step {step}");
                    break;
                default:
                    byte[] data = TestWorld.Bytes(step, size);
                    await TestWorld.Write(
                        device, offset, data, step % 5 == 0 ? WriteFlags.ForceUnitAccess : WriteFlags.None);
                    data.CopyTo(model, offset);
                    break;
            }
        }

        Assert.True((await TestWorld.Content(device, 0, length)).AsSpan().SequenceEqual(model));
        await device.DisposeAsync();
        await server.DisposeAsync();

        NbdServer Start()
        {
            // A connection disposes what it was given; a window owns nothing.
            SubrangeDevice window = new(cache, 0, length);
            NbdServer started = new(new Exports().Add("x", window), new NbdServerOptions(), TestWorld.Engine);
            started.ListenUnix(folder.File("nbd.sock"));
            return started;
        }
    }
}
