namespace VolMgr.Nbd.Server;

/// <summary>One client, from the first byte to the last: handshake, transmission, and the end.</summary>
internal sealed class NbdConnection
{
    private readonly NbdTransport _transport;
    private readonly INbdExportSource _exports;
    private readonly NbdServerOptions _options;
    private readonly ConnectionMemory _memory;
    private readonly string _name;

    /// <summary>Null during the handshake.</summary>
    private Transmission? _transmission;
    private bool _isStopping;

    public NbdConnection(
        NbdTransport transport, INbdExportSource exports, NbdServerOptions options, ByteBudget budget, string name)
    {
        _transport = transport;
        _exports = exports;
        _options = options;
        _name = name;
        _memory = new ConnectionMemory(
            budget, options.MaximumBytesPerConnection, options.MaximumRequestsPerConnection);
    }

    public Counters Counters { get; } = new();

    /// <summary>When the server accepted it, by its clock.</summary>
    public long AcceptedAt { get; init; }

    /// <summary>Since when, and at which request, the client keeps the server waiting within a message.</summary>
    public HeldUp? HeldUp { get; set; }

    public bool IsHeldUp => Volatile.Read(ref _transmission)?.IsHeldUp ?? false;

    /// <summary>Whether it only waits for its last replies to be taken.</summary>
    public bool IsLeaving => Volatile.Read(ref _transmission)?.IsLeaving ?? false;

    /// <summary>Completes when the client is gone and its last request has ended.</summary>
    /// <param name="whenChosen">Called when the handshake is over; false: it is not wanted any more.</param>
    public async Task RunAsync(Func<NbdConnection, bool> whenChosen)
    {
        Handshake handshake = new(
            _transport, _exports, _options.Tls is null ? null : _options.CurrentTls?.Invoke() ?? _options.Tls, Log);
        try
        {
            Session? session = await handshake.RunAsync();
            if (session is not null)
            {
                await using NbdExport export = session.Export;
                await TransmitAsync(session, handshake.Transport, whenChosen);
            }
        }
        catch (Exception exception) when (NbdTransport.IsBroken(exception))
        {
            Log($"lost: {exception.Message}");
        }
        finally
        {
            await CloseAsync(handshake.Transport);
        }
    }

    /// <summary>Takes no further requests; during the handshake: ends.</summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopping, true);
        if (Volatile.Read(ref _transmission) is { } transmission)
        {
            transmission.Stop();
        }
        else
        {
            _transport.Abort();
        }
    }

    public void Abort(string reason)
    {
        Log(reason);
        _transport.Abort();
    }

    public void Log(string text) => _options.Log?.Invoke($"{_name} {text}");

    private async Task TransmitAsync(Session session, NbdTransport transport, Func<NbdConnection, bool> whenChosen)
    {
        using Transmission transmission = new(session, transport, _memory, Counters, Log);
        Volatile.Write(ref _transmission, transmission);
        await using CancellationTokenRegistration withdrawn = session.Export.Withdrawn.UnsafeRegister(
            static connection => (connection as NbdConnection)?.Abort("lost its export"), this);
        if (whenChosen(this) && !Volatile.Read(ref _isStopping))
        {
            await transmission.RunAsync();
        }
    }

    private static async ValueTask CloseAsync(NbdTransport transport)
    {
        try
        {
            await transport.DisposeAsync();
        }
        catch (Exception exception) when (NbdTransport.IsBroken(exception))
        {
            // TLS may want to say good-bye to a client that is gone.
            transport.Abort();
        }
    }
}

/// <summary>Since when a client has kept the server waiting, and how many requests it had made by then.</summary>
internal readonly record struct HeldUp(long Since, long Requests);
