using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Protocol;

/// <summary>
/// A blocking connection to the lab's owner, by system calls: the base library's sockets bring an event loop with them
/// that costs a command a fifth of its time. Sending is safe from any thread, also after disposal.
/// </summary>
internal sealed partial class ClientSocket : IDisposable
{
    private const int Unix = 1;
    private const int StreamCloseOnExec = 0x80001;
    private const int SocketLevel = 1;
    private const int ReceiveTimeoutOption = 20;
    private const int NoSignal = 0x4000;
    private const int ErrorInterrupted = 4;
    private const int ErrorWouldBlock = 11;
    private const int MaximumPath = 107; // sockaddr_un, unix(7), without the zero at its end

    private readonly SafeFileHandle descriptor;

    private ClientSocket(SafeFileHandle descriptor) => this.descriptor = descriptor;

    /// <summary>Connects; null when nobody listens.</summary>
    public static ClientSocket? TryConnect(LabPaths lab)
    {
        if (LabSocket.Find(lab.ControlSocket) is not { } path || Encoding.UTF8.GetByteCount(path) > MaximumPath)
        {
            return null;
        }

        var descriptor = new SafeFileHandle(Create(Unix, StreamCloseOnExec, 0), ownsHandle: true);
        if (descriptor.IsInvalid || !Connect(descriptor, path))
        {
            descriptor.Dispose();
            return null;
        }

        return new ClientSocket(descriptor);
    }

    /// <summary>How long a receive waits; zero: for ever.</summary>
    public unsafe void SetReceiveTimeout(TimeSpan timeout)
    {
        long* value = stackalloc long[2] { (long)timeout.TotalSeconds, 0 };
        _ = SetOption(descriptor, SocketLevel, ReceiveTimeoutOption, (byte*)value, 2 * sizeof(long));
    }

    /// <summary>Waits for some bytes: their number, 0 when the owner has gone, null when the time is over.</summary>
    public unsafe int? Receive(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Receive(descriptor, start, (nuint)buffer.Length, 0);
                int error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (error != ErrorInterrupted)
                {
                    return error == ErrorWouldBlock ? null : (int)Math.Max(count, 0);
                }
            }
        }
    }

    /// <summary>Sends everything; false when the owner has gone.</summary>
    public unsafe bool Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                nint sent;
                fixed (byte* start = bytes)
                {
                    sent = Send(descriptor, start, (nuint)bytes.Length, NoSignal);
                }

                if (sent < 0 && Marshal.GetLastPInvokeError() != ErrorInterrupted)
                {
                    return false;
                }

                bytes = bytes[(int)Math.Max(sent, 0)..];
            }

            return true;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The connection as a socket of the base library, which owns it from now on.</summary>
    public Socket ToSocket()
    {
        var socket = new Socket(new SafeSocketHandle(descriptor.DangerousGetHandle(), ownsHandle: true));
        descriptor.SetHandleAsInvalid();
        return socket;
    }

    /// <inheritdoc/>
    public void Dispose() => descriptor.Dispose();

    private static unsafe bool Connect(SafeFileHandle descriptor, string path)
    {
        Span<byte> address = stackalloc byte[sizeof(ushort) + MaximumPath + 1];
        address.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(address, Unix);
        Encoding.UTF8.GetBytes(path, address[sizeof(ushort)..]);
        fixed (byte* start = address)
        {
            int result;
            do
            {
                result = Connect(descriptor, start, (uint)address.Length);
            }
            while (result < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted);
            return result == 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Create(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static unsafe partial int Connect(SafeFileHandle socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static unsafe partial int SetOption(SafeFileHandle socket, int level, int option, byte* value, uint length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static unsafe partial nint Receive(SafeFileHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static unsafe partial nint Send(SafeFileHandle socket, byte* bytes, nuint length, int flags);
}
