using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Volumes.Groups;

/// <summary>A disk came back: plexes that waited for it, and for no other disk, become RECOVER. Pure.</summary>
internal static class DiskReturn
{
    public static GroupConfiguration Apply(
        GroupConfiguration configuration, RecordId disk, Func<RecordId, bool> isDiskHere)
    {
        GroupConfiguration returned = VolumeOperations.ReturnDisk(configuration, disk);
        foreach (PlexRecord plex in returned.Plexes.Values.Where(plex => plex != configuration.Plexes[plex.Id]))
        {
            if (!configuration.SubdisksOf(plex.Id).All(subdisk => isDiskHere(subdisk.DiskId)))
            {
                returned = returned.With(configuration.Plexes[plex.Id]);
            }
        }
        return returned;
    }
}
