using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxprint;

/// <summary>The lines of <c>vxprint -S</c>: how many records of each type a group has, how many of them belong to
/// nothing, and their bytes.</summary>
internal static class GroupSummary
{
    private static readonly int[] Widths = [12, 9, 9];

    /// <summary>The lines of a group.</summary>
    public static IEnumerable<string> Of(GroupView group)
    {
        GroupConfiguration all = group.Configuration;
        return
        [
            PaddedRow.Of(Widths, "TYPE", "TOTAL", "UNASSOC", "LENGTH"),
            PaddedRow.Of(
                Widths, "disks", $"{all.Disks.Count}",
                $"{all.Disks.Values.Count(disk => all.SubdisksOn(disk.Id).Count == 0)}",
                group.Length(all.Disks.Values.Sum(disk => disk.PublicLength))),
            PaddedRow.Of(
                Widths, "subdisks", $"{all.Subdisks.Count}",
                $"{all.Subdisks.Values.Count(subdisk => subdisk.PlexId is null)}",
                group.Length(all.Subdisks.Values.Sum(subdisk => subdisk.Length))),
            PaddedRow.Of(
                Widths, "plexes", $"{all.Plexes.Count}",
                $"{all.Plexes.Values.Count(plex => plex.VolumeId is null)}",
                group.Length(all.Plexes.Values.Sum(plex => RecordFacts.LengthOf(all, plex)))),
            PaddedRow.Of(
                Widths, "volumes", $"{all.Volumes.Count}", "-",
                group.Length(all.Volumes.Values.Sum(volume => volume.Length))),
        ];
    }
}
