using System.Collections.Immutable;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>Builds the plex set of a volume from its records: the only translation from one to the other.</summary>
internal static class PlexSets
{
    /// <summary>
    /// The set that the records describe. A plex that is in <paramref name="before"/> keeps its device, and so its
    /// flush debt and its fault flag, unless its map changed or it is the one that begins to attach.
    /// </summary>
    public static PlexSet Build(GroupCore core, VolumeRecord volume, PlexSet? before, RecordId? attaching = null)
    {
        GroupConfiguration configuration = core.Current;
        var members = ImmutableArray.CreateBuilder<PlexMember>();
        foreach (PlexRecord plex in configuration.DataPlexesOf(volume.Id).Where(plex => plex.IsWritable()))
        {
            PlexMap map = PlexMap.Of(configuration, plex.Id);
            PlexDevice? kept = plex.Id == attaching ? null : before?.Find(plex.Id)?.Device;
            PlexDevice device = kept is not null && kept.Length == map.Length
                ? kept
                : new PlexDevice(map, core.Backing, core.Engine.Time);
            PlexRole role = plex.Mode == PlexMode.WriteOnly ? PlexRole.WriteOnly : PlexRole.ReadWrite;
            members.Add(new PlexMember(plex.Id, plex.Name, device, role));
        }
        ImmutableArray<PlexMember> all = members.ToImmutable();
        return new PlexSet(
            (before?.Generation ?? 0) + 1,
            all,
            Preferred(configuration, volume, all),
            volume.ReadPolicy,
            volume.Length);
    }

    /// <summary>The address space of one plex as the records describe it.</summary>
    public static PlexDevice Device(GroupCore core, GroupConfiguration configuration, RecordId plex) =>
        new(PlexMap.Of(configuration, plex), core.Backing);

    private static int? Preferred(
        GroupConfiguration configuration, VolumeRecord volume, ImmutableArray<PlexMember> members)
    {
        RecordId? wanted = volume.ReadPolicy switch
        {
            ReadPolicy.Prefer => volume.PreferredPlexId,
            ReadPolicy.Select => OnlyStriped(configuration, members),
            ReadPolicy.Round => null,
        };
        int index = wanted is { } id ? members.ToList().FindIndex(member => member.Id == id) : -1;
        return index < 0 ? null : index;
    }

    private static RecordId? OnlyStriped(GroupConfiguration configuration, ImmutableArray<PlexMember> members)
    {
        RecordId[] striped = [.. members
            .Where(member => member.Role == PlexRole.ReadWrite
                && configuration.Plexes[member.Id].Layout == PlexLayout.Stripe)
            .Select(member => member.Id)];
        return striped.Length == 1 ? striped[0] : null;
    }
}
