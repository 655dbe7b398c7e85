using System.Collections.Immutable;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>One generation of a configuration with what an import needs to judge it.</summary>
internal sealed record CopyImage
{
    /// <summary>Counts the commits of the group.</summary>
    public required long Generation { get; init; }

    /// <summary>From 1; a later attempt at the same generation has the same records and fewer holders.</summary>
    public required int Attempt { get; init; }

    /// <summary>Ids of the disks that hold this generation, ordered. It counts only if all of them have it.</summary>
    public required ImmutableArray<string> Holders { get; init; }

    /// <summary>The history of imports.</summary>
    public required Lineage Lineage { get; init; }

    /// <summary>The records.</summary>
    public required GroupConfiguration Configuration { get; init; }

    /// <summary>Whether the two are the same generation, written by the same import.</summary>
    public bool IsSameCommit(CopyImage other) =>
        Generation == other.Generation && Attempt == other.Attempt && Lineage.Last == other.Lineage.Last;

    /// <summary>Whether the two say the same.</summary>
    public bool HasSameContent(CopyImage other) =>
        Holders.SequenceEqual(other.Holders) &&
        ConfigurationDelta.Between(Configuration, other.Configuration).IsEmpty;
}
