using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>A move of subdisks that was entered into the configuration.</summary>
/// <param name="Configuration">The configuration with it.</param>
/// <param name="PlexId">The plex that holds the new subdisks until they are complete.</param>
public sealed record SubdiskMove(GroupConfiguration Configuration, RecordId PlexId);

/// <content>
/// Moving subdisks and plexes under live I/O (vxsd mv, vxassist move, vxevac, vxplex mv). New subdisks belong at first
/// to a plex of their own, which takes every write and is copied as any other; when it is complete they take the place
/// of the old ones in one commit.
/// </content>
public static partial class VolumeOperations
{
    /// <summary>vxsd mv: free subdisks that together are as long as the old one take its place. If the copy does not
    /// complete they are free again.</summary>
    public static Outcome<SubdiskMove> BeginSubdiskMove(
        GroupConfiguration configuration, RecordId oldId, IReadOnlyList<RecordId> newIds)
    {
        if (!configuration.Subdisks.TryGetValue(oldId, out SubdiskRecord? old))
        {
            return Refusals.NotFound(oldId.ToString());
        }

        if (old.PlexId is not { } plexId)
        {
            return new Refusal(ErrorCode.Dissociated, $"Subdisk {old.Name} is not associated with a plex");
        }

        Outcome<SubdiskMove> begun = BeginMove(configuration, plexId, PlexTrigger.AssociateTempRm);
        if (!begun.IsDone)
        {
            return begun;
        }

        configuration = begun.Value.Configuration;
        long offset = old.PlexOffset;
        foreach (RecordId id in newIds)
        {
            if (!configuration.Subdisks.TryGetValue(id, out SubdiskRecord? subdisk) || subdisk.PlexId is not null)
            {
                return subdisk is null ? Refusals.NotFound(id.ToString()) : Refusals.Associated(subdisk);
            }

            configuration = configuration.With(subdisk with
            {
                PlexId = begun.Value.PlexId,
                Column = old.Column,
                PlexOffset = offset,
            });
            offset += subdisk.Length;
        }

        return offset == old.PlexOffset + old.Length
            ? new SubdiskMove(configuration, begun.Value.PlexId)
            : new Refusal(
                ErrorCode.InvalidState,
                $"Subdisk {old.Name} has {Refusals.Blocks(old.Length)} blocks, the new ones have "
                    + $"{Refusals.Blocks(offset - old.PlexOffset)}");
    }

    /// <summary>
    /// vxassist move, vxevac: what a plex has on disks that <paramref name="leaves"/> names is laid out anew on disks
    /// of the request that no other plex of the volume and no other column uses. If the copy does not complete, the new
    /// subdisks go.
    /// </summary>
    public static Outcome<SubdiskMove> BeginRelocation(
        GroupConfiguration configuration, RecordId plexId, Func<RecordId, bool> leaves, StorageRequest request)
    {
        Outcome sound = request.Storage.Check(configuration, request.Sites);
        Outcome<SubdiskMove> begun = sound.IsDone
            ? BeginMove(configuration, plexId, PlexTrigger.AssociateTempRmSd) : sound.Refusal;
        if (!begun.IsDone)
        {
            return begun;
        }

        configuration = begun.Value.Configuration;
        PlexRecord plex = configuration.Plexes[plexId];
        foreach (SubdiskRecord old in configuration.SubdisksOf(plexId).Where(subdisk => leaves(subdisk.DiskId)))
        {
            IReadOnlyList<CandidateDisk> candidates =
                [.. CandidatesToMove(configuration, plex, begun.Value.PlexId, old, request)
                    .Where(disk => !leaves(disk.Disk.Id))];
            if (Allocator.Concat(candidates, old.Length, request) is not { } extents)
            {
                return new Refusal(
                    ErrorCode.NoSpace,
                    $"Cannot allocate space to move {Refusals.Blocks(old.Length)} block subdisk {old.Name}: "
                        + "Not enough HDD devices that meet specification.",
                    "V-5-1-15315");
            }

            configuration = PlexBuilder.Append(
                configuration, begun.Value.PlexId, old.Column, old.PlexOffset, extents);
        }

        return new SubdiskMove(configuration, begun.Value.PlexId);
    }

