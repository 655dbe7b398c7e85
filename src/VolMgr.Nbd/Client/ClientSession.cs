using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>
/// The conversation with a server over all its connections and losses: requests go in, each is answered once.
/// </summary>
/// <remarks>
/// Always holds:
/// <list type="bullet">
/// <item>Nothing that was acknowledged is forgotten silently. Changes that no flush has covered are kept
/// (<see cref="UnflushedWrites"/>); after a loss they are repeated in their order and flushed before any other request
/// is sent, reads included. Where that cannot be done the session fails for good: no read shows an older content, no
/// flush claims to cover what is gone.</item>
/// <item>A request that a lost connection left unanswered is repeated after that, with the same bytes; its caller holds
/// the range until it is answered.</item>
/// <item>A request that takes too long while changes are unanswered ends the session: the server is alive, may carry
/// them out at any later time, and NBD has no command that forbids it. The same changes are never sent twice to such a
/// server.</item>
/// <item>A flush that the server failed fails until the device is opened again, as that of a file does: what it has
/// lost it reports once.</item>
/// <item>Fields are guarded by the gate; callbacks and completions run outside of it.</item>
/// </list>
/// </remarks>
internal sealed partial class ClientSession : IAsyncDisposable
{
    private const int MostInFlight = 64; // of each connection

    private readonly Lock gate = new();
    private readonly NbdUri uri;
    private readonly NbdClientOptions options;
    private readonly EngineServices engine;
    private readonly ClientTransport transport;
    private readonly UnflushedWrites unflushed = new();
    private readonly CancellationTokenSource closing;
    private readonly TaskCompletionSource decided = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Not sent yet, in order.</summary>
    private Queue<ClientRequest> waiting = new();

    /// <summary>What is in service, or being restored.</summary>
    private ClientConnection[] connections = [];

    private SessionState state = SessionState.Connecting;
    private TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ExportAbilities? abilities;
    private IoStatus flushFailure;
    private string problem = "";
    private long recoverUntil;
    private long lastNumber;
    private bool hasTimedOut;
    private bool hasStrayWrites;
    private int inFlight;
    private int turn;
    private int isDisposed;
    private Task ownFlush = Task.CompletedTask;

    private readonly ITimer sweeping;
    private readonly Task keeping;

    public ClientSession(NbdUri uri, NbdClientOptions options, EngineServices engine)
    {
        this.uri = uri;
        this.options = options;
        this.engine = engine;
        transport = new ClientTransport(uri, options, engine);
        closing = CancellationTokenSource.CreateLinkedTokenSource(options.Abandoned);
        double shortest = Math.Min(options.RequestTimeout.TotalMilliseconds, options.ReconnectTime.TotalMilliseconds);
        TimeSpan period = TimeSpan.FromMilliseconds(Math.Clamp(shortest / 8, 20, 1000));
        keeping = engine.StartAsync(KeepAsync);
        sweeping = engine.Time.CreateTimer(_ => Sweep(), null, period, period);
    }

    /// <summary>Ends when the first attempt to connect has ended, however.</summary>
    public Task Decided => decided.Task;

    /// <summary>What the server can do; null when it was never reached.</summary>
    public ExportAbilities? Abilities => Volatile.Read(ref abilities);

    /// <summary>Why every flush fails from now on, or success.</summary>
    public IoStatus FlushFailure
    {
        get
        {
            lock (gate)
            {
                return flushFailure;
            }
        }
    }

    /// <summary>The newest reason for not being in service; empty when there was none.</summary>
    public string Problem
    {
        get
        {
            lock (gate)
            {
                return problem;
            }
        }
    }

    /// <summary>
    /// Whether another session with the server could lose what this one acknowledged, or find later what it sent.
    /// </summary>
    public bool HasUnflushedWrites
    {
        get
        {
            lock (gate)
            {
                return unflushed.HasDebt || hasStrayWrites;
            }
        }
    }

