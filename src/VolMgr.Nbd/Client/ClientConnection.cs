using System.Threading.Channels;
using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>
/// One connection in the transmission phase: a loop that sends, a loop that receives, and the requests that wait for an
/// answer.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>A request leaves the connection when its reply is complete (then the session is told) or when both loops have
/// ended (then <see cref="TakeUnanswered"/> has it): no loop touches its buffers after.</item>
/// <item>What breaks the protocol ends the connection, and a server that says it is shutting down as well: its requests
/// are then unanswered.</item>
/// </list>
/// </remarks>
internal sealed class ClientConnection
{
    private const int BatchBytes = 64 << 10;
    private const int SmallPayload = 16 << 10; // copying this much is cheaper than a system call of its own

    private readonly Lock gate = new();
    private readonly Stream stream;
    private readonly Dictionary<ulong, ClientRequest> unanswered = [];
    private readonly Channel<ClientRequest> outgoing;
    private readonly Action<ClientConnection, ClientRequest> onAnswered;
    private readonly ReplyReceiver receiver;
    private ulong lastCookie;
    private string? endReason;

    /// <param name="negotiated">The connection; disposed with this object.</param>
    /// <param name="capacity">Requests that may be unanswered at once.</param>
    /// <param name="engine">Where the loops run.</param>
    /// <param name="onAnswered">Told of each answered request, to complete it; it leaves the connection after.</param>
    public ClientConnection(
        NegotiatedStream negotiated, int capacity, EngineServices engine,
        Action<ClientConnection, ClientRequest> onAnswered)
    {
        stream = negotiated.Stream;
        Abilities = negotiated.Abilities;
        this.onAnswered = onAnswered;
        // One place for each unanswered request and one for the farewell, so that no sender ever waits.
        outgoing = Channel.CreateBounded<ClientRequest>(new BoundedChannelOptions(capacity + 1)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        receiver = new ReplyReceiver(stream, Abilities, Find, Answer);
        Completion = RunAsync(engine);
    }

    public ExportAbilities Abilities { get; }

    /// <summary>Ends, always well, when both loops have ended.</summary>
    public Task Completion { get; }

    /// <summary>Why the connection ended, in a few words.</summary>
    public string EndReason => endReason ?? "closed";

    /// <summary>Sends a request; it is unanswered from now on.</summary>
    public void Send(ClientRequest request)
    {
        lock (gate)
        {
            request.Cookie = ++lastCookie;
            unanswered.Add(request.Cookie, request);
        }

        // A connection that ended meanwhile takes nothing more: the request is found among the unanswered.
        _ = outgoing.Writer.TryWrite(request);
    }

    /// <summary>Whether a request has waited for its answer for too long.</summary>
    public bool HasExpired(long now)
    {
        lock (gate)
        {
            return unanswered.Values.Any(request => request.Expiry <= now);
        }
    }

    /// <summary>Breaks the connection off. Idempotent; the first reason counts.</summary>
    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref endReason, reason, null);
        outgoing.Writer.TryComplete();
        stream.Dispose();
    }

    /// <summary>Takes leave of the server after what was sent so far; the connection ends by itself.</summary>
    public void Leave()
    {
        _ = outgoing.Writer.TryWrite(new ClientRequest { Command = NbdCommand.Disconnect });
        outgoing.Writer.TryComplete();
    }

    /// <summary>The requests without an answer, once <see cref="Completion"/> has ended.</summary>
    public IReadOnlyList<ClientRequest> TakeUnanswered()
    {
        Invariant.Holds(Completion.IsCompleted);
        lock (gate)
        {
            ClientRequest[] taken = [.. unanswered.Values];
            unanswered.Clear();
            return taken;
        }
    }

    private async Task RunAsync(EngineServices engine)
    {
        Task sending = engine.StartAsync(() => GuardAsync(SendAllAsync));
        Task receiving = engine.StartAsync(() => GuardAsync(receiver.RunAsync));
        await sending;
        await receiving;
    }

    /// <summary>The edge of both loops: whatever ends one of them ends the connection.</summary>
    private async Task GuardAsync(Func<Task> loop)
    {
        try
        {
            await loop();
            Abort("closed");
        }
        catch (Exception failure)
        {
            Abort(failure is IOException or ObjectDisposedException or OperationCanceledException
                ? failure.Message
                : failure.ToString());
        }
    }

    private ClientRequest? Find(ulong cookie)
    {
        lock (gate)
        {
            return unanswered.GetValueOrDefault(cookie);
        }
    }

    private void Answer(ClientRequest request)
    {
        lock (gate)
        {
            unanswered.Remove(request.Cookie);
        }

        onAnswered(this, request);
    }

    private async Task SendAllAsync()
    {
        byte[] batch = new byte[BatchBytes];
        ChannelReader<ClientRequest> reader = outgoing.Reader;
        while (await reader.WaitToReadAsync(CancellationToken.None))
        {
            int filled = 0;
            while (reader.TryRead(out ClientRequest? request))
            {
                int payload = request.Payload.Length;
                int copied = payload <= SmallPayload ? payload : 0;
                if (filled + RequestHeader.CompactSize + copied > batch.Length)
                {
                    await stream.WriteAsync(batch.AsMemory(0, filled), CancellationToken.None);
                    filled = 0;
                }

                WriteHeader(batch.AsSpan(filled), request);
                filled += RequestHeader.CompactSize;
                request.Payload.Span[..copied].CopyTo(batch.AsSpan(filled));
                filled += copied;
                if (copied < payload)
                {
                    await stream.WriteAsync(batch.AsMemory(0, filled), CancellationToken.None);
                    await stream.WriteAsync(request.Payload, CancellationToken.None);
                    filled = 0;
                }
            }

            if (filled > 0)
            {
                await stream.WriteAsync(batch.AsMemory(0, filled), CancellationToken.None);
            }
        }
    }

    private static void WriteHeader(Span<byte> target, ClientRequest request)
    {
        RequestHeader header = new(
            request.Flags, request.Command, request.Cookie, (ulong)request.Offset, request.Length);
        header.WriteTo(target, HeaderStyle.Structured);
    }
}
