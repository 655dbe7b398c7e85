using System.Net;
using System.Net.Sockets;
using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Protocol;
using VolMgr.Nbd.Server;
using VolMgr.Nbd.Tests.RealClients;

namespace VolMgr.Nbd.Tests.Server;

/// <summary>Listeners, stopping, time limits and the end of exports.</summary>
public sealed class LifeTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly HeldDevice _held = new(1 << 20);
    private readonly Exports _exports;
    private readonly NbdServer _server;
    private readonly string _path;

    public LifeTests()
    {
        _path = _folder.File("nbd.sock");
        _exports = new Exports().Add("v", new MemoryDevice(1 << 20)).Add("held", _held);
        _server = new NbdServer(_exports, new NbdServerOptions(), TestWorld.Engine);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_Unix_socket_is_private_and_vanishes_with_the_server()
    {
        _server.ListenUnix(_path);
        Assert.Equal("600", await RealClient.RunAsync("stat", "--printf=%a", _path));
        await using (Peer peer = await Peer.ConnectUnixAsync(_server, _path))
        {
            await peer.ExpectAsync(Peer.Greeting);
        }

        await _server.StopAsync(Patience);
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task A_socket_that_a_dead_server_left_is_replaced()
    {
        using (Socket dead = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(_folder.File("other")));
            File.Move(_folder.File("other"), _path);
        }

        _server.ListenUnix(_path);
        await using Peer peer = await Peer.ConnectUnixAsync(_server, _path);
        await peer.ExpectAsync(Peer.Greeting);
    }

    [Fact]
    public async Task A_living_server_or_a_file_is_not_replaced()
    {
        _server.ListenUnix(_path);
        await using NbdServer second = new(_exports, new NbdServerOptions(), TestWorld.Engine);
        Assert.Throws<IOException>(() => second.ListenUnix(_path));
        await File.WriteAllTextAsync(_folder.File("file"), "precious", TestWorld.Token);
        Assert.Throws<IOException>(() => second.ListenUnix(_folder.File("file")));
        Assert.Equal("precious", await File.ReadAllTextAsync(_folder.File("file"), TestWorld.Token));
        await using Peer peer = await Peer.ConnectUnixAsync(_server, _path);
        await peer.ExpectAsync(Peer.Greeting);
    }

    [Fact]
    public async Task TCP_listens_on_loopback()
    {
        IPEndPoint endPoint = _server.ListenTcp(new IPEndPoint(IPAddress.Loopback, 0));
        using TcpClient client = new();
        await client.ConnectAsync(endPoint, TestWorld.Token);
        byte[] greeting = new byte[18];
        await client.GetStream().ReadExactlyAsync(greeting, TestWorld.Token);
        Assert.Equal(Wire.Bytes(Peer.Greeting), greeting);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    public void TCP_beyond_loopback_is_refused_without_client_authentication(string address) =>
        Assert.Throws<InvalidOperationException>(
            () => _server.ListenTcp(new IPEndPoint(IPAddress.Parse(address), 0)));

    [Fact]
    public async Task A_stop_answers_what_is_under_way_and_takes_nothing_more()
    {
        await using Peer peer = await ChooseAsync("held");
        await peer.SendAsync("25609513 0000 0001 0000000000000001 0000000000000000 00000200 5A*512");
        await Eventually.IsAsync(() => _held.HeldCount == 1, "the write is under way");
        Task stopped = _server.StopAsync(Patience);
        await peer.SendAsync("25609513 0000 0001 0000000000000002 0000000000000200 00000200 5A*512");
        await Task.Delay(50, TestWorld.Token);
        Assert.False(stopped.IsCompleted);
        Assert.Equal(1, _held.HeldCount);
        _held.Release();
        await stopped;
        await peer.ExpectAsync("67446698 00000000 0000000000000001");
        await peer.ExpectEndAsync();
        Assert.Equal(0, _server.ConnectionCount);
    }

    [Fact]
    public async Task A_stop_with_no_patience_does_not_wait_for_a_device_that_hangs()
    {
        Peer peer = await ChooseAsync("held");
        await peer.SendAsync("25609513 0000 0000 0000000000000001 0000000000000000 00000200");
        await Eventually.IsAsync(() => _held.HeldCount == 1, "the read is under way");
        await _server.StopAsync(TimeSpan.FromMilliseconds(50));
        Assert.False(peer.Served.IsCompleted);
        _held.Release();
        await peer.Served;
    }

    [Fact]
    public async Task A_stop_ends_clients_that_are_idle_or_in_their_handshake()
    {
        await using Peer idle = await ChooseAsync("v");
        await using Peer shaking = await Peer.Connect(_server).GreetAsync();
        await _server.StopAsync(Patience);
        await idle.ExpectEndAsync();
        await shaking.ExpectEndAsync();
        await using Peer late = Peer.Connect(_server);
        await late.ExpectEndAsync();
        Assert.Throws<InvalidOperationException>(() => _server.ListenUnix(_path));
        Assert.False(File.Exists(_path));
    }

    [Fact]
    public async Task A_handshake_that_takes_too_long_is_ended()
    {
        NbdServerOptions options = new() { HandshakeTimeout = TimeSpan.FromMilliseconds(100) };
        await using NbdServer server = new(_exports, options, TestWorld.Engine);
        await using Peer slow = await Peer.Connect(server).GreetAsync();
        await using Peer good = await Peer.Connect(server).GreetAsync();
        await good.SendAsync(Wire.Option(1, "'v'"));
        await good.ReadAsync(10);
        await slow.ExpectEndAsync();
        await good.SendAsync("25609513 0000 0003 0000000000000001 0000000000000000 00000000");
        await good.ExpectAsync("67446698 00000000 0000000000000001");
    }

    [Fact]
    public async Task Too_many_connections_are_closed_at_once()
    {
        await using NbdServer server = new(_exports, new NbdServerOptions { MaximumConnections = 1 }, TestWorld.Engine);
        await using Peer first = await Peer.Connect(server).GreetAsync();
        await using Peer second = Peer.Connect(server);
        await second.ExpectEndAsync();
        await first.SendAsync(Wire.Option(2));
        await first.ExpectAsync(Wire.Reply(2, 1));
    }

    [Fact]
    public async Task A_withdrawn_export_drops_its_clients()
    {
        using CancellationTokenSource withdrawn = new();
        await using NbdServer server = new(
            new OneExport(new MemoryDevice(4096), withdrawn.Token), new NbdServerOptions(), TestWorld.Engine);
        await using Peer peer = await Peer.Connect(server).GoAsync(HeaderStyle.Simple);
        await withdrawn.CancelAsync();
        await peer.ExpectEndAsync();
        await peer.Served;
    }

    [Fact]
    public async Task Every_opening_of_an_export_is_disposed()
    {
        CountedDevice device = new();
        await using NbdServer server = new(new OneExport(device, default), new NbdServerOptions(), TestWorld.Engine);
        await using (Peer peer = await Peer.Connect(server).GoAsync(HeaderStyle.Extended, "base:allocation"))
        {
            Assert.Equal(1, device.Disposals);
        }

        Assert.Equal(2, device.Disposals);
    }

    [Fact]
    public async Task A_client_that_is_gone_before_it_hears_of_its_export_does_not_keep_it_open()
    {
        CountedDevice device = new();
        await using NbdServer server = new(
            new OneExport(device, CancellationToken.None), new NbdServerOptions(), TestWorld.Engine);
        server.ListenUnix(_path);
        using Socket client = await Peer.ConnectSocketAsync(_path);
        await using NetworkStream stream = new(client);
        await stream.ReadExactlyAsync(new byte[18], TestWorld.Token);
        client.Shutdown(SocketShutdown.Receive);
        await stream.WriteAsync(Wire.Bytes($"00000003 {Wire.Option(7, "00000000 0000")}"), TestWorld.Token);
        await Eventually.IsAsync(() => device.Disposals == 1, "the export is closed");
    }

    private async Task<Peer> ChooseAsync(string export)
    {
        Peer peer = await Peer.Connect(_server).GreetAsync();
        await peer.SendAsync(Wire.Option(1, $"'{export}'"));
        await peer.ReadAsync(10);
        return peer;
    }

    private sealed class OneExport(IBlockDevice device, CancellationToken withdrawn) : INbdExportSource
    {
        public ValueTask<IReadOnlyList<NbdExportName>> ListAsync(CancellationToken token) =>
            ValueTask.FromResult<IReadOnlyList<NbdExportName>>([]);

        public ValueTask<NbdExport?> OpenAsync(string name, CancellationToken token) =>
            ValueTask.FromResult<NbdExport?>(
                new NbdExport { Name = "v", Description = "", Device = device, Withdrawn = withdrawn });
    }

    private sealed class CountedDevice : IBlockDevice
    {
        public int Disposals { get; private set; }

        public long Length => 4096;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            ValueTask.FromResult(IoStatus.Success);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            ValueTask.FromResult(IoStatus.Success);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => ValueTask.FromResult(IoStatus.Success);

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return ValueTask.CompletedTask;
        }
    }
}
