using System.Globalization;
using System.Text;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Cli.Labs.Import;

/// <summary>
/// What the volumes of an imported lab hold: each sector follows from the seed, the volume and its number
/// (<c>SectorStamp</c>, sequence 0), so that it can be told for any sector wherever it was moved, and costs no space
/// until something is written. The lab keeps the seed and where which content lies in <c>import/content</c>.
/// </summary>
/// <param name="Seed">The seed.</param>
/// <param name="Extents">Where the content lies.</param>
internal sealed record GeneratedContent(long Seed, IReadOnlyList<ContentExtent> Extents)
{
    /// <summary>The sequence number of generated sectors; those that a workload writes begin with 1.</summary>
    public const long Sequence = 0;

    private const string FileName = "content";

    /// <summary>That of a lab; null for a lab without.</summary>
    public static GeneratedContent? Of(LabPaths lab)
    {
        string path = Path.Combine(lab.Root, LabImport.Folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        string[] lines = File.ReadAllLines(path);
        return new GeneratedContent(
            long.Parse(lines[0], CultureInfo.InvariantCulture), [.. lines[1..].Select(ContentExtent.Parse)]);
    }

    /// <summary>Keeps it in a lab.</summary>
    public void Write(LabPaths lab) => File.WriteAllLines(
        Path.Combine(lab.Root, LabImport.Folder, FileName),
        Extents.Select(extent => extent.ToString()).Prepend(Seed.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Stands for a volume and a seed in each sector.</summary>
    public static ulong TagOf(long seed, string group, string volume)
    {
        const ulong First = 0xCBF2_9CE4_8422_2325; // FNV-1a
        const ulong Factor = 0x0000_0100_0000_01B3;
        string name = string.Create(CultureInfo.InvariantCulture, $"{seed} {group}/{volume}");
        return Encoding.UTF8.GetBytes(name).Aggregate(First, (hash, next) => unchecked((hash ^ next) * Factor));
    }

    /// <summary>Where the content of a group's volumes lies.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="all">The group.</param>
    /// <param name="lunOf">The LUN of a disk and where its public region begins; null for a disk without.</param>
    public static IEnumerable<ContentExtent> Plan(
        long seed, GroupConfiguration all, Func<RecordId, (string Lun, long Public)?> lunOf)
    {
        foreach (VolumeRecord volume in all.Volumes.Values.Where(volume => all.VolumeAbove(volume.Id) is null
            && all.DcoOnLog(volume.Id) is null && !volume.Name.EndsWith("_dcl", StringComparison.Ordinal)
            && volume.State != VolumeState.Empty))
        {
            ulong tag = TagOf(seed, all.Group.Name, volume.Name);
            foreach (PlexRecord plex in Holding(all, volume.Id))
            {
                foreach (ContentExtent extent in OfSubdisks(all, plex, lunOf, tag))
                {
                    yield return extent;
                }

                foreach (SubVolumeRecord sub in all.SubVolumesOf(plex.Id))
                {
                    foreach (ContentExtent extent in Holding(all, sub.VolumeId)
                        .Where(below => below.Layout == PlexLayout.Concat)
                        .SelectMany(below => OfSubdisks(all, below, lunOf, tag)))
                    {
                        yield return Striped(extent with { Base = sub.PlexOffset + extent.Base }, plex, sub.Column);
                    }
                }
            }
        }
    }

    /// <summary>The plexes that hold the volume's content, and not a log or an old state of it.</summary>
    private static IEnumerable<PlexRecord> Holding(GroupConfiguration all, RecordId volume) =>
        all.PlexesOf(volume).Where(plex => !plex.IsLog && plex.State is PlexState.Active or PlexState.Clean);

    private static IEnumerable<ContentExtent> OfSubdisks(
        GroupConfiguration all, PlexRecord plex, Func<RecordId, (string Lun, long Public)?> lunOf, ulong tag)
    {
        foreach (SubdiskRecord subdisk in all.SubdisksOf(plex.Id))
        {
            if (lunOf(subdisk.DiskId) is var (lun, first))
            {
                yield return Striped(
                    new ContentExtent(
                        lun, first + subdisk.DiskOffset, subdisk.Length, subdisk.PlexOffset, 0, 1, 0, tag),
                    plex,
                    subdisk.Column);
            }
        }
    }

    private static ContentExtent Striped(ContentExtent extent, PlexRecord plex, int column) =>
        plex.Layout == PlexLayout.Stripe
            ? extent with { Unit = plex.StripeUnit, Columns = plex.ColumnCount, Column = column } : extent;
}
