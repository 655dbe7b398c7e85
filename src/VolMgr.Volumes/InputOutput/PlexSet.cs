using System.Collections.Immutable;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.InputOutput;

/// <summary>What a plex of a started volume is used for.</summary>
public enum PlexRole
{
    /// <summary>Complete: takes writes and serves reads.</summary>
    ReadWrite = 1,

    /// <summary>Being attached: takes every write, is never read by an application.</summary>
    WriteOnly = 2,
}

/// <summary>A plex as a member of a plex set.</summary>
/// <param name="Id">Its record.</param>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Device">Its address space; carries the fault flag, which takes effect at once in every set.</param>
/// <param name="Role">What it is used for.</param>
public sealed record PlexMember(RecordId Id, string Name, PlexDevice Device, PlexRole Role);

/// <summary>
/// The plexes that take part in a volume's I/O, as one immutable value. A request reads it once, inside the gate, and
/// uses it for targets, for marking and for its acknowledgement.
/// </summary>
public sealed record PlexSet
{
    /// <summary>A plex set.</summary>
    /// <param name="generation">Grows with every set that is published for the volume.</param>
    /// <param name="members">The plexes that take writes, in the order of their names.</param>
    /// <param name="preferred">Index of the member that serves reads while it can (policies prefer and select), or
    /// null for round robin.</param>
    /// <param name="policy">Read policy.</param>
    /// <param name="length">Length of the volume.</param>
    public PlexSet(
        long generation, ImmutableArray<PlexMember> members, int? preferred, ReadPolicy policy, long length)
    {
        Invariant.Holds(length >= 0);
        Invariant.Holds(length % 512 == 0);
        foreach (PlexMember member in members)
        {
            Invariant.Holds(member.Device.Length >= length);
        }

        Generation = generation;
        Members = members;
        Preferred = preferred;
        Policy = policy;
        Length = length;
        ReadableCount = members.Count(member => member.Role == PlexRole.ReadWrite);
    }

    /// <summary>Grows with every set that is published for the volume.</summary>
    public long Generation { get; }

    /// <summary>The plexes that take writes.</summary>
    public ImmutableArray<PlexMember> Members { get; }

    /// <summary>Index of the member that serves reads while it can, or null.</summary>
    public int? Preferred { get; }

    /// <summary>Read policy.</summary>
    public ReadPolicy Policy { get; }

    /// <summary>Length of the volume.</summary>
    public long Length { get; }

    /// <summary>How many members are read-write, faulted ones included: with two or more, reads hold their
    /// range.</summary>
    public int ReadableCount { get; }

    /// <summary>The member with that record, or null.</summary>
    public PlexMember? Find(RecordId plex) => Members.FirstOrDefault(member => member.Id == plex);

    /// <summary>A set of the next generation with these members.</summary>
    public PlexSet Next(ImmutableArray<PlexMember> members, int? preferred = null) =>
        new(Generation + 1, members, preferred, Policy, Length);

    /// <summary>A set of the next generation with a plex that takes writes only.</summary>
    public PlexSet WithAttaching(RecordId plex, string name, PlexDevice device) =>
        Next(Members.Add(new PlexMember(plex, name, device, PlexRole.WriteOnly)), Preferred);

    /// <summary>A set of the next generation in which the plex serves reads.</summary>
    public PlexSet WithReadable(RecordId plex) =>
        Next(
            [.. Members.Select(member => member.Id == plex ? member with { Role = PlexRole.ReadWrite } : member)],
            Preferred);

    /// <summary>A set of the next generation without the plex; reads go round robin unless the caller prefers
    /// anew.</summary>
    public PlexSet Without(RecordId plex)
    {
        RecordId? preferred = Preferred is { } index ? Members[index].Id : null;
        ImmutableArray<PlexMember> rest = Members.RemoveAll(member => member.Id == plex);
        int position = preferred is { } id ? rest.ToList().FindIndex(member => member.Id == id) : -1;
        return Next(rest, position < 0 ? null : position);
    }
}

/// <summary>What a reconfiguration publishes when its commit is durable.</summary>
/// <param name="Plexes">The new plex set.</param>
public sealed record VolumeChange(PlexSet Plexes)
{
    /// <summary>Whether <see cref="Log"/> takes the place of the volume's dirty region log. The caller has flushed the
    /// volume (<see cref="VolumeDevice.FlushAllAsync"/>) before it committed the new log.</summary>
    public bool ReplacesLog { get; init; }

    /// <summary>The new log, or null for none.</summary>
    public DirtyRegionLog? Log { get; init; }

    /// <summary>The log plexes that the volume has from now on, where its log is not replaced: nothing is written to
    /// others any more. Null: as before.</summary>
    public IReadOnlyCollection<RecordId>? LogPlexes { get; init; }
}