    public SessionState State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }
    }

    /// <summary>Sends a request as soon as possible; the task ends with its answer or its failure.</summary>
    public Task<ClientReply> SubmitAsync(ClientRequest request)
    {
        lock (gate)
        {
            request.Number = ++lastNumber;
            request.Expiry = In(options.RequestTimeout);
            request.Covered = unflushed.Last;
            if (state is SessionState.Unreachable or SessionState.Failed)
            {
                request.Complete(IoStatus.NotReachable);
            }
            else
            {
                waiting.Enqueue(request);
                DispatchUnsynchronized();
            }
        }

        return request.Reply;
    }

    /// <summary>Ends when there is room to keep another write.</summary>
    public Task RoomAsync()
    {
        lock (gate)
        {
            return unflushed.Bytes < options.MaximumUnflushedBytes ? Task.CompletedTask : ownFlush;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
        {
            return;
        }

        ClientConnection[] open;
        lock (gate)
        {
            open = state == SessionState.Serving ? connections : [];
            FailUnsynchronized("closed");
        }

        // Each connection takes leave by itself; one whose server does not listen is broken off.
        foreach (ClientConnection connection in open)
        {
            connection.Leave();
        }

        Task farewells = Together.AllAsync(open.Select(connection => connection.Completion));
        await Together.AnyAsync(farewells, engine.DelayAsync(TimeSpan.FromSeconds(1), CancellationToken.None));
        Close();
        await keeping;
        await sweeping.DisposeAsync();
        closing.Dispose();
    }

    private void DispatchUnsynchronized()
    {
        while (state == SessionState.Serving && inFlight < connections.Length * MostInFlight
            && waiting.TryDequeue(out ClientRequest? request))
        {
            inFlight++;
            turn = (turn + 1) % connections.Length;
            connections[turn].Send(request);
        }
    }

    /// <summary>The reply of a request is complete; still on the loop of its connection.</summary>
    private void OnAnswered(ClientConnection connection, ClientRequest request)
    {
        if (request.IsReplay)
        {
            request.Complete();
            return;
        }

        // The bytes are copied before the caller gets its buffer back, and outside of the gate.
        UnflushedWrite? write = request.IsChange && request.Error == NbdError.None && connection.Abilities.CanFlush
            ? UnflushedWrite.Of(request)
            : null;
        lock (gate)
        {
            inFlight--;
            if (write is { } change)
            {
                unflushed.Add(change);
            }

            if (request.Command == NbdCommand.Flush)
            {
                AccountUnsynchronized(request);
            }

            DispatchUnsynchronized();
            if (unflushed.Bytes >= options.MaximumUnflushedBytes / 2 && ownFlush.IsCompleted)
            {
                ownFlush = engine.StartAsync(() => SubmitAsync(new ClientRequest { Command = NbdCommand.Flush }));
            }
        }

        request.Complete();
    }

    private void AccountUnsynchronized(ClientRequest flush)
    {
        if (flush.Error == NbdError.None)
        {
            unflushed.Trim(flush.Covered);
            return;
        }

        unflushed.GiveUp();
        flushFailure = ClientErrno.ToStatus(flush.Error);
        problem = $"a flush failed ({flush.Error})";
    }

    private void FailUnsynchronized(string reason)
    {
        if (state == SessionState.Failed)
        {
            return;
        }

        state = SessionState.Failed;
        problem = reason;
        EndWaitingUnsynchronized();
        decided.TrySetResult();
        lost.TrySetResult();
    }

    private void EndWaitingUnsynchronized()
    {
        while (waiting.TryDequeue(out ClientRequest? request))
        {
            request.Complete(IoStatus.NotReachable);
        }
    }

    /// <summary>Looks for requests that take too long, and for a recovery that does.</summary>
    private void Sweep()
    {
        bool isGivenUp = false;
        string? notice = null;
        lock (gate)
        {
            long now = engine.Time.GetTimestamp();
            if (waiting.Any(request => request.Expiry <= now))
            {
                foreach (ClientRequest request in waiting.Where(request => request.Expiry <= now))
                {
                    request.Complete(IoStatus.Timeout);
                }

                waiting = new Queue<ClientRequest>(waiting.Where(request => request.Expiry > now));
            }

            if (!hasTimedOut && connections.Any(connection => connection.HasExpired(now)))
            {
                hasTimedOut = true;
                LoseUnsynchronized($"no answer within {options.RequestTimeout.TotalSeconds:0.###} s");
            }

            if (state == SessionState.Recovering && recoverUntil <= now)
            {
                notice = GiveUpUnsynchronized();
                isGivenUp = state == SessionState.Failed;
            }
        }

        if (isGivenUp)
        {
            Close();
        }

        if (notice is not null)
        {
            Tell(notice);
        }
    }

    /// <summary>The server has been gone for too long.</summary>
    private string GiveUpUnsynchronized()
    {
        if (!unflushed.HasDebt)
        {
            FailUnsynchronized(problem);
            return $"given up: {problem}";
        }

        state = SessionState.Unreachable;
        EndWaitingUnsynchronized();
        return $"not reachable, with unflushed writes that are kept: {problem}";
    }

    /// <summary>A connection ended, or has to: the server may have lost everything that it did not flush.</summary>
    private void LoseUnsynchronized(string reason)
    {
        if (state == SessionState.Serving)
        {
            state = SessionState.Recovering;
            recoverUntil = In(options.ReconnectTime);
            problem = reason;
        }

        lost.TrySetResult();
    }

    private void Close() => closing.Cancel();

    private long In(TimeSpan time) =>
        engine.Time.GetTimestamp() + (long)(time.TotalSeconds * engine.Time.TimestampFrequency);

    private void Tell(string text) => options.Log?.Invoke($"{uri}: {text}");
}
