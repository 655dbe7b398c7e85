using System.Net;
using System.Net.Sockets;
using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>A listening socket and its loop, which ends only when the listener is disposed.</summary>
internal sealed class NbdListener : IDisposable
{
    /// <summary>Clients that do not wait are refused when it is full; the system may cut it.</summary>
    private const int Backlog = 16384;

    /// <summary>How long to wait after an accept failed, for want of descriptors or memory.</summary>
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;

    /// <summary>The socket's file, ours to remove; null for TCP.</summary>
    private readonly string? _path;
    private bool _isDisposed;

    private NbdListener(Socket socket, string? path)
    {
        _socket = socket;
        _path = path;
    }

    public EndPoint? EndPoint => _socket.LocalEndPoint;

    /// <summary>
    /// Listens on a Unix socket that only its owner can connect to. A file that a dead server left behind is replaced;
    /// a living server, or a file that is no socket, is an <see cref="IOException"/>.
    /// </summary>
    public static NbdListener OpenUnix(string path)
    {
        RemoveStale(path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                // Nobody can connect before Listen, so there is no moment in which others may.
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(Backlog);
            return new NbdListener(socket, path);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static NbdListener OpenTcp(IPEndPoint endPoint)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return new NbdListener(socket, path: null);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Hands over every client, and tells every failure.</summary>
    public async Task RunAsync(EngineServices engine, Action<Socket> accept, Action<Exception> failed)
    {
        while (!Volatile.Read(ref _isDisposed))
        {
            try
            {
                accept(await _socket.AcceptAsync());
            }
            catch (Exception exception) when (NbdTransport.IsBroken(exception))
            {
                if (!Volatile.Read(ref _isDisposed))
                {
                    failed(exception);
                    await engine.DelayAsync(RestAfterFailure, CancellationToken.None);
                }
            }
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        if (_path is not null && File.Exists(_path))
        {
            File.Delete(_path);
        }

        _socket.Dispose();
    }

    private static void RemoveStale(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            return;
        }

        if (file.Length > 0)
        {
            throw new IOException($"{path} is not a socket");
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            file.Delete();
            return;
        }

        throw new IOException($"another server listens on {path}");
    }
}
