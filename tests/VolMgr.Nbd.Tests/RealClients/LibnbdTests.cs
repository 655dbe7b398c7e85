using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.RealClients;

/// <summary>nbdinfo, nbdcopy and nbdsh against a server on a Unix socket.</summary>
public sealed class LibnbdTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryDevice _device = new(8 << 20);
    private readonly NbdServer _server;
    private readonly string _socket;

    public LibnbdTests()
    {
        _socket = _folder.File("nbd.sock");
        _server = new NbdServer(
            new Exports().Add("g/v", _device, description: "a volume"),
            new NbdServerOptions { Log = TestContext.Current.TestOutputHelper is { } output ? output.WriteLine : null },
            TestWorld.Engine);
        _server.ListenUnix(_socket);
    }

    private string Uri => $"nbd+unix:///g/v?socket={_socket}";

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nbdinfo_tells_size_flags_and_contexts()
    {
        string info = await RealClient.RunAsync("nbdinfo", "--json", Uri);
        Assert.Contains("\"export-size\": 8388608", info, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nbdsh_reads_what_it_wrote()
    {
        await RealClient.RunAsync(
            "nbdsh", "-u", Uri, "-c", "h.pwrite(b'x' * 4096, 8192); h.flush(); assert h.pread(4096, 8192) == b'x' * 4096");
        Assert.Equal(Enumerable.Repeat((byte)'x', 4096), await TestWorld.Content(_device, 8192, 4096));
    }
}
