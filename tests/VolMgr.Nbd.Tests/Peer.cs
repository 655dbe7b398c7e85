using System.Net.Sockets;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Protocol;
using VolMgr.Nbd.Server;

namespace VolMgr.Nbd.Tests;

/// <summary>A client that says exactly what a test tells it to, and knows exactly what has to come back.</summary>
internal sealed class Peer : IAsyncDisposable
{
    public const string Greeting = "'NBDMAGIC' 'IHAVEOPT' 0003";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Peer(Stream stream, NbdServer server, Task served)
    {
        Stream = stream;
        Server = server;
        Served = served;
    }

    public Stream Stream { get; set; }

    public NbdServer Server { get; }

    /// <summary>Completes when the server is done with this client.</summary>
    public Task Served { get; }

    public static Peer Connect(INbdExportSource exports, NbdServerOptions? options = null) =>
        Connect(new NbdServer(exports, options ?? new NbdServerOptions { Log = Log }, TestWorld.Engine));

    public static Peer Connect(NbdServer server)
    {
        (Stream client, Stream end) = MemoryDuplex.CreatePair();
        return new Peer(client, server, server.ServeAsync(end));
    }

    /// <summary>Connects to a server that listens on a Unix socket.</summary>
    public static async Task<Peer> ConnectUnixAsync(NbdServer server, string path)
    {
        Socket socket = await ConnectSocketAsync(path);
        return new Peer(new NetworkStream(socket, ownsSocket: true), server, Task.CompletedTask);
    }

    /// <summary>Waits where the backlog is full, as a client that blocks does.</summary>
    public static async Task<Socket> ConnectSocketAsync(string path)
    {
        while (true)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestWorld.Token);
                return socket;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                socket.Dispose();
                await Task.Delay(1, TestWorld.Token);
            }
        }
    }

    /// <summary>Past the greeting, fixed newstyle without zeroes.</summary>
    public async Task<Peer> GreetAsync(string clientFlags = "00000003")
    {
        await ExpectAsync(Greeting);
        await SendAsync(clientFlags);
        return this;
    }

    /// <summary>Into the transmission of the default export, with these contexts.</summary>
    public async Task<Peer> GoAsync(HeaderStyle style, params string[] contexts)
    {
        await GreetAsync();
        if (style != HeaderStyle.Simple)
        {
            uint option = style == HeaderStyle.Structured ? 8u : 11u;
            await SendAsync(Wire.Option(option));
            await ExpectAsync(Wire.Reply(option, 1));
        }

        if (contexts.Length > 0)
        {
            await SendAsync(Wire.Option(
                10, $"00000000 {contexts.Length:X8} {string.Concat(contexts.Select(Wire.Text))}"));
            for (int i = 0; i < contexts.Length; i++)
            {
                await ExpectAsync(Wire.Reply(10, 4, $"{i + 1:X8} '{contexts[i]}'"));
            }

            await ExpectAsync(Wire.Reply(10, 1));
        }

        await SendAsync(Wire.Option(7, "00000000 0000"));
        OptionHeaderReply reply;
        do
        {
            reply = await ReadReplyAsync();
            Assert.True(reply.Type is 1 or 3, $"reply {reply.Type:X}");
        }
        while (reply.Type != 1);
        return this;
    }

    public async Task SendAsync(string script) => await SendAsync(Wire.Bytes(script));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await Stream.WriteAsync(bytes, TestWorld.Token);
        await Stream.FlushAsync(TestWorld.Token);
    }

    /// <summary>The next bytes of the server are these.</summary>
    public async Task ExpectAsync(string script)
    {
        byte[] expected = Wire.Bytes(script);
        byte[] actual = await ReadAsync(expected.Length);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(actual));
    }

    /// <summary>The server says nothing more and closes.</summary>
    public async Task ExpectEndAsync()
    {
        byte[] rest = new byte[1];
        using CancellationTokenSource late = Late();
        int count;
        try
        {
            count = await Stream.ReadAsync(rest, late.Token);
        }
        catch (IOException)
        {
            count = 0;
        }

        Assert.Equal(0, count);
    }

    public async Task<byte[]> ReadAsync(int length)
    {
        byte[] bytes = new byte[length];
        using CancellationTokenSource late = Late();
        await Stream.ReadExactlyAsync(bytes, late.Token);
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        await Served;
    }

    private static CancellationTokenSource Late()
    {
        CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(TestWorld.Token);
        late.CancelAfter(Patience);
        return late;
    }

    private static void Log(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private async Task<OptionHeaderReply> ReadReplyAsync()
    {
        byte[] head = await ReadAsync(20);
        uint type = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(12));
        int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(16));
        return new OptionHeaderReply(type, await ReadAsync(length));
    }

    private readonly record struct OptionHeaderReply(uint Type, byte[] Data);
}
