using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Resync;

/// <summary>
/// What a record of a copy says: everything below the frontier is on the target, and of the units behind it those whose
/// bit is set. Never more than what was durable on the target when it was written.
/// </summary>
/// <param name="VolumeLength">Length of the volume that was copied.</param>
/// <param name="Frontier">Bytes from the start that are on the target.</param>
/// <param name="UnitSize">Bytes that a bit of the window stands for.</param>
/// <param name="Window">Bit i (least significant first) is the unit at Frontier + i * UnitSize.</param>
public sealed record CopyCheckpoint(long VolumeLength, long Frontier, long UnitSize, ImmutableArray<byte> Window)
{
    /// <summary>The largest window in bytes; fits a 4 KiB slot beside its header.</summary>
    public const int MaximumWindowSize = 2048;

    /// <summary>The ranges that are on the target.</summary>
    public IEnumerable<ByteRange> Ranges()
    {
        if (Frontier > 0)
        {
            yield return new ByteRange(0, Frontier);
        }

        for (int bit = 0; bit < Window.Length * 8; bit++)
        {
            long offset = Frontier + (bit * UnitSize);
            if ((Window[bit / 8] & (1 << (bit % 8))) != 0 && offset < VolumeLength)
            {
                yield return new ByteRange(offset, Math.Min(UnitSize, VolumeLength - offset));
            }
        }
    }
}

/// <summary>Where the record of one copy is kept: a slot on a disk of the target.</summary>
public interface ICopyRecordStore
{
    /// <summary>The newest valid record of this plex, or null.</summary>
    ValueTask<CopyCheckpoint?> ReadAsync(CancellationToken token);

    /// <summary>Makes a record durable.</summary>
    ValueTask<IoStatus> WriteAsync(CopyCheckpoint checkpoint, CancellationToken token);

    /// <summary>Removes the record durably.</summary>
    ValueTask<IoStatus> ClearAsync(CancellationToken token);
}
