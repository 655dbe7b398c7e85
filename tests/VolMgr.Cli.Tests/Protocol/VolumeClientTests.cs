using VolMgr.Blocks;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Protocol;

public sealed class VolumeClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_is_on_the_volume_and_read_back()
    {
        await using var lab = new FakeLab();
        await using VolumeClient client = await lab.OpenAsync();
        Assert.Equal(lab.Service.Volume.Length, client.Length);
        byte[] data = Pattern(3, 8192);
        Assert.Equal(IoStatus.Success, await client.WriteAsync(4096, data, WriteFlags.ForceUnitAccess, Token));
        byte[] read = new byte[8192];
        Assert.Equal(IoStatus.Success, await client.ReadAsync(4096, read, Token));
        Assert.Equal(data, read);
        Assert.Equal(IoStatus.Success, await client.FlushAsync(Token));
        await lab.Service.Volume.ReadAsync(4096, read, Token);
        Assert.Equal(data, read);
    }

    /// <summary>
    /// Goal: many requests in flight, each answered with its own data. Method: 64 lanes write and read their own
    /// blocks at once over a device that answers late and out of order.
    /// </summary>
    [Fact]
    public async Task Replies_out_of_order_reach_their_requests()
    {
        await using var lab = new FakeLab();
        lab.Service.Decorate = device => new SlowDevice(device);
        await using VolumeClient client = await lab.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async lane =>
        {
            byte[] read = new byte[2048];
            for (int round = 0; round < 8; round++)
            {
                byte[] data = Pattern((lane * 8) + round, 2048);
                Assert.Equal(IoStatus.Success, await client.WriteAsync(lane * 2048, data, WriteFlags.None, Token));
                Assert.Equal(IoStatus.Success, await client.ReadAsync(lane * 2048, read, Token));
                Assert.Equal(data, read);
            }
        }));
    }

    [Fact]
    public async Task A_failing_device_is_a_value_at_the_client_too()
    {
        await using var lab = new FakeLab();
        lab.Service.Decorate = device => new FailingDevice(device);
        await using VolumeClient client = await lab.OpenAsync();
        Assert.Equal(IoStatus.MediaError, await client.ReadAsync(0, new byte[512], Token));
        Assert.Equal(IoStatus.NoSpace, await client.WriteAsync(0, new byte[512], WriteFlags.None, Token));
        Assert.Equal(IoStatus.Timeout, await client.FlushAsync(Token));
    }

    [Fact]
    public async Task More_than_may_be_in_flight_waits_and_then_succeeds()
    {
        await using var lab = new FakeLab();
        lab.Service.Decorate = device => new SlowDevice(device);
        await using VolumeClient client = await lab.OpenAsync();
        IoStatus[] statuses = await Task.WhenAll(Enumerable.Range(0, 48).Select(
            index => client.WriteAsync((index % 2) << 21, Pattern(index, 2 << 20), WriteFlags.None, Token).AsTask()));
        Assert.All(statuses, status => Assert.Equal(IoStatus.Success, status));
    }

    [Fact]
    public async Task When_the_owner_goes_every_request_answers_not_reachable()
    {
        var lab = new FakeLab();
        lab.Service.Decorate = device => new StuckDevice(device);
        await using VolumeClient client = await lab.OpenAsync();
        Task<IoStatus> stuck = client.ReadAsync(0, new byte[512], Token).AsTask();
        Task<IoStatus> flush = client.FlushAsync(Token).AsTask();
        Task stopping = lab.Server.StopAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal(IoStatus.NotReachable, await stuck.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(IoStatus.NotReachable, await flush.WaitAsync(TimeSpan.FromSeconds(10), Token));
        Assert.Equal(IoStatus.NotReachable, await client.ReadAsync(0, new byte[512], Token));
        Assert.True(client.IsLost);
        await stopping;
        await lab.DisposeAsync();
    }

    [Fact]
    public async Task A_volume_that_cannot_be_opened_is_refused_with_the_reason()
    {
        await using var lab = new FakeLab();
        UserErrorException error = await Assert.ThrowsAsync<UserErrorException>(() =>
            VolumeClient.OpenAsync(lab.Paths, new OpenVolumeRequest("", "datadg", "nope"), Token));
        Assert.Equal("no volume nope", error.Message);
    }

    private static byte[] Pattern(int seed, int length)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return data;
    }

    private class Passing(IBlockDevice inner) : IBlockDevice
    {
        public long Length => inner.Length;

        public virtual ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            inner.ReadAsync(offset, buffer, token);

        public virtual ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            inner.WriteAsync(offset, data, flags, token);

        public virtual ValueTask<IoStatus> FlushAsync(CancellationToken token) => inner.FlushAsync(token);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class SlowDevice(IBlockDevice inner) : Passing(inner)
    {
        private readonly Random random = new(5);

        public override async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
        {
            await PauseAsync(token);
            return await base.ReadAsync(offset, buffer, token);
        }

        public override async ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
        {
            await PauseAsync(token);
            return await base.WriteAsync(offset, data, flags, token);
        }

        private Task PauseAsync(CancellationToken token)
        {
            lock (random)
            {
                return Task.Delay(random.Next(4), token);
            }
        }
    }

    private sealed class FailingDevice(IBlockDevice inner) : Passing(inner)
    {
        public override ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            ValueTask.FromResult(IoStatus.MediaError);

        public override ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            ValueTask.FromResult(IoStatus.NoSpace);

        public override ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
            ValueTask.FromResult(IoStatus.Timeout);
    }

    private sealed class StuckDevice(IBlockDevice inner) : Passing(inner)
    {
        public override async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), token);
            return IoStatus.Success;
        }

        public override async ValueTask<IoStatus> FlushAsync(CancellationToken token)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), token);
            return IoStatus.Success;
        }
    }
}