    /// <summary>The new subdisks are complete and flushed: they take the places of the old ones, which are deleted, or
    /// are free on their own.</summary>
    public static Outcome<GroupConfiguration> CompleteMove(
        GroupConfiguration configuration, RecordId moverId, bool removeOld)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = AssociatedPlex(configuration, moverId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord mover, VolumeRecord volume) = found.Value;
        if (!mover.IsAttaching() || mover.MovesInto is not { } plexId
            || !configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex) || !plex.IsReadable())
        {
            return Refusals.WrongPlexState(mover, "the plex that it moves into does not take part any more");
        }

        IReadOnlyList<SubdiskRecord> moved = configuration.SubdisksOf(moverId);
        foreach (SubdiskRecord old in configuration.SubdisksOf(plexId).Where(
            old => moved.Any(subdisk => subdisk.Column == old.Column && subdisk.PlexOffset == old.PlexOffset)))
        {
            configuration = removeOld
                ? configuration.Without(old.Id)
                : configuration.With(old with { PlexId = null, Column = 0, PlexOffset = 0 });
        }

        foreach (SubdiskRecord subdisk in moved)
        {
            configuration = configuration.With(subdisk with
            {
                PlexId = plexId,
                Comment = subdisk.Comment == UnrelocationMark ? "" : subdisk.Comment,
            });
        }

        return WithoutAttachLocks(configuration, volume.Id)
            .With(configuration.Plexes[plexId] with { TUtil0 = "" })
            .Without(moverId);
    }

    /// <summary>vxplex mv: the new plex is complete and flushed; it takes the place of the old one, which is
    /// dissociated, or deleted with its subdisks.</summary>
    public static Outcome<GroupConfiguration> CompletePlexMove(
        GroupConfiguration configuration, RecordId newId, RecordId oldId, bool removeOld)
    {
        Outcome<GroupConfiguration> active = CompleteAttach(configuration, newId);
        if (!active.IsDone)
        {
            return active;
        }

        configuration = active.Value;
        if (configuration.Plexes.GetValueOrDefault(oldId)?.VolumeId is not { } volumeId)
        {
            return configuration;
        }

        VolumeRecord volume = configuration.Volumes[volumeId];
        if (volume.PreferredPlexId == oldId)
        {
            configuration = configuration.With(volume with { PreferredPlexId = newId });
        }

        return removeOld
            ? RemovePlex(configuration, oldId, removeSubdisks: true)
            : DissociatePlex(configuration, oldId);
    }

    private static Outcome<SubdiskMove> BeginMove(
        GroupConfiguration configuration, RecordId plexId, PlexTrigger trigger)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (volume.KernelState != VolumeKernelState.Enabled)
        {
            return Refusals.NotStarted(volume);
        }

        if (plex.IsLog || !plex.IsReadable())
        {
            return Refusals.WrongPlexState(plex, "only subdisks of an ENABLED/ACTIVE data plex can be moved");
        }

        string name = ObjectNames.NextPlex(configuration, volume.Name);
        (configuration, RecordId id) = configuration.TakeId();
        PlexRecord mover = new PlexRecord
        {
            Id = id,
            Name = name,
            VolumeId = volume.Id,
            Layout = plex.Layout,
            ColumnCount = plex.ColumnCount,
            StripeUnit = plex.StripeUnit,
            State = PlexState.None,
            MovesInto = plexId,
        }.After(trigger);
        return new SubdiskMove(WithAttachLocks(configuration.With(mover), id), id);
    }

    /// <summary>Disks apart from the volume's other data plexes, and from the plex's other columns, old and
    /// new.</summary>
    private static IReadOnlyList<CandidateDisk> CandidatesToMove(
        GroupConfiguration configuration,
        PlexRecord plex,
        RecordId moverId,
        SubdiskRecord old,
        StorageRequest request)
    {
        IEnumerable<PlexRecord> others = configuration.DataPlexesOf(plex.VolumeId!.Value) // a data plex of a volume
            .Where(other => other.Id != plex.Id && other.Id != moverId);
        IReadOnlySet<RecordId> inUse = Placement.DisksOf(configuration, others);
        HashSet<RecordId> otherColumns = [.. configuration.Subdisks.Values
            .Where(subdisk => (subdisk.PlexId == plex.Id || subdisk.PlexId == moverId) && subdisk.Column != old.Column)
            .Select(subdisk => subdisk.DiskId)];
        return [.. Placement.Separate(configuration, request, inUse)
            .Where(disk => !otherColumns.Contains(disk.Disk.Id))];
    }
}
