using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Proof.Histories;

/// <summary>A run of bytes of a LUN that belongs to a plex.</summary>
internal readonly record struct PlexPlace(string Plex, bool IsLog, long Offset, long Length, long PlexOffset);

/// <summary>Which bytes of which LUN belong to which plex, by one configuration.</summary>
internal sealed class PlexPlaces
{
    private readonly SortedDictionary<string, List<PlexPlace>> byLun = new(StringComparer.Ordinal);

    /// <summary>No plex at all.</summary>
    public static PlexPlaces None { get; } = new();

    /// <summary>The places of those plexes of a group that are meant.</summary>
    public static PlexPlaces Of(
        GroupConfiguration configuration,
        Func<PlexRecord, bool> isMeant,
        Func<RecordId, (string Lun, long PublicOffset)> find)
    {
        var places = new PlexPlaces();
        foreach (PlexRecord plex in configuration.Plexes.Values.Where(isMeant))
        {
            PlexMap map = PlexMap.Of(configuration, plex.Id);
            foreach (PlexSegment segment in map.Map(0, map.Length))
            {
                (string lun, long publicOffset) = find(segment.DiskId);
                places.On(lun).Add(new PlexPlace(
                    NameOf(plex), plex.IsLog, publicOffset + segment.DiskOffset, segment.Length, segment.PlexOffset));
            }
        }

        return places;
    }

    /// <summary>A name that no other plex has had or will have.</summary>
    public static string NameOf(PlexRecord plex) => $"{plex.Name}#{plex.Id}";

    /// <summary>The parts of a range of a LUN that belong to plexes.</summary>
    public IEnumerable<PlexPlace> Within(string lun, long offset, long length)
    {
        if (byLun.TryGetValue(lun, out List<PlexPlace>? places))
        {
            foreach (PlexPlace place in places)
            {
                long start = Math.Max(offset, place.Offset);
                long end = Math.Min(offset + length, place.Offset + place.Length);
                if (start < end)
                {
                    yield return place with
                    {
                        Offset = start,
                        Length = end - start,
                        PlexOffset = place.PlexOffset + start - place.Offset,
                    };
                }
            }
        }
    }

    /// <summary>The places of one plex.</summary>
    public IEnumerable<(string Lun, PlexPlace Place)> OfPlex(string plex) =>
        byLun.SelectMany(lun => lun.Value.Where(place => place.Plex == plex).Select(place => (lun.Key, place)));

    private List<PlexPlace> On(string lun)
    {
        if (!byLun.TryGetValue(lun, out List<PlexPlace>? places))
        {
            byLun.Add(lun, places = []);
        }

        return places;
    }
}
