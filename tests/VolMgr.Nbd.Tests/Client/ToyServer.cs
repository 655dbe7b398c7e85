using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>A request as the toy server saw it.</summary>
internal sealed record ToyRequest(
    int Connection, ushort Flags, ushort Command, ulong Cookie, long Offset, uint Length, byte[] Payload);

/// <summary>
/// A scripted server in the test's own process: an honest little one, unless a script says otherwise. What was not
/// flushed is lost when it crashes. It goes on at the same address when it is started again.
/// </summary>
internal sealed class ToyServer : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("volmgr-nbd-");
    private readonly Lock gate = new();
    private readonly List<Socket> sockets = [];
    private readonly SemaphoreSlim sending = new(1);
    private byte[] durable;
    private int connections;

    public ToyServer(long length = 1 << 20)
    {
        Content = new byte[length];
        durable = new byte[length];
    }

    public byte[] Content { get; private set; }

    public ushort Flags { get; set; } = 1 | 4 | 8 | 64; // flags, FLUSH, FUA, WRITE_ZEROES

    public long? Size { get; set; }

    public (uint Minimum, uint Maximum)? Blocks { get; set; }

    public bool IsStructured { get; set; }

    public bool HasContext { get; set; }

    /// <summary>What comes instead of the greeting.</summary>
    public byte[]? Greeting { get; set; }

    /// <summary>Asked before a request is carried out; null: go on; else the raw bytes to answer.</summary>
    public Func<ToyRequest, Task<byte[]?>>? Script { get; set; }

    /// <summary>What comes after the error of a request, carried out or not: 0 for none.</summary>
    public Func<ToyRequest, uint>? Error { get; set; }

    public List<ToyRequest> Seen { get; } = [];

    public string SocketPath => Path.Combine(folder.FullName, "nbd.sock");

    public string Uri => $"nbd+unix:///toy?socket={SocketPath}";

    public int Connections => Volatile.Read(ref connections);

    public ToyServer Start()
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        lock (gate)
        {
            sockets.Add(listener);
        }

        _ = AcceptAsync(listener);
        return this;
    }

    /// <summary>Ends like a killed process, and loses what was not flushed.</summary>
    public void Crash()
    {
        lock (gate)
        {
            File.Delete(SocketPath);
            sockets.ForEach(socket => socket.Dispose());
            sockets.Clear();
            Content = [.. durable];
        }
    }

    /// <summary>The requests of one command so far.</summary>
    public IReadOnlyList<ToyRequest> SeenOf(ushort command)
    {
        lock (gate)
        {
            return [.. Seen.Where(request => request.Command == command)];
        }
    }

    public static byte[] Simple(ulong cookie, uint error, params byte[] data)
    {
        byte[] reply = new byte[16 + data.Length];
        BinaryPrimitives.WriteUInt32BigEndian(reply, 0x67446698);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(4), error);
        BinaryPrimitives.WriteUInt64BigEndian(reply.AsSpan(8), cookie);
        data.CopyTo(reply, 16);
        return reply;
    }

    public static byte[] Chunk(ulong cookie, ushort flags, ushort type, byte[] data, uint? length = null)
    {
        byte[] reply = new byte[20 + data.Length];
        BinaryPrimitives.WriteUInt32BigEndian(reply, 0x668e33ef);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(4), flags);
        BinaryPrimitives.WriteUInt16BigEndian(reply.AsSpan(6), type);
        BinaryPrimitives.WriteUInt64BigEndian(reply.AsSpan(8), cookie);
        BinaryPrimitives.WriteUInt32BigEndian(reply.AsSpan(16), length ?? (uint)data.Length);
        data.CopyTo(reply, 20);
        return reply;
    }

    /// <summary>Numbers in network order: 'Q' 64 bits, 'L' 32, 'S' 16.</summary>
    public static byte[] Pack(string format, params ulong[] values)
    {
        List<byte> bytes = [];
        foreach ((char kind, ulong value) in format.Zip(values))
        {
            byte[] eight = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(eight, value);
            bytes.AddRange(eight[(kind switch { 'Q' => 0, 'L' => 4, _ => 6 })..]);
        }

        return [.. bytes];
    }

    public ValueTask DisposeAsync()
    {
        Crash();
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptAsync();
                lock (gate)
                {
                    sockets.Add(socket);
                }

                _ = ServeAsync(socket, Interlocked.Increment(ref connections));
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Crashed.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        try
        {
            await using NetworkStream stream = new(socket, ownsSocket: true);
            await NegotiateAsync(stream);
            while (true)
            {
                byte[] header = await ReadAsync(stream, 28);
                ushort command = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(6));
                uint length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24));
                ToyRequest request = new(
                    number, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(4)), command,
                    BinaryPrimitives.ReadUInt64BigEndian(header.AsSpan(8)),
                    BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(16)), length,
                    command == 1 ? await ReadAsync(stream, (int)length) : []);
                if (command == 2)
                {
                    return;
                }

                lock (gate)
                {
                    Seen.Add(request);
                }

                _ = AnswerAsync(socket, request);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            // The client went, or we crashed.
        }
    }

    private async Task AnswerAsync(Socket socket, ToyRequest request)
    {
        byte[]? raw = Script is null ? null : await Script(request);
        byte[] reply = raw ?? Carry(request);
        await sending.WaitAsync();
        try
        {
            await using NetworkStream stream = new(socket, ownsSocket: false);
            await stream.WriteAsync(reply);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
        finally
        {
            sending.Release();
        }
    }

    private byte[] Carry(ToyRequest request)
    {
        uint error = Error?.Invoke(request) ?? 0;
        Span<byte> range = Content.AsSpan((int)request.Offset, request.Command == 3 ? 0 : (int)request.Length);
        lock (gate)
        {
            if (error == 0 && request.Command is 1 or 6)
            {
                if (request.Command == 1)
                {
                    request.Payload.CopyTo(range);
                }
                else
                {
                    range.Clear();
                }

                if ((request.Flags & 1) != 0)
                {
                    range.CopyTo(durable.AsSpan((int)request.Offset));
                }
            }
            else if (error == 0 && request.Command == 3)
            {
                Content.CopyTo(durable, 0);
            }
        }

        if (request.Command == 0 && error == 0 && IsStructured)
        {
            return Chunk(request.Cookie, 1, 1, [.. Pack("Q", (ulong)request.Offset), .. range]);
        }

        return Simple(request.Cookie, error, request.Command == 0 && error == 0 ? [.. range] : []);
    }

    private async Task NegotiateAsync(NetworkStream stream)
    {
        await stream.WriteAsync(Greeting ?? Pack("QQS", 0x4e42444d41474943, 0x49484156454f5054, 3));
        await ReadAsync(stream, 4);
        while (true)
        {
            byte[] header = await ReadAsync(stream, 16);
            uint option = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8));
            byte[] data = await ReadAsync(stream, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(12)));
            switch (option)
            {
                case 8 when IsStructured:
                    await ReplyAsync(stream, option, 1);
                    break;
                case 10 when HasContext:
                    await ReplyAsync(
                        stream, option, 4, [.. Pack("L", 7), .. Encoding.ASCII.GetBytes("base:allocation")]);
                    await ReplyAsync(stream, option, 1);
                    break;
                case 7:
                    Assert.Equal("toy", Encoding.ASCII.GetString(data, 4, 3));
                    ulong size = (ulong)(Size ?? Content.Length);
                    await ReplyAsync(stream, option, 3, Pack("SQS", 0, size, Flags));
                    if (Blocks is { } blocks)
                    {
                        await ReplyAsync(stream, option, 3, Pack("SLLL", 3, blocks.Minimum, 4096, blocks.Maximum));
                    }

                    await ReplyAsync(stream, option, 1);
                    return;
                default:
                    await ReplyAsync(stream, option, 0x80000001);
                    break;
            }
        }
    }

    private static async Task ReplyAsync(NetworkStream stream, uint option, uint type, params byte[] data)
    {
        byte[] header = Pack("QLLL", 0x0003e889045565a9, option, type, (ulong)data.Length);
        await stream.WriteAsync((byte[])[.. header, .. data]);
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int length)
    {
        byte[] bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }
}
