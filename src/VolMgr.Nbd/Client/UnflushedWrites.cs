using System.Buffers;
using VolMgr.Blocks;

namespace VolMgr.Nbd.Client;

/// <summary>One acknowledged change that the server may still forget.</summary>
/// <param name="Request">What was sent, with bytes of our own.</param>
/// <param name="Buffer">The rented array behind the bytes; null where there are none.</param>
internal readonly record struct UnflushedWrite(ClientRequest Request, byte[]? Buffer)
{
    /// <summary>Copies a request that was answered, while its bytes still belong to us.</summary>
    public static UnflushedWrite Of(ClientRequest request)
    {
        byte[]? buffer = null;
        if (request.Payload.Length > 0)
        {
            buffer = ArrayPool<byte>.Shared.Rent(request.Payload.Length);
            request.Payload.CopyTo(buffer);
        }

        return new UnflushedWrite(Copy(request, buffer), buffer);
    }

    /// <summary>The request once more, to be sent to a server that may have forgotten it.</summary>
    public ClientRequest Repeat() => Copy(Request, Buffer);

    public void Return()
    {
        if (Buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(Buffer);
        }
    }

    private static ClientRequest Copy(ClientRequest request, byte[]? buffer) => new()
    {
        Command = request.Command,
        Flags = request.Flags,
        Offset = request.Offset,
        Length = request.Length,
        Payload = buffer.AsMemory(0, request.Payload.Length),
        IsReplay = true,
    };
}

/// <summary>
/// The changes that the server has acknowledged and no flush has covered, in the order of their acknowledgements. The
/// owner's lock guards it.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>As long as <see cref="IsComplete"/> holds, repeating all of them in order on a server that lost any part of
/// them leaves every sector as it was acknowledged last.</item>
/// <item>A forced write is durable by itself and is kept only behind others, which would otherwise be repeated over
/// it.</item>
/// </list>
/// </remarks>
internal sealed class UnflushedWrites
{
    private const int Overhead = 128; // bytes that a change without data counts

    private readonly Queue<(long Number, UnflushedWrite Write)> kept = new();
    private long unforced;

    /// <summary>Whether everything unflushed is here; once it is not, it never is again.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Whether the server could forget something that it acknowledged.</summary>
    public bool HasDebt => !IsComplete || unforced > 0;

    /// <summary>What the kept changes take in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of the newest change.</summary>
    public long Last { get; private set; }

    public IEnumerable<UnflushedWrite> InOrder => kept.Select(item => item.Write);

    /// <summary>A change was acknowledged.</summary>
    public void Add(UnflushedWrite write)
    {
        Last++;
        bool isNeeded = IsComplete && (!write.Request.IsForced || kept.Count > 0);
        if (!isNeeded)
        {
            write.Return();
            return;
        }

        kept.Enqueue((Last, write));
        Bytes += Overhead + write.Request.Payload.Length;
        unforced += write.Request.IsForced ? 0 : 1;
    }

    /// <summary>A flush that began when <paramref name="covered"/> was the newest change has succeeded.</summary>
    public void Trim(long covered)
    {
        while (kept.TryPeek(out (long Number, UnflushedWrite Write) oldest) && oldest.Number <= covered)
        {
            kept.Dequeue();
            Bytes -= Overhead + oldest.Write.Request.Payload.Length;
            unforced -= oldest.Write.Request.IsForced ? 0 : 1;
            oldest.Write.Return();
        }

        Invariant.Holds(kept.Count > 0 || (Bytes == 0 && unforced == 0));
    }

    /// <summary>A flush failed: nobody can say what the server has, so repeating would prove nothing.</summary>
    public void GiveUp()
    {
        Trim(long.MaxValue);
        IsComplete = false;
    }
}
