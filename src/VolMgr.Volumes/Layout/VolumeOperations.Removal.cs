using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <content>Giving up plexes and volumes (vxplex det, dis, -o rm dis; vxassist remove; device failures).</content>
public static partial class VolumeOperations
{
    /// <summary>vxplex det: STALE/DETACHED, still associated. Only a plex that takes part in a started
    /// volume.</summary>
    public static Outcome<GroupConfiguration> DetachPlex(
        GroupConfiguration configuration, RecordId plexId, bool force = false)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (RefuseLayered(configuration, volume.Id) is { } layered)
        {
            return layered;
        }

        if (volume.KernelState != VolumeKernelState.Enabled)
        {
            return Refusals.NotStarted(volume);
        }

        if (plex.IsLog || !plex.Allows(PlexTrigger.Detach))
        {
            return Refusals.WrongPlexState(plex, "only an ENABLED/ACTIVE data plex can be detached");
        }

        return IsLastComplete(configuration, plex, volume) && !force
            ? Refusals.LastPlex(plex, volume)
            : DisableWhenUnreadable(configuration.With(plex.After(PlexTrigger.Detach)), volume.Id);
    }

    /// <summary>
    /// A plex missed a write. An ACTIVE one and a log become IOFAIL/DETACHED; a plex that is being attached is backed
    /// out. The last readable plex is never given up so: that is refused, and the client gets the error. Locks do not
    /// hold this up. A plex that is not ENABLED any more is left as it is.
    /// </summary>
    public static Outcome<GroupConfiguration> FailPlex(GroupConfiguration configuration, RecordId plexId)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = AssociatedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (plex.KernelState != PlexKernelState.Enabled)
        {
            return configuration;
        }

        if (plex.IsAttaching())
        {
            return CancelAttach(configuration, plexId);
        }

        return IsLastComplete(configuration, plex, volume)
            ? Refusals.LastPlex(plex, volume)
            : configuration.With(plex.After(PlexTrigger.FailIo));
    }

    /// <summary>vxplex dis: the plex leaves the volume; its record and subdisks stay.</summary>
    public static Outcome<GroupConfiguration> DissociatePlex(
        GroupConfiguration configuration, RecordId plexId, bool force = false)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (RefuseLayered(configuration, volume.Id) is { } layered)
        {
            return layered;
        }

        return IsLastComplete(configuration, plex, volume) && !force
            ? Refusals.LastPlex(plex, volume)
            : DisableWhenUnreadable(Dissociated(configuration, plex), volume.Id);
    }

    /// <summary>vxplex -o rm dis, vxedit -rf rm: dissociates where needed, then deletes the plex; its subdisks are
    /// deleted too, or stay on their own.</summary>
    public static Outcome<GroupConfiguration> RemovePlex(
        GroupConfiguration configuration, RecordId plexId, bool removeSubdisks, bool force = false)
    {
        if (!configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex))
        {
            return Refusals.NotFound(plexId.ToString());
        }

        if (plex.VolumeId is null)
        {
            return plex.TUtil0.Length > 0 ? Refusals.Locked(plex) : DropPlex(configuration, plex, removeSubdisks);
        }

        Outcome<GroupConfiguration> dissociated = DissociatePlex(configuration, plexId, force);
        return dissociated.IsDone
            ? DropPlex(dissociated.Value, dissociated.Value.Plexes[plexId], removeSubdisks)
            : dissociated;
    }

    /// <summary>
    /// vxassist remove mirror: removes one data plex with its subdisks, or as many as leave
    /// <paramref name="remaining"/>. Excluded storage (<c>!dm</c>) says what the plex to remove uses; named storage
    /// (<c>dm</c>) says what the plexes to keep use. Plexes without trusted contents go first, then the last by name.
    /// </summary>
    public static Outcome<(GroupConfiguration Configuration, IReadOnlyList<RecordId> PlexIds)> RemoveMirror(
        GroupConfiguration configuration,
        RecordId volumeId,
        StorageSpecification storage,
        IReadOnlyList<DiskSite> sites,
        int? remaining = null,
        bool force = false)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId, storage, sites);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        if (RefuseLayered(configuration, volumeId) is { } layered)
        {
            return layered;
        }

        IReadOnlyList<PlexRecord> data = configuration.DataPlexesOf(volumeId);
        int count = remaining is { } keep ? data.Count - keep : 1;
        if (remaining is < 0 || count < 1)
        {
            return new Refusal(
                ErrorCode.Usage, $"Volume {found.Value.Name} has {data.Count} mirrors: nothing to remove");
        }

        List<PlexRecord> offered = [.. data.Where(plex => IsOffered(configuration, plex, storage, sites))
            .OrderBy(plex => plex.IsTrusted()).ThenByDescending(plex => plex.Name, StringComparer.Ordinal)];
        if (offered.Count < count)
        {
            return new Refusal(
                ErrorCode.NotFound,
                $"Volume {found.Value.Name}: {offered.Count} of its {data.Count} mirrors meet the specification, "
                    + $"{count} to remove");
        }

        List<RecordId> removed = [];
        foreach (PlexRecord plex in offered.Take(count))
        {
            Outcome<GroupConfiguration> without = RemovePlex(configuration, plex.Id, removeSubdisks: true, force);
            if (!without.IsDone)
            {
                return without.Refusal;
            }

            configuration = without.Value;
            removed.Add(plex.Id);
        }

        return (configuration, removed);
    }

    /// <summary>vxassist remove volume: the volume, its plexes and their subdisks. Whether it is open is the caller's
    /// to know.</summary>
    public static Outcome<GroupConfiguration> RemoveVolume(GroupConfiguration configuration, RecordId volumeId)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        if (configuration.DcoOnLog(volumeId) is { } dco)
        {
            return new Refusal(
                ErrorCode.InUse,
                $"Volume {found.Value.Name} is the log volume of {dco.Name}; remove that by vxsnap unprepare");
        }

        if (RefuseSubVolume(configuration, volumeId) is { } part)
        {
            return part;
        }

        configuration = RemoveBelow(RemoveDco(configuration, volumeId), volumeId);
        foreach (PlexRecord plex in configuration.PlexesOf(volumeId))
        {
            configuration = DropPlex(configuration, plex, removeSubdisks: true);
        }

        return configuration.Without(volumeId);
    }

    private static GroupConfiguration Dissociated(GroupConfiguration configuration, PlexRecord plex)
    {
        VolumeRecord volume = configuration.Volumes[plex.VolumeId!.Value]; // callers have an associated plex
        if (volume.PreferredPlexId == plex.Id)
        {
            configuration = configuration.With(volume with { PreferredPlexId = null, ReadPolicy = ReadPolicy.Select });
        }

        return configuration.With(plex.After(PlexTrigger.Dissociate) with { VolumeId = null, TUtil0 = "" });
    }

    private static GroupConfiguration DropPlex(GroupConfiguration configuration, PlexRecord plex, bool removeSubdisks)
    {
        if (plex.VolumeId is not null)
        {
            configuration = Dissociated(configuration, plex);
        }

        foreach (SubdiskRecord subdisk in configuration.SubdisksOf(plex.Id))
        {
            configuration = removeSubdisks
                ? configuration.Without(subdisk.Id)
                : configuration.With(subdisk with { PlexId = null, Column = 0, PlexOffset = 0 });
        }

        return configuration.Without(plex.Id);
    }

    /// <summary>Whether a specification for removal offers the plex: it uses what is excluded, and nothing that is
    /// named.</summary>
    private static bool IsOffered(
        GroupConfiguration configuration, PlexRecord plex, StorageSpecification storage, IReadOnlyList<DiskSite> sites)
    {
        List<(DiskRecord Disk, DiskSite? Site)> disks = [.. configuration.SubdisksOf(plex.Id)
            .Select(subdisk => subdisk.DiskId).Distinct()
            .Select(id => (configuration.Disks[id], sites.FirstOrDefault(site => site.DiskId == id)))];
        return (storage.Excluded.IsEmpty || Uses(storage.Excluded)) && !Uses(storage.Included);

        bool Uses(IEnumerable<StorageTerm> terms) =>
            terms.Any(term => disks.Any(disk => term.Matches(disk.Disk, disk.Site)));
    }
}
