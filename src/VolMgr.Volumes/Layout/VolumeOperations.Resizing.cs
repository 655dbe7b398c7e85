using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <content>Growing and shrinking (vxassist growto, growby, shrinkto, shrinkby, maxgrow).</content>
public static partial class VolumeOperations
{
    /// <summary>
    /// Makes a volume longer: every data plex is extended, its last subdisks first where the disk is free behind them,
    /// then by new subdisks on disks that no other plex and no other column uses. What the new part holds is not the
    /// same on all plexes: the caller makes it equal (or zero) before anyone may read it.
    /// </summary>
    public static Outcome<GroupConfiguration> GrowVolume(
        GroupConfiguration configuration,
        RecordId volumeId,
        long newLength,
        StorageSpecification storage,
        IReadOnlyList<DiskSite> sites)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId, storage, sites);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord volume = found.Value;
        MirrorRequest request = new() { Volume = volume.Name, Storage = storage, Sites = sites };
        if (newLength <= volume.Length)
        {
            return Refusals.BadLength($"Volume {volume.Name} is already {Refusals.Blocks(volume.Length)} blocks long");
        }

        if (CheckDcoCovers(configuration, volume, newLength) is { } uncovered)
        {
            return uncovered;
        }

        if (newLength - volume.Length > FreeBytes(configuration, request) + LongestSlack(configuration, volume))
        {
            return Refusals.NoSpaceToGrow(newLength);
        }

        long length = Alignment.Up(newLength, Alignment.Of(configuration));
        if (configuration.IsLayered(volumeId))
        {
            return GrowLayered(configuration, volume, length, storage, sites);
        }

        foreach (PlexRecord plex in configuration.DataPlexesOf(volumeId))
        {
            if (GrowPlex(configuration, plex, length, request) is not { } grown)
            {
                return Refusals.NoSpaceToGrow(length);
            }

            configuration = grown;
        }

        return ForgetDetachMaps(configuration, volumeId).With(volume with { Length = length });
    }

    /// <summary>Makes a volume shorter and frees the space of all plexes behind the new end. What was there is
    /// lost.</summary>
    public static Outcome<GroupConfiguration> ShrinkVolume(
        GroupConfiguration configuration, RecordId volumeId, long newLength)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord volume = found.Value;
        if (newLength <= 0)
        {
            return Refusals.BadLength($"Volume length {Refusals.Blocks(newLength)} must be positive");
        }

        if (newLength > volume.Length)
        {
            return Refusals.BadLength($"Volume {volume.Name} is only {Refusals.Blocks(volume.Length)} blocks long");
        }

        if (configuration.DcoOnLog(volumeId) is { } dco)
        {
            return new Refusal(ErrorCode.InvalidState, $"Volume {volume.Name} is the log volume of {dco.Name}");
        }

        long unit = Alignment.Of(configuration);
        long length = Math.Min(volume.Length, Alignment.Up(newLength, unit));
        if (configuration.IsLayered(volumeId))
        {
            return WithPartLengths(configuration, volumeId, length);
        }

        foreach (PlexRecord plex in configuration.DataPlexesOf(volumeId))
        {
            long columnLength = PlexShape.Of(plex).ColumnLength(length, unit);
            foreach (SubdiskRecord subdisk in configuration.SubdisksOf(plex.Id))
            {
                long kept = columnLength - subdisk.PlexOffset;
                configuration = kept <= 0 ? configuration.Without(subdisk.Id)
                    : configuration.With(subdisk with { Length = Math.Min(kept, subdisk.Length) });
            }
        }

        return configuration.With(volume with { Length = length });
    }

    /// <summary>vxvol set len: another length with the same subdisks; plexes may reach beyond it. Where it is longer
    /// the volume must be EMPTY, or its plexes made equal there by the caller.</summary>
    public static Outcome<GroupConfiguration> SetLength(
        GroupConfiguration configuration, RecordId volumeId, long length)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId);
        long unit = Alignment.Of(configuration);
        return !found.IsDone ? found.Refusal
            : RefuseLayered(configuration, volumeId) is { } layered ? layered
            : length <= 0 || length % unit != 0
                ? Refusals.BadLength(
                    $"Volume {found.Value.Name}: its length must be a positive multiple of "
                        + $"{Refusals.Blocks(unit)} blocks")
            : CheckDcoCovers(configuration, found.Value, length) is { } uncovered ? uncovered
            : ForgetDetachMaps(configuration, volumeId).With(found.Value with { Length = length });
    }

    /// <summary>The largest length, in whole MiB, to which <see cref="GrowVolume"/> can grow the volume.</summary>
    public static Outcome<long> MaximumGrow(
        GroupConfiguration configuration,
        RecordId volumeId,
        StorageSpecification storage,
        IReadOnlyList<DiskSite> sites)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId, storage, sites);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord volume = found.Value;
        MirrorRequest request = new() { Volume = volume.Name, Storage = storage, Sites = sites };
        long free = FreeBytes(configuration, request);
        if (free == 0)
        {
            return Refusals.NoFreeSpace(configuration);
        }

        long now = volume.Length / SizeStep;
        // A layered volume takes a byte from each of its mirrors too: the free bytes bound it as well.
        long limit = now + (free / SizeStep) + 1;
        long best = LargestWhere(limit, count => count <= now
            || GrowVolume(configuration, volumeId, count * SizeStep, storage, sites).IsDone);
        return best * SizeStep > volume.Length ? best * SizeStep : Refusals.NoVolumePossible();
    }

    /// <summary>What the longest plex has beyond the volume, or the volumes below a layered one beyond their parts:
    /// growing into it needs no space.</summary>
    private static long LongestSlack(GroupConfiguration configuration, VolumeRecord volume) =>
        configuration.DataPlexesOf(volume.Id)
            .Select(plex => PlexMap.Of(configuration, plex.Id).Length - volume.Length)
            .Append(0).Max()
        + configuration.DataPlexesOf(volume.Id).SelectMany(plex => configuration.SubVolumesOf(plex.Id))
            .Sum(sub => configuration.Volumes[sub.VolumeId].Length - sub.Length
                + LongestSlack(configuration, configuration.Volumes[sub.VolumeId]));

    private static GroupConfiguration? GrowPlex(
        GroupConfiguration configuration, PlexRecord plex, long length, StorageRequest request)
    {
        long columnLength = PlexShape.Of(plex).ColumnLength(length, Alignment.Of(configuration));
        for (int column = 0; column < plex.ColumnCount; column++)
        {
            SubdiskRecord? last = configuration.SubdisksOf(plex.Id).LastOrDefault(subdisk => subdisk.Column == column);
            long end = last is null ? 0 : last.PlexOffset + last.Length;
            if (last is not null && end < columnLength)
            {
                long extension = Math.Min(columnLength - end, FreeBehind(configuration, last, request));
                configuration = configuration.With(last with { Length = last.Length + extension });
                end += extension;
            }

            if (end >= columnLength)
            {
                continue;
            }

            IReadOnlyList<CandidateDisk> candidates = CandidatesForColumn(configuration, plex, column, request);
            if (Allocator.Concat(candidates, columnLength - end, request) is not { } extents)
            {
                return null;
            }

            configuration = PlexBuilder.Append(configuration, plex.Id, column, end, extents);
        }

        return configuration;
    }

    private static long FreeBehind(GroupConfiguration configuration, SubdiskRecord subdisk, StorageRequest request)
    {
        long end = subdisk.DiskOffset + subdisk.Length;
        return CandidateDisk.Of(configuration, request)
            .Where(disk => disk.Disk.Id == subdisk.DiskId)
            .SelectMany(disk => disk.Free)
            .Where(extent => extent.Offset == end)
            .Select(extent => extent.Length)
            .FirstOrDefault();
    }

    /// <summary>Disks apart from the volume's other data plexes and from the plex's other columns.</summary>
    private static IReadOnlyList<CandidateDisk> CandidatesForColumn(
        GroupConfiguration configuration, PlexRecord plex, int column, StorageRequest request)
    {
        IEnumerable<PlexRecord> others = configuration.DataPlexesOf(plex.VolumeId!.Value) // a data plex of a volume
            .Where(other => other.Id != plex.Id);
        IReadOnlySet<RecordId> inUse = Placement.DisksOf(configuration, others);
        HashSet<RecordId> otherColumns = [.. configuration.SubdisksOf(plex.Id)
            .Where(subdisk => subdisk.Column != column).Select(subdisk => subdisk.DiskId)];
        return [.. Placement.Separate(configuration, request, inUse)
            .Where(disk => !otherColumns.Contains(disk.Disk.Id))];
    }
}
