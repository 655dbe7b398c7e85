using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>Subdisks of a failed plex that were given new places; their data is not there yet.</summary>
/// <param name="Configuration">The configuration with them.</param>
/// <param name="Moved">Each old subdisk with the new ones in its place.</param>
public sealed record SubdiskRelocation(
    GroupConfiguration Configuration, IReadOnlyList<(SubdiskRecord Old, IReadOnlyList<SubdiskRecord> New)> Moved);

/// <content>Hot relocation and its undoing (vxrelocd, vxunreloc).</content>
public static partial class VolumeOperations
{
    /// <summary>The comment of a subdisk that is on its way back to its original disk.</summary>
    public const string UnrelocationMark = "UNRELOC";

    /// <summary>
    /// What a failed plex of a started volume has on failed disks is laid out anew: on spares, or with
    /// <paramref name="usesFreeSpace"/> in free space of disks that are not excluded from it; never on a disk of
    /// another plex of the volume or of another column. The new subdisks remember where the data was. The plex must be
    /// attached then, and is copied whole.
    /// </summary>
    public static Outcome<SubdiskRelocation> RelocateFailed(
        GroupConfiguration configuration,
        RecordId plexId,
        Func<RecordId, bool> hasFailed,
        IReadOnlyList<DiskSite> sites,
        bool usesFreeSpace)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (plex.IsLog || plex.State is not (PlexState.IoFail or PlexState.NoDevice)
            || !configuration.DataPlexesOf(volume.Id).Any(PlexQueries.IsReadable))
        {
            return Refusals.WrongPlexState(plex, "only a failed plex of a redundant volume is relocated");
        }

        List<(SubdiskRecord Old, IReadOnlyList<SubdiskRecord> New)> moved = [];
        foreach (SubdiskRecord old in configuration.SubdisksOf(plexId).Where(subdisk => hasFailed(subdisk.DiskId)))
        {
            IReadOnlyList<FreeExtent>? extents = null;
            foreach (StorageRequest request in Places(configuration, sites, usesFreeSpace))
            {
                if (extents is not null)
                {
                    break;
                }


                IReadOnlyList<CandidateDisk> candidates =
                    [.. CandidatesToMove(configuration, plex, plexId, old, request)
                        .Where(disk => !hasFailed(disk.Disk.Id))];
                extents = Allocator.Concat(candidates, old.Length, request);
            }

            if (extents is null)
            {
                return new Refusal(
                    ErrorCode.NoSpace, $"Relocation was not successful for subdisk {old.Name} in plex {plex.Name}: "
                        + "no spare has room for it");
            }

            configuration = Replaced(configuration, plexId, old, extents, out IReadOnlyList<SubdiskRecord> young);
            moved.Add((old, young));
        }

