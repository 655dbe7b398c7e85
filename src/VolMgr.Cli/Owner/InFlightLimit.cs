namespace VolMgr.Cli.Owner;

/// <summary>
/// Bounds what one connection has in flight, in bytes and in requests. One reader enters, any number leave. A single
/// request larger than the limit passes alone, so nothing waits for ever.
/// </summary>
internal sealed class InFlightLimit
{
    private const long MaximumBytes = 32 << 20;
    private const int MaximumRequests = 1024;

    private readonly Lock gate = new();
    private TaskCompletionSource? waiting;
    private long bytes;
    private int requests;

    /// <summary>Waits until there is room, then takes it.</summary>
    public async ValueTask EnterAsync(long cost)
    {
        while (true)
        {
            Task room;
            lock (gate)
            {
                if (requests == 0 || (requests < MaximumRequests && bytes + cost <= MaximumBytes))
                {
                    requests++;
                    bytes += cost;
                    return;
                }

                room = WaitUnsynchronized();
            }

            await room;
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Leave(long cost)
    {
        TaskCompletionSource? waiter;
        lock (gate)
        {
            requests--;
            bytes -= cost;
            waiter = waiting;
            waiting = null;
        }

        waiter?.SetResult();
    }

    /// <summary>Waits until nothing is in flight; nobody may enter meanwhile.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (requests == 0)
                {
                    return;
                }

                change = WaitUnsynchronized();
            }

            await change;
        }
    }

    private Task WaitUnsynchronized()
    {
        waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.Task;
    }
}
