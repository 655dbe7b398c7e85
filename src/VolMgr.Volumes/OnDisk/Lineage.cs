using System.Collections.Immutable;
using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>One import (or the creation) in the history of a group.</summary>
/// <param name="FirstGeneration">The generation that the import wrote first.</param>
/// <param name="Id">Drawn by the import.</param>
internal sealed record LineageBranch(long FirstGeneration, Guid Id);

/// <summary>
/// The history of a configuration as its imports: two copies are of one history exactly if one lineage continues the
/// other
/// and the older copy had not gone past the point where the newer one branched off.
/// </summary>
/// <remarks>
/// Always true: first generations grow. Only the last branches are kept, <see cref="Dropped"/> counts the others, so
/// that a
/// group may be imported for years; a copy that missed more imports than are kept cannot be told from a foreign one.
/// </remarks>
internal sealed record Lineage
{
    /// <summary>Branches kept; each takes 60 bytes of a checkpoint.</summary>
    public const int KeptCount = 256;

    public Lineage(long dropped, ImmutableArray<LineageBranch> branches)
    {
        Invariant.Holds(dropped >= 0 && branches.Length > 0);
        Dropped = dropped;
        Branches = branches;
    }

    /// <summary>How many older branches are no longer listed.</summary>
    public long Dropped { get; }

    /// <summary>The newest branches, oldest first; never empty.</summary>
    public ImmutableArray<LineageBranch> Branches { get; }

    /// <summary>How many branches there were ever.</summary>
    public long Count => Dropped + Branches.Length;

    /// <summary>The branch that commits belong to now.</summary>
    public LineageBranch Last => Branches[^1];

    public static Lineage Begin(Guid id) => new(0, [new LineageBranch(1, id)]);

    public Lineage Append(long firstGeneration, Guid id)
    {
        Invariant.Holds(firstGeneration > Last.FirstGeneration);
        ImmutableArray<LineageBranch> all = Branches.Add(new LineageBranch(firstGeneration, id));
        int excess = Math.Max(0, all.Length - KeptCount);
        return new Lineage(Dropped + excess, all.RemoveRange(0, excess));
    }

    /// <summary>
    /// Where a newer lineage branched off from this one: the first generation that the two do not share, long.MaxValue
    /// when
    /// they are the same, null when this one is not a beginning of the other.
    /// </summary>
    public long? BranchPoint(Lineage newer)
    {
        if (newer.Count < Count || newer.Dropped >= Count)
        {
            return null;
        }

        for (long index = Math.Max(Dropped, newer.Dropped); index < Count; index++)
        {
            if (Branches[(int)(index - Dropped)] != newer.Branches[(int)(index - newer.Dropped)])
            {
                return null;
            }
        }

        return newer.Count == Count ? long.MaxValue : newer.Branches[(int)(Count - newer.Dropped)].FirstGeneration;
    }
}
