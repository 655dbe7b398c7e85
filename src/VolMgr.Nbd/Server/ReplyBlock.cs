using System.Buffers;
using VolMgr.Blocks;

namespace VolMgr.Nbd.Server;

/// <summary>
/// A rented piece of memory that replies are laid out in, counted by its users: reservations that are being filled or
/// wait to be sent, and the queue while it still lays out in it. Not thread-safe: the queue's lock covers it.
/// </summary>
internal sealed class ReplyBlock(int capacity, int charge)
{
    private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>What the connection is charged for as long as the block is rented.</summary>
    public int Charge { get; } = charge;

    public int Capacity { get; } = capacity;

    /// <summary>Bytes laid out so far.</summary>
    public int Used { get; set; }

    public int Users { get; private set; } = 1;

    public byte[] Bytes
    {
        get
        {
            Invariant.Holds(_bytes is not null);
            return _bytes;
        }
    }

    public void AddUser() => Users++;

    /// <summary>True: that was the last user, and the memory went back.</summary>
    public bool Release(int users)
    {
        Users -= users;
        Invariant.Holds(Users >= 0);
        if (Users > 0)
        {
            return false;
        }

        ArrayPool<byte>.Shared.Return(Bytes);
        _bytes = null;
        return true;
    }
}

/// <summary>A place in a block that one reply, or a part of it, owns until it is sent or given back.</summary>
internal readonly record struct ReplySpace(ReplyBlock Block, int Start, int Length)
{
    public Memory<byte> Memory => Block.Bytes.AsMemory(Start, Length);

    public Span<byte> Span => Block.Bytes.AsSpan(Start, Length);
}
