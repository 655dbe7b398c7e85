using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests.RealClients;

/// <summary>A server on a Unix socket with a device of 8 MiB that takes any byte, and a folder for files.</summary>
internal sealed class ServedDevice : IAsyncDisposable
{
    public const long Length = 8 << 20;

    private readonly TemporaryFolder _folder = new();

    public ServedDevice()
    {
        SocketPath = _folder.File("nbd.sock");
        Exports exports = new Exports()
            .Add("g/v", Device, false, "a volume", new StripedContext("x-volmgr:resync", Length / 2, 2))
            .Add("g/read-only", new MemoryDevice(Length), isReadOnly: true);
        Server = new NbdServer(
            exports,
            new NbdServerOptions { Log = TestContext.Current.TestOutputHelper is { } output ? output.WriteLine : null },
            TestWorld.Engine);
        Server.ListenUnix(SocketPath);
    }

    public ByteMemoryDevice Device { get; } = new(Length);

    public NbdServer Server { get; }

    public string SocketPath { get; }

    public string Uri => UriOf("g/v");

    public string UriOf(string export) => $"nbd+unix:///{export}?socket={SocketPath}";

    public string File(string name) => _folder.File(name);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