        PlexRecord now = configuration.Plexes[plexId];
        return new SubdiskRelocation(
            now.State == PlexState.NoDevice ? configuration.With(now.After(PlexTrigger.ReplaceDisk)) : configuration,
            moved);
    }

    /// <summary>
    /// vxunreloc: what a plex has in the place of subdisks of a disk goes back to a disk, to the same offsets, or with
    /// <paramref name="isAnywhere"/> to any free space of it.
    /// </summary>
    public static Outcome<SubdiskMove> BeginUnrelocation(
        GroupConfiguration configuration, RecordId plexId, string original, DiskRecord target, bool isAnywhere)
    {
        Outcome<SubdiskMove> begun = BeginMove(configuration, plexId, PlexTrigger.AssociateTempRmSd);
        if (!begun.IsDone)
        {
            return begun;
        }

        configuration = begun.Value.Configuration;
        PlexRecord plex = configuration.Plexes[plexId];
        IEnumerable<PlexRecord> others = configuration.DataPlexesOf(plex.VolumeId!.Value) // BeginMove wants a volume
            .Where(other => other.Id != plexId && other.Id != begun.Value.PlexId);
        if (Placement.DisksOf(configuration, others).Contains(target.Id))
        {
            return new Refusal(
                ErrorCode.NoSpace, $"Disk {target.Name}: another plex of the volume of {plex.Name} is on it");
        }

        foreach (SubdiskRecord old in configuration.SubdisksOf(plexId).Where(sd => sd.OriginalDisk == original))
        {
            LogRequest request = new()
            {
                Volume = "",
                Storage = new StorageSpecification { Included = [new StorageTerm(StorageTermKind.Media, target.Name)] },
            };
            bool isFree = FreeSpace.On(configuration, target.Id).Any(
                free => free.Offset <= old.OriginalOffset && old.OriginalOffset <= free.End - old.Length);
            IReadOnlyList<FreeExtent>? extents = isFree ? [new FreeExtent(target.Id, old.OriginalOffset, old.Length)]
                : isAnywhere ? Allocator.Concat(CandidateDisk.Of(configuration, request), old.Length, request) : null;
            if (extents is null)
            {
                return new Refusal(
                    ErrorCode.NoSpace, $"Subdisk {old.Name}: its place on disk {target.Name} is not free"
                        + (isAnywhere ? "" : "; -f takes other space of the disk"));
            }

            configuration = PlexBuilder.Append(
                configuration, begun.Value.PlexId, old.Column, old.PlexOffset, extents);
        }

        return new SubdiskMove(
            configuration.SubdisksOf(begun.Value.PlexId).Aggregate(
                configuration, (all, subdisk) => all.With(subdisk with { Comment = UnrelocationMark })),
            begun.Value.PlexId);
    }

    private static IEnumerable<StorageRequest> Places(
        GroupConfiguration configuration, IReadOnlyList<DiskSite> sites, bool usesFreeSpace) =>
        SparePlaces(configuration, usesFreeSpace)
            .Select(storage => new LogRequest { Volume = "", Storage = storage, Sites = sites });

    /// <summary>Where hot relocation puts things, the best place first: on spares, then in free space where that is
    /// allowed.</summary>
    internal static IEnumerable<StorageSpecification> SparePlaces(
        GroupConfiguration configuration, bool usesFreeSpace)
    {
        StorageTerm[] spares = [.. configuration.Disks.Values.Where(disk => disk.IsSpare && !disk.IsFailing)
            .Select(disk => new StorageTerm(StorageTermKind.Media, disk.Name))];
        if (spares.Length > 0)
        {
            yield return new StorageSpecification { Included = [.. spares] };
        }

        if (usesFreeSpace)
        {
            yield return new StorageSpecification
            {
                Excluded = [.. configuration.Disks.Values.Where(disk => disk.IsNoHotUse)
                    .Select(disk => new StorageTerm(StorageTermKind.Media, disk.Name))],
            };
        }
    }

    private static GroupConfiguration Replaced(
        GroupConfiguration configuration,
        RecordId plexId,
        SubdiskRecord old,
        IReadOnlyList<FreeExtent> extents,
        out IReadOnlyList<SubdiskRecord> young)
    {
        string disk = old.OriginalDisk.Length > 0 ? old.OriginalDisk : configuration.Disks[old.DiskId].Name;
        long offset = old.OriginalDisk.Length > 0 ? old.OriginalOffset : old.DiskOffset;
        HashSet<RecordId> before = [.. configuration.Subdisks.Keys];
        configuration = PlexBuilder.Append(
            configuration.Without(old.Id), plexId, old.Column, old.PlexOffset, extents);
        young = [.. configuration.SubdisksOf(plexId).Where(subdisk => !before.Contains(subdisk.Id))
            .Select(subdisk => subdisk with
            {
                OriginalDisk = disk,
                OriginalOffset = offset + subdisk.PlexOffset - old.PlexOffset,
            })];
        return young.Aggregate(configuration, (all, subdisk) => all.With(subdisk));
    }
}
