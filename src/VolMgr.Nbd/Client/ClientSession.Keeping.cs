using VolMgr.Blocks;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Nbd.Client;

/// <summary>Connects, restores what a lost server may have forgotten, and collects what it left.</summary>
internal sealed partial class ClientSession
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>The life of the session: connect, serve, lose, and again.</summary>
    private async Task KeepAsync()
    {
        await using CancellationTokenRegistration stop = closing.Token.UnsafeRegister(
            static state => (state as ClientSession)?.Stop(), this);
        TimeSpan pause = FirstPause;
        try
        {
            while (State != SessionState.Failed)
            {
                if (await ConnectAsync())
                {
                    pause = FirstPause;
                    await lost.Task;
                }
                else if (State != SessionState.Failed)
                {
                    await engine.DelayAsync(pause, closing.Token);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                    continue;
                }

                await CollectAsync();
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            await CollectAsync();
        }
        catch (Exception failure)
        {
            // A bug must not leave callers waiting for ever; they see a device that is gone, the log says why.
            Tell(failure.ToString());
            Stop();
            await CollectAsync();
        }
    }

    /// <summary>Fails the session and breaks off whatever is open, mid-sentence.</summary>
    private void Stop()
    {
        ClientConnection[] open;
        lock (gate)
        {
            FailUnsynchronized("closed");
            open = connections;
        }

        foreach (ClientConnection connection in open)
        {
            connection.Abort("closed");
        }
    }

    /// <summary>
    /// One attempt to be in service; false when it was in vain, which the first time fails the session. The connections
    /// of an attempt in vain have ended.
    /// </summary>
    private async Task<bool> ConnectAsync()
    {
        (ClientConnection? first, string reason) = await OpenAsync();
        if (first is not null)
        {
            if (await RestoreAsync(first) is not { } failure)
            {
                await ServeAsync(first);
                return true;
            }

            reason = failure;
            first.Abort(reason);
            await first.Completion;
        }

        string? notice = null;
        lock (gate)
        {
            connections = [];
            hasTimedOut = false;
            lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (state != SessionState.Failed)
            {
                notice = string.Equals(problem, reason, StringComparison.Ordinal) ? null : reason;
                problem = reason;
            }

            if (state == SessionState.Connecting)
            {
                FailUnsynchronized(reason);
            }
        }

        if (notice is not null)
        {
            Tell(notice);
        }

        return false;
    }

    private async Task<(ClientConnection? Connection, string Problem)> OpenAsync()
    {
        (NegotiatedStream? negotiated, string reason) = await transport.ConnectAsync(closing.Token);
        if (negotiated is null)
        {
            return (null, reason);
        }

        string? refusal = negotiated.Abilities.FindProblem(options.Length)
            ?? (Abilities is { } before ? negotiated.Abilities.FindLoss(before) : null);
        if (refusal is not null)
        {
            await negotiated.Stream.DisposeAsync();
            return (null, refusal);
        }

        return (new ClientConnection(negotiated, MostInFlight, engine, OnAnswered), "");
    }

    /// <summary>
    /// Repeats, in order and each after the one before, what the server may have forgotten, and flushes it; null when
    /// that is done, else why not. An answer that is an error fails the session: something acknowledged is lost.
    /// </summary>
    private async Task<string?> RestoreAsync(ClientConnection connection)
    {
        List<ClientRequest> repeated;
        lock (gate)
        {
            connections = [connection];
            repeated = [.. unflushed.InOrder.Select(write => write.Repeat())];
            if (!unflushed.IsComplete)
            {
                FailUnsynchronized("a connection was lost after a flush had failed");
                return problem;
            }
        }

        if (repeated.Count > 0)
        {
            repeated.Add(new ClientRequest { Command = NbdCommand.Flush, IsReplay = true });
        }

        foreach (ClientRequest request in repeated)
        {
            request.Expiry = In(options.RequestTimeout);
            connection.Send(request);
            await Together.AnyAsync(request.Reply, Together.AnyAsync(connection.Completion, lost.Task));
            ClientReply reply = request.Reply.IsCompleted ? await request.Reply : new(IoStatus.NotReachable);
            if (reply.Status == IoStatus.Success)
            {
                continue;
            }

            lock (gate)
            {
                if (hasTimedOut || reply.Error != NbdError.None)
                {
                    hasStrayWrites |= hasTimedOut;
                    FailUnsynchronized($"a write that was acknowledged could not be repeated ({reply.Status})");
                }
            }

            return $"lost again while writes were repeated: {connection.EndReason}";
        }

        lock (gate)
        {
            unflushed.Trim(long.MaxValue);
        }

        return null;
    }

    /// <summary>Opens the other connections and puts all in service.</summary>
    private async Task ServeAsync(ClientConnection first)
    {
        List<ClientConnection> open = [first];
        int wanted = first.Abilities.CanMultiConnect ? options.Connections : 1;
        while (open.Count < wanted && await OpenAsync() is ({ } another, _))
        {
            if (another.Abilities.FindLoss(first.Abilities) is { } difference)
            {
                another.Abort(difference);
                break;
            }

            open.Add(another);
            lock (gate)
            {
                connections = [.. open]; // so that closing finds it
            }
        }

        bool isReturn;
        lock (gate)
        {
            connections = [.. open];
            inFlight = 0;
            hasTimedOut = false;
            lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            isReturn = Abilities is not null;
            Volatile.Write(ref abilities, first.Abilities);
            if (state == SessionState.Failed)
            {
                lost.TrySetResult();
                return;
            }

            state = SessionState.Serving;
            problem = "";
            decided.TrySetResult();
            DispatchUnsynchronized();
        }

        if (isReturn)
        {
            Tell("in service again");
        }

        foreach (ClientConnection connection in open)
        {
            _ = WatchAsync(connection);
        }
    }

    private async Task WatchAsync(ClientConnection connection)
    {
        await connection.Completion;
        bool isNews;
        lock (gate)
        {
            isNews = state == SessionState.Serving && connections.Contains(connection);
            if (isNews)
            {
                LoseUnsynchronized(connection.EndReason);
            }
        }

        if (isNews)
        {
            Tell($"connection lost: {connection.EndReason}");
        }
    }

    /// <summary>Ends all connections and decides what becomes of the requests that they leave unanswered.</summary>
    private async Task CollectAsync()
    {
        ClientConnection[] old;
        string reason;
        lock (gate)
        {
            old = connections;
            reason = problem;
        }

        foreach (ClientConnection connection in old)
        {
            if (State != SessionState.Failed)
            {
                connection.Abort(reason);
            }

            await connection.Completion;
        }

        List<ClientRequest> left = [.. old.SelectMany(connection => connection.TakeUnanswered())
            .Where(request => !request.IsReplay).OrderBy(request => request.Number)];
        lock (gate)
        {
            connections = [];
            inFlight = 0;
            lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            SortOutUnsynchronized(left);
            hasTimedOut = false;
        }
    }

    private void SortOutUnsynchronized(List<ClientRequest> left)
    {
        if (hasTimedOut && left.Any(request => request.IsChange))
        {
            hasStrayWrites = true;
            left.ForEach(request => request.Complete(IoStatus.Timeout));
            FailUnsynchronized($"{problem}, and writes may still be under way there");
            return;
        }

        long now = engine.Time.GetTimestamp();
        foreach (ClientRequest request in left.Where(request => request.Expiry <= now))
        {
            request.Complete(IoStatus.Timeout);
        }

        List<ClientRequest> alive = [.. left.Where(request => request.Expiry > now)];
        if (state is SessionState.Unreachable or SessionState.Failed)
        {
            alive.ForEach(request => request.Complete(IoStatus.NotReachable));
            return;
        }

        alive.ForEach(request => request.Restart());
        waiting = new Queue<ClientRequest>(alive.Concat(waiting));
    }
}
