using System.Buffers;

namespace VolMgr.Volumes.InputOutput;

/// <summary>A pooled buffer with one owner, returned exactly once and only when no I/O refers to it any more.</summary>
internal sealed class StableBuffer : IDisposable
{
    private readonly int length;
    private byte[]? rented;

    /// <summary>A buffer of that many bytes with undefined content.</summary>
    public StableBuffer(int length)
    {
        this.length = length;
        rented = ArrayPool<byte>.Shared.Rent(length);
    }

    /// <summary>The bytes.</summary>
    public Memory<byte> Memory => rented.AsMemory(0, length);

    /// <summary>A private copy of bytes that their owner may change.</summary>
    public static StableBuffer CopyOf(ReadOnlyMemory<byte> data)
    {
        var buffer = new StableBuffer(data.Length);
        data.CopyTo(buffer.Memory);
        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[]? array = Interlocked.Exchange(ref rented, null);
        if (array is not null)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
