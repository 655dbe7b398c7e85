using System.Net;
using System.Net.Sockets;
using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>
/// Serves exports by the NBD protocol to any number of clients, over Unix sockets, TCP, or any stream that a caller
/// brings. The README of the room tells what is supported.
/// </summary>
public sealed class NbdServer : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    /// <summary>What aborted connections get to end; one whose device hangs goes on by itself.</summary>
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(1);

    private readonly INbdExportSource _exports;
    private readonly NbdServerOptions _options;
    private readonly EngineServices _engine;
    private readonly ByteBudget _budget;
    private readonly ConnectionTable _table;
    private readonly Lock _lock = new();
    private readonly List<NbdListener> _listeners = [];
    private ITimer? _sweep;
    private bool _isStopped;

    /// <summary>A server that listens nowhere yet.</summary>
    public NbdServer(INbdExportSource exports, NbdServerOptions options, EngineServices engine)
    {
        options.Validate();
        _exports = exports;
        _options = options;
        _engine = engine;
        _budget = new ByteBudget(options.MaximumBytesInFlight);
        _table = new ConnectionTable(options, engine.Time, _budget);
    }

    /// <summary>Clients that have chosen an export and are still there.</summary>
    public int ConnectionCount => _table.ChosenCount;

    /// <summary>What the server has done so far.</summary>
    public NbdServerStatistics Statistics => _table.Statistics();

    /// <summary>
    /// Listens on a Unix socket that only the user can connect to. A socket that a dead server left behind is replaced,
    /// and the file is removed when the server stops.
    /// </summary>
    /// <exception cref="IOException">A living server listens there, or the path is something else.</exception>
    public void ListenUnix(string path) => Listen(NbdListener.OpenUnix(path));

    /// <summary>Listens on TCP, and says where when the port was 0.</summary>
    /// <exception cref="InvalidOperationException">
    /// Others than this host could connect, and nothing says who they are: beyond loopback, TLS with client
    /// certificates is a must.
    /// </exception>
    public IPEndPoint ListenTcp(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        if (!IPAddress.IsLoopback(endPoint.Address) && _options.Tls?.ClientAuthority is null)
        {
            throw new InvalidOperationException(
                $"{endPoint} can be reached from other hosts: configure TLS with a client authority, or use loopback");
        }

        NbdListener listener = NbdListener.OpenTcp(endPoint);
        Listen(listener);
        return listener.EndPoint as IPEndPoint ?? endPoint;
    }

    /// <summary>
    /// Serves one client over a duplex stream, which it disposes. Completes when the client has gone and its last
    /// request has ended.
    /// </summary>
    public async Task ServeAsync(Stream stream)
    {
        NbdTransport transport = new StreamTransport(stream, below: null);
        if (TryAdd(transport, "client") is { } connection)
        {
            await RunAsync(connection);
        }
        else
        {
            await transport.DisposeAsync();
        }
    }

    /// <summary>
    /// Stops: no further clients, no further requests; what is under way is answered, for as long as the patience
    /// lasts. Then connections are closed, whatever they still wait for.
    /// </summary>
    public async Task StopAsync(TimeSpan patience)
    {
        CloseListeners();
        Task ended = _table.StopAsync();
        await WaitAsync(ended, patience);
        if (!ended.IsCompleted)
        {
            _table.AbortAll();
            await WaitAsync(ended, AbortPatience);
        }

        if (_sweep is { } sweep)
        {
            await sweep.DisposeAsync();
        }
    }

    /// <summary>Stops without patience.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    private void Listen(NbdListener listener)
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                listener.Dispose();
                throw new InvalidOperationException("the server has stopped");
            }

            _listeners.Add(listener);
        }

        _ = _engine.StartAsync(() => listener.RunAsync(_engine, Accept, WhenAcceptFailed));
    }

    private void CloseListeners()
    {
        lock (_lock)
        {
            _isStopped = true;
            _listeners.ForEach(listener => listener.Dispose());
            _listeners.Clear();
        }
    }

    private void Accept(Socket socket)
    {
        string name = socket.RemoteEndPoint is IPEndPoint peer ? $"client {peer}" : "client";
        ISocketLoop? loop = _options.Tls is null ? _engine.Loops?.Choose() : null;
        NbdTransport transport = loop is null ? new SocketTransport(socket) : new LoopTransport(socket, loop);

        // Here and not in its own task: the table knows the clients in the order in which they came.
        if (TryAdd(transport, name) is not { } connection)
        {
            _ = transport.DisposeAsync().AsTask();
        }
        else if (loop is null)
        {
            _ = _engine.StartAsync(() => RunAsync(connection));
        }
        else
        {
            _ = EngineServices.StartAsync(() => RunAsync(connection), loop);
        }
    }

    private void WhenAcceptFailed(Exception exception)
    {
        _options.Log?.Invoke($"cannot accept: {exception.Message}");
        _table.MakeRoom();
    }

    private NbdConnection? TryAdd(NbdTransport transport, string name)
    {
        NbdConnection connection = new(transport, _exports, _options, _budget, name)
        {
            AcceptedAt = _engine.Time.GetTimestamp(),
        };
        if (!_table.TryAdd(connection))
        {
            _options.Log?.Invoke($"{name} refused: there are too many, or the server stops");
            return null;
        }

        BeginSweeps();
        return connection;
    }

    private async Task RunAsync(NbdConnection connection)
    {
        try
        {
            await connection.RunAsync(_table.Choose);
        }
        catch (Exception exception)
        {
            // The edge of a connection: a bug ends this client and no other.
            connection.Log($"failed: {exception}");
        }
        finally
        {
            _table.Remove(connection);
        }
    }

    private void BeginSweeps()
    {
        lock (_lock)
        {
            if (!_isStopped)
            {
                _sweep ??= _engine.Time.CreateTimer(
                    static table => (table as ConnectionTable)?.Sweep(), _table, SweepInterval, SweepInterval);
            }
        }
    }

    private async Task WaitAsync(Task ended, TimeSpan patience)
    {
        if (!ended.IsCompleted && patience > TimeSpan.Zero)
        {
            using CancellationTokenSource waiting = new();
            await Together.AnyAsync(ended, _engine.DelayAsync(patience, waiting.Token));
            End(waiting);
        }
    }

    private static void End(CancellationTokenSource waiting) => waiting.Cancel();
}
