namespace VolMgr.Nbd.Server;

/// <summary>
/// The replies of a connection, from being laid out to being sent. Thread-safe.
/// </summary>
/// <remarks>
/// A reply reserves its place first and is filled in place: a device reads straight into what the socket sends. Small
/// replies share a block, so that a batch of them leaves in one send without being copied; places that are appended
/// in the order of their reservation become one segment. One sender is active at most; who appends while it sends is
/// sent by its next round. Once the connection is broken everything that comes is given back unsent.
/// </remarks>
internal sealed class ReplyQueue(NbdTransport transport, ConnectionMemory memory, Action<Exception> whenBroken)
{
    /// <summary>A batch of 32 reads of 4 KiB is two blocks.</summary>
    internal const int BlockSize = 64 << 10;

    /// <summary>Longer replies have a block of their own.</summary>
    internal const int LargestShared = 16 << 10;

    /// <summary>While so much waits to be sent, no more of a long reply is read.</summary>
    private const int MuchUnsent = 1 << 20;

    /// <summary>What one system call takes (IOV_MAX is 1024).</summary>
    private const int MostSegments = 256;

    private readonly Lock _lock = new();
    private readonly NbdTransport _transport = transport;
    private readonly ConnectionMemory _memory = memory;
    private readonly Action<Exception> _whenBroken = whenBroken;
    private readonly Queue<Segment> _waiting = new();
    private readonly List<Segment> _sending = [];
    private readonly List<ArraySegment<byte>> _wire = [];

    /// <summary>Where small replies are laid out; null while there are none.</summary>
    private ReplyBlock? _current;

    /// <summary>The segment that the next place may still continue; it is the last one of those that wait.</summary>
    private Segment? _last;
    private bool _isSending;
    private bool _isBroken;
    private TaskCompletionSource? _sent;

    /// <summary>Bytes that were appended and have not left.</summary>
    private long _unsent;

    /// <summary>Set while a long reply waits until less is unsent.</summary>
    private TaskCompletionSource? _room;

    /// <summary>Set while a send waits for the client.</summary>
    public bool IsSending => Volatile.Read(ref _isSending);

    /// <summary>A place for a small reply, or for the head of a long one.</summary>
    public ReplySpace Reserve(int length)
    {
        if (length > LargestShared)
        {
            // Its sender had the bytes admitted.
            return ReserveOwn(length, charge: 0);
        }

        lock (_lock)
        {
            ReplyBlock block = RoomUnsynchronized(length);
            ReplySpace space = new(block, block.Used, length);
            block.Used += length;
            block.AddUser();
            return space;
        }
    }

    /// <summary>A block of its own for bytes that the reader has admitted; the charge goes back with it.</summary>
    public static ReplySpace ReserveOwn(int length, int charge) => new(new ReplyBlock(length, charge), 0, length);

    /// <summary>Gives a place back unsent.</summary>
    public void Cancel(ReplySpace space)
    {
        lock (_lock)
        {
            if (space.Start + space.Length == space.Block.Used)
            {
                space.Block.Used = space.Start;
            }

            ReleaseUnsynchronized(space.Block, 1);
        }
    }

    /// <summary>Puts filled places at the end of what will be sent, with nothing between the two.</summary>
    public void Append(ReplySpace first, ReplySpace? second = null)
    {
        lock (_lock)
        {
            AppendUnsynchronized(first);
            if (second is { } rest)
            {
                AppendUnsynchronized(rest);
            }
        }
    }

    /// <summary>Sends what waits, unless somebody already does. Returns without waiting for the client.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_isSending || _waiting.Count == 0)
            {
                return;
            }

