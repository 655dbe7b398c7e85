using System.Buffers.Binary;
using System.Numerics;

namespace VolMgr.Blocks;

/// <summary>One operation as it was seen on its way into a device.</summary>
/// <param name="Started">Its place among all starts and completions of the log, from 1 on.</param>
/// <param name="Device">The name of the recording device.</param>
/// <param name="Operation">Which operation.</param>
/// <param name="Offset">First byte; 0 for a flush.</param>
/// <param name="Length">Bytes; 0 for a flush.</param>
/// <param name="Flags">The flags of a write or zero.</param>
/// <param name="PayloadHash">Checksum of the bytes to write, when payloads are hashed; else 0.</param>
public sealed record RecordedOperation(
    long Started, string Device, DeviceOperations Operation, long Offset, long Length, WriteFlags Flags,
    uint PayloadHash)
{
    /// <summary>The place of its completion in the same order; null while it is in flight, or was cancelled.</summary>
    public long? Completed { get; init; }

    /// <summary>How it ended; null as above.</summary>
    public IoStatus? Status { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Started}-{Completed?.ToString() ?? "?"} {Device} {Operation} {Offset}+{Length} {Flags} "
        + $"{PayloadHash:x8} {Status?.ToString() ?? "in flight"}";
}

/// <summary>
/// What happened on one or more <see cref="RecordingDevice"/>s: starts and completions share one numbering, so that "A
/// completed before B started" can be asked across devices. Thread-safe.
/// </summary>
public sealed class OperationLog
{
    private readonly Lock _lock = new();
    private readonly List<RecordedOperation> _operations = [];
    private long _order;

    /// <summary>Hash the payload of writes.</summary>
    public bool HashesPayloads { get; init; }

    /// <summary>All operations so far, in the order of their starts.</summary>
    public IReadOnlyList<RecordedOperation> Operations
    {
        get
        {
            lock (_lock)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>
    /// Forgets the operations; the numbering goes on. Operations in flight are not completed in the log.
    /// </summary>
    public void Clear()
    {
        lock (_lock)
        {
            _operations.Clear();
        }
    }

    /// <summary>The checksum that stands for a payload.</summary>
    public static uint Hash(ReadOnlySpan<byte> payload)
    {
        uint hash = 0;
        for (; payload.Length >= sizeof(ulong); payload = payload[sizeof(ulong)..])
        {
            hash = BitOperations.Crc32C(hash, BinaryPrimitives.ReadUInt64LittleEndian(payload));
        }

        foreach (byte rest in payload)
        {
            hash = BitOperations.Crc32C(hash, rest);
        }

        return hash;
    }

    internal Entry Start(
        string device, DeviceOperations operation, long offset, long length, WriteFlags flags,
        ReadOnlySpan<byte> payload)
    {
        uint hash = HashesPayloads ? Hash(payload) : 0;
        lock (_lock)
        {
            RecordedOperation started = new(++_order, device, operation, offset, length, flags, hash);
            _operations.Add(started);
            return new Entry(_operations.Count - 1, started);
        }
    }

    internal void Complete(Entry entry, IoStatus status)
    {
        lock (_lock)
        {
            bool isKept = entry.Index < _operations.Count && ReferenceEquals(_operations[entry.Index], entry.Operation);
            if (isKept)
            {
                _operations[entry.Index] = entry.Operation with { Completed = ++_order, Status = status };
            }
        }
    }

    internal readonly record struct Entry(int Index, RecordedOperation Operation);
}
