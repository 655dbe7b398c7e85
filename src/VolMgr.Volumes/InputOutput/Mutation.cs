using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>The ways in which an application changes bytes. All take the same path.</summary>
internal enum MutationKind
{
    /// <summary>A write of data.</summary>
    Write = 1,

    /// <summary>A write of zeroes.</summary>
    Zero = 2,

    /// <summary>A discard: reads as zeroes afterwards.</summary>
    Discard = 3,
}

/// <summary>One change of bytes of a volume. A write or a zero may begin and end inside a sector; it becomes a write of
/// whole sectors before it reaches a plex.</summary>
internal readonly record struct Mutation(
    MutationKind Kind, long Offset, long Length, ReadOnlyMemory<byte> Data, WriteFlags Flags)
{
    /// <summary>Whether nobody can change the data while it is written.</summary>
    public bool IsStable { get; init; }

    /// <summary>A write as its user sends it.</summary>
    public static Mutation Write(long offset, ReadOnlyMemory<byte> data, WriteFlags flags) =>
        new(MutationKind.Write, offset, data.Length, data, flags & ~WriteFlags.Stable)
        {
            IsStable = (flags & WriteFlags.Stable) != WriteFlags.None,
        };

    /// <summary>The bytes that it changes.</summary>
    public ByteRange Range => new(Offset, Length);

    /// <summary>Sends it to one plex.</summary>
    public ValueTask<IoStatus> ApplyAsync(PlexDevice plex) => Kind switch
    {
        MutationKind.Write => plex.WriteAsync(Offset, Data, Flags, CancellationToken.None),
        MutationKind.Zero => plex.ZeroAsync(Offset, Length, Flags, CancellationToken.None),
        MutationKind.Discard => plex.DiscardAsync(Offset, Length, CancellationToken.None),
    };
}
