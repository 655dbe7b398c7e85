namespace VolMgr.Nbd.Server;

/// <summary>
/// Who is connected. Connections in their handshake stand in the order of their arrival: when there are too many, or
/// one has taken too long, it is the first that has to go. Thread-safe.
/// </summary>
internal sealed class ConnectionTable(NbdServerOptions options, TimeProvider time, ByteBudget budget)
{
    private readonly Lock _lock = new();
    private readonly NbdServerOptions _options = options;
    private readonly TimeProvider _time = time;
    private readonly ByteBudget _budget = budget;
    private readonly LinkedList<NbdConnection> _handshakes = new();
    private readonly Dictionary<NbdConnection, LinkedListNode<NbdConnection>> _places = [];
    private readonly HashSet<NbdConnection> _chosen = [];
    private readonly Counters _ended = new();
    private long _accepted;
    private bool _isStopped;
    private TaskCompletionSource? _empty;

    public int ChosenCount
    {
        get
        {
            lock (_lock)
            {
                return _chosen.Count;
            }
        }
    }

    /// <summary>False: there are too many, or the server stops.</summary>
    public bool TryAdd(NbdConnection connection)
    {
        NbdConnection? evicted = null;
        lock (_lock)
        {
            if (_isStopped || _handshakes.Count + _chosen.Count >= _options.MaximumConnections)
            {
                return false;
            }

            _accepted++;
            _places[connection] = _handshakes.AddLast(connection);
            if (_places.Count > _options.MaximumHandshakes)
            {
                evicted = RemoveFirstUnsynchronized();
            }
        }

        evicted?.Abort("made room for a newer client");
        return true;
    }

    /// <summary>The handshake is over; false: the server stops.</summary>
    public bool Choose(NbdConnection connection)
    {
        lock (_lock)
        {
            RemoveHandshakeUnsynchronized(connection);
            _chosen.Add(connection);
            return !_isStopped;
        }
    }

    public void Remove(NbdConnection connection)
    {
        TaskCompletionSource? empty = null;
        lock (_lock)
        {
            RemoveHandshakeUnsynchronized(connection);
            _chosen.Remove(connection);
            _ended.Add(connection.Counters);
            if (_handshakes.Count + _chosen.Count == 0)
            {
                empty = _empty;
                _empty = null;
            }
        }

        empty?.SetResult();
    }

    /// <summary>Ends the oldest handshake, because the system has no descriptors left.</summary>
    public void MakeRoom()
    {
        NbdConnection? evicted;
        lock (_lock)
        {
            evicted = RemoveFirstUnsynchronized();
        }

        evicted?.Abort("made room for a newer client");
    }

    /// <summary>Ends handshakes that take too long, and clients that sit on memory that others wait for
    /// or that have left and do not take their last replies.</summary>
    public void Sweep()
    {
        long now = _time.GetTimestamp();
        List<NbdConnection> late = [];
        List<NbdConnection> stalled = [];
        lock (_lock)
        {
            while (_handshakes.First is { } first
                && _time.GetElapsedTime(first.Value.AcceptedAt, now) > _options.HandshakeTimeout)
            {
                late.Add(first.Value);
                RemoveFirstUnsynchronized();
            }

            bool isMissed = _budget.IsMissed;
            stalled.AddRange(_chosen.Where(
                connection => IsStalled(connection, now) && (isMissed || connection.IsLeaving)));
        }

        late.ForEach(connection => connection.Abort("took too long to choose an export"));
        stalled.ForEach(connection => connection.Abort("does not take what it asked for"));
    }

    /// <summary>Stops all; the task completes when the last one has ended.</summary>
    public Task StopAsync()
    {
        List<NbdConnection> all;
        Task empty;
        lock (_lock)
        {
            _isStopped = true;
            all = [.. _handshakes, .. _chosen];
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _places.Count + _chosen.Count == 0 ? Task.CompletedTask : _empty.Task;
        }

        all.ForEach(connection => connection.Stop());
        return empty;
    }

    public void AbortAll()
    {
        List<NbdConnection> all;
        lock (_lock)
        {
            all = [.. _handshakes, .. _chosen];
        }

        all.ForEach(connection => connection.Abort("did not end in time"));
    }

    public NbdServerStatistics Statistics()
    {
        lock (_lock)
        {
            Counters sum = new();
            sum.Add(_ended);
            foreach (NbdConnection connection in _chosen)
            {
                sum.Add(connection.Counters);
            }

            return new NbdServerStatistics(
                _chosen.Count, _handshakes.Count, _accepted, sum.Requests, sum.Errors, sum.BytesRead,
                sum.BytesWritten, _budget.Held);
        }
    }

    /// <summary>Whether it waits for its client, at the same request, for longer than the patience lasts.</summary>
    private bool IsStalled(NbdConnection connection, long now)
    {
        long requests = connection.Counters.Requests;
        if (!connection.IsHeldUp)
        {
            connection.HeldUp = null;
            return false;
        }

        if (connection.HeldUp is not { } since || since.Requests != requests)
        {
            connection.HeldUp = new HeldUp(now, requests);
            return false;
        }

        return _time.GetElapsedTime(since.Since, now) > _options.StallPatience;
    }

    private NbdConnection? RemoveFirstUnsynchronized()
    {
        NbdConnection? first = _handshakes.First?.Value;
        if (first is not null)
        {
            RemoveHandshakeUnsynchronized(first);
        }

        return first;
    }

    private void RemoveHandshakeUnsynchronized(NbdConnection connection)
    {
        if (_places.Remove(connection, out LinkedListNode<NbdConnection>? place))
        {
            _handshakes.Remove(place);
        }
    }
}
