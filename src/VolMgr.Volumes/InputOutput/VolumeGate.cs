using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// The freeze and drain point of one volume. Every request, of applications and of the copier alike, enters it once,
/// gets the published plex set, and counts as in flight until it leaves.
/// </summary>
/// <remarks>
/// What always holds: while a reconfiguration holds the gate nothing is in flight after the drain, and every request
/// that arrives waits and later sees the newly published set. Requests that wait are not in flight; they are let in
/// together, in the order of arrival. Reconfigurations follow one another, never side by side.
/// </remarks>
internal sealed class VolumeGate(PlexSet plexes)
{
    private readonly Lock sync = new();
    private readonly Queue<TaskCompletionSource> freezers = new();
    private readonly LinkedList<TaskCompletionSource<PlexSet?>> parked = new();
    private PlexSet published = plexes;
    private TaskCompletionSource? drained;
    private bool isFrozen;
    private bool isClosed;

    /// <summary>The published set.</summary>
    public PlexSet Published => Volatile.Read(ref published);

    /// <summary>Requests that have entered and not yet left.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether the gate is closed, for whoever watches.</summary>
    public bool IsFrozen
    {
        get
        {
            lock (sync)
            {
                return isFrozen;
            }
        }
    }

    /// <summary>Requests that wait until the gate opens, for whoever watches.</summary>
    public int ParkedCount
    {
        get
        {
            lock (sync)
            {
                return parked.Count;
            }
        }
    }

    /// <summary>Enters and takes the plex set; null when the volume is closed.</summary>
    public ValueTask<PlexSet?> EnterAsync(CancellationToken token)
    {
        LinkedListNode<TaskCompletionSource<PlexSet?>> node;
        lock (sync)
        {
            if (isClosed)
            {
                return ValueTask.FromResult<PlexSet?>(null);
            }

            if (!isFrozen)
            {
                InFlight++;
                return ValueTask.FromResult<PlexSet?>(published);
            }

            node = parked.AddLast(
                new TaskCompletionSource<PlexSet?>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return ParkAsync(node, token);
    }

    /// <summary>Leaves; the last one out wakes the drain.</summary>
    public void Leave()
    {
        lock (sync)
        {
            Invariant.Holds(InFlight > 0);
            InFlight--;
            if (InFlight == 0)
            {
                drained?.TrySetResult();
            }
        }
    }

    /// <summary>Bars new requests; waits for an earlier reconfiguration to end first.</summary>
    public async Task FreezeAsync()
    {
        Task? turn = null;
        lock (sync)
        {
            if (isFrozen)
            {
                var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                freezers.Enqueue(waiter);
                turn = waiter.Task;
            }

            isFrozen = true;
        }

        if (turn is not null)
        {
            await turn;
        }
    }

    /// <summary>Waits until nothing is in flight. Only between freeze and thaw.</summary>
    public async Task DrainAsync()
    {
        Task done;
        lock (sync)
        {
            Invariant.Holds(isFrozen);
            if (InFlight == 0)
            {
                return;
            }

            drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done = drained.Task;
        }

        await done;
        drained = null;
    }

    /// <summary>Publishes a set. Only between freeze and thaw.</summary>
    public void Publish(PlexSet next)
    {
        Invariant.Holds(isFrozen);
        Invariant.Holds(next.Generation > published.Generation);
        Volatile.Write(ref published, next);
    }

    /// <summary>Ends for ever: whoever waits and whoever comes is told that the volume is closed.</summary>
    public void Close()
    {
        lock (sync)
        {
            Invariant.Holds(isFrozen);
            isClosed = true;
        }
    }

    /// <summary>Lets requests in again, or hands the frozen gate to the next reconfiguration.</summary>
    public void Thaw()
    {
        TaskCompletionSource? next;
        lock (sync)
        {
            Invariant.Holds(isFrozen);
            if (freezers.TryDequeue(out next))
            {
                // stays frozen for the next one
            }
            else
            {
                isFrozen = false;
                AdmitUnsynchronized();
            }
        }

        next?.TrySetResult();
    }

    private void AdmitUnsynchronized()
    {
        foreach (TaskCompletionSource<PlexSet?> waiter in parked)
        {
            if (waiter.TrySetResult(isClosed ? null : published) && !isClosed)
            {
                InFlight++;
            }
        }

        parked.Clear();
    }

    private static async ValueTask<PlexSet?> ParkAsync(
        LinkedListNode<TaskCompletionSource<PlexSet?>> node, CancellationToken token)
    {
        CancellationTokenRegistration registration = token.UnsafeRegister(
            (_, cancelled) => node.Value.TrySetCanceled(cancelled), null);
        try
        {
            return await node.Value.Task;
        }
        finally
        {
            registration.Unregister();
        }
    }
}
