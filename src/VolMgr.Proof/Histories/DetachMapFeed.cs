using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Proof.Histories;

/// <summary>The detach maps of one volume as the media have them, past the engine.</summary>
internal sealed class DetachMapFeed(SimulatedLab lab)
{
    private static readonly int[] None = [-1];

    private readonly Dictionary<RecordId, int[]> told = [];

    /// <summary>The host is dead: everything is told again.</summary>
    public void Clear() => told.Clear();

    /// <summary>What has changed since the last time. A region counts as marked where every plex of the log volume
    /// that is in use has its bit on its media.</summary>
    public IReadOnlyList<DetachMarks> Poll(GroupConfiguration configuration, VolumeRecord volume)
    {
        if (configuration.DcoOf(volume.Id) is not { } dco)
        {
            return [];
        }

        List<DetachMarks> changed = [];
        foreach (PlexRecord plex in configuration.Plexes.Values.Where(plex => plex.VolumeId == volume.Id))
        {
            if (plex.DetachMap is not { } map)
            {
                told.Remove(plex.Id);
                continue;
            }

            if (Marked(configuration, dco, map, volume.Length) is { } regions
                && !told.GetValueOrDefault(plex.Id, None).SequenceEqual(regions))
            {
                told[plex.Id] = regions;
                changed.Add(new DetachMarks(
                    PlexPlaces.NameOf(plex), (int)(dco.RegionSize / Stamp.SectorSize), regions));
            }
        }

        return changed;
    }

    /// <summary>Null while the log volume is stopped.</summary>
    private int[]? Marked(GroupConfiguration configuration, DcoRecord dco, int map, long volumeLength)
    {
        var geometry = DetachMapGeometry.OfLog(
            configuration.Volumes[dco.LogVolumeId].Length, dco.RegionSize, dco.HasLog);
        int regions = (int)((volumeLength + dco.RegionSize - 1) / dco.RegionSize);
        byte[]? marked = null;
        foreach (PlexRecord plex in configuration.DataPlexesOf(dco.LogVolumeId).Where(
            plex => plex is { KernelState: PlexKernelState.Enabled, Mode: PlexMode.ReadWrite }))
        {
            byte[] bits = new byte[DetachMapGeometry.PageSize];
            foreach (PlexSegment segment in PlexMap.Of(configuration, plex.Id).Map(
                geometry.OffsetOf(map, 0), bits.Length))
            {
                (Simulation.SimulatedDisk disk, long publicOffset) = lab.Find(configuration.Disks[segment.DiskId]);
                disk.PeekDurable(
                    publicOffset + segment.DiskOffset,
                    bits.AsMemory((int)(segment.PlexOffset - geometry.OffsetOf(map, 0)), (int)segment.Length));
            }

            marked = marked is null ? bits : [.. marked.Zip(bits, (one, other) => (byte)(one & other))];
        }

        return marked is null
            ? null
            : [.. Enumerable.Range(0, regions).Where(region => (marked[region / 8] & (1 << (region % 8))) != 0)];
    }
}
