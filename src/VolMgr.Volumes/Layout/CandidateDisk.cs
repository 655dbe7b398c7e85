using System.Collections.Immutable;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>A disk that a request may use, with its free space in whole alignment units.</summary>
internal sealed record CandidateDisk(DiskRecord Disk, DiskSite? Site, ImmutableArray<FreeExtent> Free)
{
    internal long TotalFree { get; } = Free.Sum(extent => extent.Length);

    /// <summary>
    /// The disks that a request selects, in the order in which they are preferred: as named where the order counts,
    /// else by name. Out: removed disks, disks without a device, and reserved, spare or failing ones that are not
    /// named.
    /// </summary>
    internal static IReadOnlyList<CandidateDisk> Of(GroupConfiguration configuration, StorageRequest request)
    {
        Dictionary<RecordId, DiskSite> sites = request.Sites.ToDictionary(site => site.DiskId);
        long unit = Alignment.Of(configuration);
        List<CandidateDisk> candidates = [];
        foreach (DiskRecord disk in configuration.Disks.Values.OrderBy(disk => disk.Name, StringComparer.Ordinal))
        {
            DiskSite? site = sites.GetValueOrDefault(disk.Id);
            bool hasDevice = request.Sites.Count == 0 || site is { IsUsable: true };
            bool isSetAside = disk.IsReserved || disk.IsSpare || disk.IsFailing;
            if (disk.IsRemoved || !hasDevice || !request.Storage.Selects(disk, site)
                || (isSetAside && !request.Storage.Names(disk, site)))
            {
                continue;
            }

            candidates.Add(new CandidateDisk(disk, site, Aligned(FreeSpace.On(configuration, disk.Id), unit)));
        }

        return request.IsOrdered ? [.. candidates.OrderBy(disk => FirstTerm(disk, request.Storage))] : candidates;
    }

    /// <summary>Whether the two disks may carry two plexes of one volume.</summary>
    internal static bool AreSeparate(
        CandidateDisk disk, RecordId otherId, DiskSite? other, MirrorSeparation separation) =>
        disk.Disk.Id != otherId && separation switch
        {
            MirrorSeparation.Disk => true,
            MirrorSeparation.Enclosure =>
                !string.Equals(disk.Site?.Enclosure ?? "", other?.Enclosure ?? "", StringComparison.Ordinal),
            MirrorSeparation.Controller =>
                !(disk.Site?.Controllers ?? []).Intersect(other?.Controllers ?? [], StringComparer.Ordinal).Any(),
        };

    private static int FirstTerm(CandidateDisk disk, StorageSpecification storage)
    {
        for (int index = 0; index < storage.Included.Length; index++)
        {
            if (storage.Included[index].Matches(disk.Disk, disk.Site))
            {
                return index;
            }
        }

        return storage.Included.Length;
    }

    private static ImmutableArray<FreeExtent> Aligned(IEnumerable<FreeExtent> extents, long unit)
    {
        ImmutableArray<FreeExtent>.Builder aligned = ImmutableArray.CreateBuilder<FreeExtent>();
        foreach (FreeExtent extent in extents)
        {
            long start = Alignment.Up(extent.Offset, unit);
            long end = Alignment.Down(extent.End, unit);
            if (end > start)
            {
                aligned.Add(new FreeExtent(extent.DiskId, start, end - start));
            }
        }

        return aligned.ToImmutable();
    }
}
