using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.States;

namespace VolMgr.Proof.Histories;

/// <summary>Configurations in the words of histories.</summary>
internal static class ConfigurationViews
{
    /// <summary>A volume with its plexes, and with those that were its own and keep their space.</summary>
    public static ConfigurationView Of(
        SimulatedLab lab,
        GroupConfiguration configuration,
        string volumeName,
        IReadOnlySet<RecordId> ours,
        long generation)
    {
        if (configuration.FindVolume(volumeName) is not { } volume)
        {
            return new ConfigurationView(generation, 0, []);
        }

        // one that has been dissociated and keeps its space may still have something in flight
        IEnumerable<PlexRecord> plexes = configuration.Plexes.Values.Where(
            plex => !plex.IsLog && (plex.VolumeId == volume.Id || ours.Contains(plex.Id)));
        return new ConfigurationView(
            generation,
            (int)(volume.Length / Stamp.SectorSize),
            [.. plexes.Select(plex => Of(lab, configuration, plex))])
        {
            // where all of it is to be made equal, the configuration says so and not the log
            HasLog = volume.PUtil0 != StartPlan.FullResyncMark && configuration.PlexesOf(volume.Id).Any(
                plex => plex is { IsLog: true, KernelState: PlexKernelState.Enabled }),
            Settings = $"{volume.ReadPolicy} {volume.User} {volume.Group} {volume.Mode} {volume.UseType}",
            Locked = [.. configuration.DataPlexesOf(volume.Id).Cast<ObjectRecord>().Append(volume)
                .Where(record => record.TUtil0.Length > 0).Select(record => record.Name)],
        };
    }

    private static PlexView Of(SimulatedLab lab, GroupConfiguration configuration, PlexRecord plex)
    {
        IReadOnlyList<SubdiskRecord> subdisks = configuration.SubdisksOf(plex.Id);
        return new PlexView(
            PlexPlaces.NameOf(plex),
            Oracle.IsActive(plex),
            plex is { KernelState: PlexKernelState.Enabled, Mode: PlexMode.WriteOnly },
            [.. subdisks.Select(subdisk => configuration.Disks[subdisk.DiskId].Name).Distinct()])
        {
            IsComplete = plex.IsTrusted(),
            IsTracked = plex.DetachMap is not null,
            HasFailed = plex.State == PlexState.IoFail,
            Luns = [.. subdisks.Select(
                subdisk => lab.Find(configuration.Disks[subdisk.DiskId]).Disk.Name).Distinct()],
            Places = [.. subdisks.Select(subdisk => (
                configuration.Disks[subdisk.DiskId].Name, subdisk.DiskOffset, subdisk.Length))],
        };
    }
}
