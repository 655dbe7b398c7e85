using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Long zeroes and discards, a piece at a time: each enters the gate, takes its range and marks its regions by itself,
/// so that a request of terabytes keeps nobody waiting longer than a piece takes.
/// </summary>
/// <remarks>
/// A piece grows while it takes hardly any time (holes punched in a file) and shrinks while it takes long (zeroes
/// written by a remote server). It never needs more than half of the regions that may be dirty at once. The first piece
/// that fails ends the request, and a token is honoured between pieces: what is behind is unchanged then. A long
/// request is work of its own, so that its caller is free while it runs.
/// </remarks>
internal sealed class MutationPieces(MirrorWriter writer, EngineServices engine)
{
    /// <summary>Pieces end on multiples of it.</summary>
    private const long Smallest = 1L << 20;

    private const long First = 16L << 20;

    /// <summary>Half of the fewest bytes that all dirty regions of a volume can hold.</summary>
    private const long Largest = 128L << 20;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether a change has to come in pieces.</summary>
    public static bool IsLong(in Mutation mutation) =>
        mutation.Length > First && mutation.Kind != MutationKind.Write;

    /// <summary>Applies a long change.</summary>
    public Task<IoStatus> MutateAsync(Mutation mutation, CancellationToken token) =>
        engine.StartAsync(() => RunAsync(mutation, token));

    private async Task<IoStatus> RunAsync(Mutation mutation, CancellationToken token)
    {
        long size = First;
        for (long offset = mutation.Offset; offset < mutation.Range.End;)
        {
            token.ThrowIfCancellationRequested();
            long end = Math.Min(mutation.Range.End, (offset / Smallest * Smallest) + size);
            long began = engine.Time.GetTimestamp();
            IoStatus status = await writer.MutateAsync(mutation with { Offset = offset, Length = end - offset }, token);
            if (status != IoStatus.Success)
            {
                return status;
            }

            offset = end;
            TimeSpan taken = engine.Time.GetElapsedTime(began);
            size = taken < Quick ? Math.Min(size * 2, Largest)
                : taken > Slow ? Math.Max(size / 2, Smallest)
                : size;
        }

        return IoStatus.Success;
    }
}
