using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Tests.Service;

/// <summary>An NBD client that knows the fixed newstyle handshake, NBD_OPT_GO reading and writing, and nothing
/// else.</summary>
internal sealed class TinyNbdClient : IDisposable
{
    private const uint OptionGo = 7;
    private const uint Acknowledged = 1;
    private const ulong OptionMagic = 0x49484156454F5054;
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly NetworkStream stream;

    private TinyNbdClient(LabPaths lab)
    {
        socket.ReceiveTimeout = 20_000;
        socket.Connect(new UnixDomainSocketEndPoint(LabSocket.Find(lab.NbdSocket) ?? lab.NbdSocket));
        stream = new NetworkStream(socket);
    }

    /// <summary>The answer to NBD_OPT_GO: 1 for yes, else an error.</summary>
    public uint Answer { get; private set; }

    public bool IsOpen => Answer == Acknowledged;

    /// <summary>Connects and asks for an export.</summary>
    public static TinyNbdClient Open(LabPaths lab, string export)
    {
        var client = new TinyNbdClient(lab);
        client.Negotiate(Encoding.UTF8.GetBytes(export));
        return client;
    }

    /// <summary>Writes, durable when it returns; the error number of the reply.</summary>
    public uint Write(long offset, ReadOnlySpan<byte> data)
    {
        byte[] request = new byte[28 + data.Length];
        BinaryPrimitives.WriteUInt32BigEndian(request, 0x25609513);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), 0x00010001); // force unit access, write
        BinaryPrimitives.WriteInt64BigEndian(request.AsSpan(16), offset);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(24), data.Length);
        data.CopyTo(request.AsSpan(28));
        stream.Write(request);
        byte[] reply = new byte[16];
        stream.ReadExactly(reply);
        return BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4));
    }

    /// <summary>Reads; the error number of the reply.</summary>
    public uint Read(long offset, Span<byte> buffer)
    {
        byte[] request = new byte[28];
        BinaryPrimitives.WriteUInt32BigEndian(request, 0x25609513);
        BinaryPrimitives.WriteInt64BigEndian(request.AsSpan(16), offset);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(24), buffer.Length);
        stream.Write(request);
        byte[] reply = new byte[16];
        stream.ReadExactly(reply);
        uint error = BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(4));
        if (error == 0)
        {
            stream.ReadExactly(buffer);
        }

        return error;
    }

    /// <summary>Waits until the server has closed the connection.</summary>
    public bool IsClosedByServer()
    {
        try
        {
            return stream.ReadByte() < 0;
        }
        catch (IOException error)
        {
            return error.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset };
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }

    private void Negotiate(byte[] export)
    {
        stream.ReadExactly(new byte[18]);
        byte[] hello = new byte[4 + 16 + 4 + export.Length + 2];
        BinaryPrimitives.WriteUInt32BigEndian(hello, 3); // fixed newstyle, no zeroes
        BinaryPrimitives.WriteUInt64BigEndian(hello.AsSpan(4), OptionMagic);
        BinaryPrimitives.WriteUInt32BigEndian(hello.AsSpan(12), OptionGo);
        BinaryPrimitives.WriteInt32BigEndian(hello.AsSpan(16), 4 + export.Length + 2);
        BinaryPrimitives.WriteInt32BigEndian(hello.AsSpan(20), export.Length);
        export.CopyTo(hello.AsSpan(24));
        stream.Write(hello);
        byte[] head = new byte[20];
        do
        {
            stream.ReadExactly(head);
            Answer = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(12));
            stream.ReadExactly(new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(16))]);
        }
        while (Answer == 3); // information before the answer
    }
}
