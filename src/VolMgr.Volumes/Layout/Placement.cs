using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>Places new plexes of a volume apart from those that it has.</summary>
internal static class Placement
{
    /// <summary>The disks that the plexes use.</summary>
    internal static IReadOnlySet<RecordId> DisksOf(GroupConfiguration configuration, IEnumerable<PlexRecord> plexes)
    {
        HashSet<RecordId> ids = [.. plexes.Select(plex => plex.Id)];
        return configuration.Subdisks.Values
            .Where(subdisk => subdisk.PlexId is { } plex && ids.Contains(plex))
            .Select(subdisk => subdisk.DiskId).ToHashSet();
    }

    /// <summary>Candidates that share nothing with the disks in use that the request wants apart.</summary>
    internal static IReadOnlyList<CandidateDisk> Separate(
        GroupConfiguration configuration, StorageRequest request, IReadOnlySet<RecordId> inUse)
    {
        Dictionary<RecordId, DiskSite> sites = request.Sites.ToDictionary(site => site.DiskId);
        return [.. CandidateDisk.Of(configuration, request).Where(disk => inUse.All(other =>
            CandidateDisk.AreSeparate(disk, other, sites.GetValueOrDefault(other), request.Storage.Separation)))];
    }

    /// <summary>
    /// Space for a data plex apart from the disks in use. Where mirrors are to be on different enclosures or
    /// controllers, one enclosure or one set of controllers is preferred to several, so that room is left for the next
    /// plex.
    /// </summary>
    internal static (PlexShape Shape, IReadOnlyList<IReadOnlyList<FreeExtent>> Columns)? FindPlex(
        GroupConfiguration configuration,
        StorageRequest request,
        IReadOnlyList<PlexShape> shapes,
        long length,
        IReadOnlySet<RecordId> inUse)
    {
        if (request.Storage.WantedSeparation is { } wanted)
        {
            StorageSpecification plain = request.Storage with { WantedSeparation = null };
            return FindPlex(
                    configuration, request with { Storage = plain with { Separation = wanted } }, shapes, length, inUse)
                ?? FindPlex(configuration, request with { Storage = plain }, shapes, length, inUse);
        }

        long unit = Alignment.Of(configuration);
        IReadOnlyList<CandidateDisk> candidates = Separate(configuration, request, inUse);
        IReadOnlyList<IReadOnlyList<CandidateDisk>> pools = Pools(candidates, request.Storage.Separation);
        foreach (PlexShape shape in shapes)
        {
            foreach (IReadOnlyList<CandidateDisk> pool in pools)
            {
                if (Allocator.Plex(pool, shape, shape.ColumnLength(length, unit), request) is { } columns)
                {
                    return (shape, columns);
                }
            }
        }

        return null;
    }

    /// <summary>The shapes to try in order: as asked, or the widest stripe that fits first.</summary>
    internal static IReadOnlyList<PlexShape> Shapes(PlexLayout layout, int? columnCount, long stripeUnit)
    {
        if (layout == PlexLayout.Concat)
        {
            return [PlexShape.Concat];
        }

        return columnCount is { } count
            ? [new PlexShape(layout, count, stripeUnit)]
            : [.. Enumerable.Range(2, Allocator.MaximumColumns - 1).Reverse()
                .Select(columns => new PlexShape(layout, columns, stripeUnit))];
    }

    private static IReadOnlyList<IReadOnlyList<CandidateDisk>> Pools(
        IReadOnlyList<CandidateDisk> candidates, MirrorSeparation separation) => separation switch
        {
            MirrorSeparation.Disk => [candidates],
            MirrorSeparation.Enclosure => Grouped(candidates, disk => disk.Site?.Enclosure ?? ""),
            MirrorSeparation.Controller => Grouped(candidates, disk =>
                string.Join(',', (disk.Site?.Controllers ?? []).Order(StringComparer.Ordinal))),
        };

    private static IReadOnlyList<IReadOnlyList<CandidateDisk>> Grouped(
        IReadOnlyList<CandidateDisk> candidates, Func<CandidateDisk, string> key) =>
        [.. candidates.GroupBy(key, StringComparer.Ordinal).Select(group => group.ToList()), candidates];
}