            _isSending = true;
        }

        _ = SendAsync();
    }

    /// <summary>Keeps no memory for replies to come: the next one begins a new block.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            DropCurrentUnsynchronized();
        }
    }

    /// <summary>Completes when everything has been sent, or cannot be.</summary>
    public ValueTask WhenSentAsync()
    {
        Flush();
        lock (_lock)
        {
            if (!_isSending)
            {
                return ValueTask.CompletedTask;
            }

            _sent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_sent.Task);
        }
    }

    /// <summary>Completes when not much waits to be sent, or nothing can be.</summary>
    public async ValueTask WhenRoomAsync()
    {
        while (MustWaitForRoom(out Task room))
        {
            Flush();
            await room;
        }
    }

    private bool MustWaitForRoom(out Task room)
    {
        lock (_lock)
        {
            if (_isBroken || _unsent < MuchUnsent)
            {
                room = Task.CompletedTask;
                return false;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
            return true;
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (TakeRound())
            {
                await _transport.SendAsync(_wire);
                EndRound();
            }
        }
        catch (Exception exception)
        {
            Break();
            _whenBroken(exception);
        }
    }

    /// <summary>Moves what waits into the round to be sent; false: nothing waits, and sending ends.</summary>
    private bool TakeRound()
    {
        TaskCompletionSource? sent;
        lock (_lock)
        {
            while (_sending.Count < MostSegments && _waiting.TryDequeue(out Segment? segment))
            {
                _sending.Add(segment);
                _wire.Add(new ArraySegment<byte>(segment.Block.Bytes, segment.Start, segment.Length));
            }

            if (_waiting.Count == 0)
            {
                _last = null;
            }

            if (_sending.Count > 0)
            {
                return true;
            }

            _isSending = false;
            sent = _sent;
            _sent = null;
        }

        sent?.SetResult();
        return false;
    }

    private void EndRound()
    {
        TaskCompletionSource? room;
        _wire.Clear();
        lock (_lock)
        {
            foreach (Segment segment in _sending)
            {
                _unsent -= segment.Length;
                ReleaseUnsynchronized(segment.Block, segment.Places);
            }

            _sending.Clear();
            room = TakeRoomUnsynchronized();
        }

        room?.SetResult();
    }

    private TaskCompletionSource? TakeRoomUnsynchronized()
    {
        TaskCompletionSource? room = _isBroken || _unsent < MuchUnsent ? _room : null;
        _room = room is null ? _room : null;
        return room;
    }

    private void Break()
    {
        EndRound();
        TaskCompletionSource? sent;
        TaskCompletionSource? room;
        lock (_lock)
        {
            _isBroken = true;
            _isSending = false;
            _last = null;
            while (_waiting.TryDequeue(out Segment? segment))
            {
                ReleaseUnsynchronized(segment.Block, segment.Places);
            }

            sent = _sent;
            _sent = null;
            room = TakeRoomUnsynchronized();
        }

        sent?.SetResult();
        room?.SetResult();
    }

    private void AppendUnsynchronized(ReplySpace space)
    {
        if (_isBroken)
        {
            ReleaseUnsynchronized(space.Block, 1);
            return;
        }

        _unsent += space.Length;
        if (_last is { } last && last.Block == space.Block && last.Start + last.Length == space.Start)
        {
            last.Length += space.Length;
            last.Places++;
            return;
        }

        _last = new Segment(space.Block, space.Start, space.Length);
        _waiting.Enqueue(_last);
    }

    private ReplyBlock RoomUnsynchronized(int length)
    {
        if (_current is { Users: 1 })
        {
            _current.Used = 0;
        }

        if (_current is null || _current.Capacity - _current.Used < length)
        {
            DropCurrentUnsynchronized();
            _current = new ReplyBlock(BlockSize, BlockSize);
            _memory.Take(BlockSize);
        }

        return _current;
    }

    private void DropCurrentUnsynchronized()
    {
        if (_current is { } current)
        {
            _current = null;
            ReleaseUnsynchronized(current, 1);
        }
    }

    private void ReleaseUnsynchronized(ReplyBlock block, int users)
    {
        if (block.Release(users) && block.Charge > 0)
        {
            _memory.Release(block.Charge);
        }
    }

    /// <summary>Places that lie next to each other and leave together.</summary>
    private sealed class Segment(ReplyBlock block, int start, int length)
    {
        public ReplyBlock Block { get; } = block;

        public int Start { get; } = start;

        public int Length { get; set; } = length;

        public int Places { get; set; } = 1;
    }
}
