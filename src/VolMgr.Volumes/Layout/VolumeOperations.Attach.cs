using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>An attach that was entered into the configuration.</summary>
/// <param name="Configuration">The configuration with it.</param>
/// <param name="PlexId">The plex.</param>
/// <param name="NeedsCopy">Whether a copy must run now, and end in <see cref="VolumeOperations.CompleteAttach"/> or
/// <see cref="VolumeOperations.CancelAttach"/>; false where the volume is not started.</param>
public sealed record PlexAttach(GroupConfiguration Configuration, RecordId PlexId, bool NeedsCopy);

/// <content>Attaching plexes (vxassist mirror, vxplex att).</content>
public static partial class VolumeOperations
{
    /// <summary>
    /// Adds a plex on disks that no other data plex of the volume uses. On a started volume it is ENABLED, write-only,
    /// in the state asked for, with locks ATT and ATT1, and must be copied; on a stopped one it is STALE, on an EMPTY
    /// one EMPTY.
    /// </summary>
    public static Outcome<PlexAttach> AddMirror(GroupConfiguration configuration, MirrorRequest request)
    {
        if (configuration.FindVolume(request.Volume) is not { } volume)
        {
            return Refusals.VolumeNotFound(configuration, request.Volume);
        }

        Outcome<VolumeRecord> unlocked = UnlockedVolume(configuration, volume.Id);
        Outcome sound = request.Storage.Check(configuration, request.Sites);
        if (!unlocked.IsDone || !sound.IsDone)
        {
            return unlocked.Refusal ?? sound.Refusal!; // one of them is a refusal
        }

        if (RefuseLayered(configuration, volume.Id) is { } layered)
        {
            return layered;
        }

        if (volume.KernelState == VolumeKernelState.Detached)
        {
            return Refusals.WrongVolumeState(volume, "start it first");
        }

        IReadOnlyList<PlexRecord> data = configuration.DataPlexesOf(volume.Id);
        PlexRecord? model = data.Count > 0 ? data[0] : null;
        PlexLayout layout = request.Layout ?? model?.Layout ?? PlexLayout.Concat;
        bool isLikeModel = layout == PlexLayout.Stripe && model?.Layout == PlexLayout.Stripe;
        // There is a model where the new plex is like it.
        int? columnCount = request.ColumnCount ?? (isLikeModel ? model!.ColumnCount : null);
        long stripeUnit = request.StripeUnit ?? (isLikeModel ? model!.StripeUnit : 64 * 1024);
        Outcome stripe = CheckStripe(configuration, layout, columnCount, stripeUnit);
        if (!stripe.IsDone)
        {
            return stripe.Refusal;
        }

        IReadOnlySet<RecordId> inUse = Placement.DisksOf(configuration, data);
        IReadOnlyList<PlexShape> shapes = Placement.Shapes(layout, columnCount, stripeUnit);
        if (Placement.FindPlex(configuration, request, shapes, volume.Length, inUse) is not { } place)
        {
            return Refusals.NoSpaceToMirror(volume);
        }

        bool isEnabled = volume.KernelState == VolumeKernelState.Enabled;
        PlexTrigger trigger = isEnabled ? AssociateTrigger(request.State)
            : volume.State == VolumeState.Empty ? PlexTrigger.AssociateEmpty : PlexTrigger.AssociateStale;
        (configuration, RecordId id) = PlexBuilder.Add(configuration, volume, place.Shape, place.Columns, trigger);
        return new PlexAttach(isEnabled ? WithAttachLocks(configuration, id) : configuration, id, isEnabled);
    }

    /// <summary>
    /// vxplex att, and the resumption of an interrupted attach. A dissociated plex is associated: TEMP on a started
    /// volume. An associated one that is STALE, IOFAIL, RECOVER or temporary becomes ENABLED and write-only. On a
    /// volume that is not started the plex is STALE and nothing is copied.
    /// </summary>
    public static Outcome<PlexAttach> AttachPlex(GroupConfiguration configuration, RecordId volumeId, RecordId plexId)
    {
        Outcome<VolumeRecord> unlocked = UnlockedVolume(configuration, volumeId);
        if ((unlocked.Refusal ?? RefuseLayered(configuration, volumeId)) is { } refusal)
        {
            return refusal;
        }

        VolumeRecord volume = unlocked.Value;
        if (!configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex))
        {
            return Refusals.NotFound(plexId.ToString());
        }

        Outcome attachable = CheckAttachable(configuration, volume, plex);
        if (!attachable.IsDone)
        {
            return attachable.Refusal;
        }

        bool isEnabled = volume.KernelState == VolumeKernelState.Enabled;
        bool isNew = plex.VolumeId is null;
        PlexTrigger? trigger = (isNew, isEnabled) switch
        {
            (true, true) => PlexTrigger.AssociateTemp,
            (true, false) when volume.State == VolumeState.Empty => PlexTrigger.AssociateEmpty,
            (true, false) => PlexTrigger.AssociateStale,
            (false, true) => PlexTrigger.AttachBegin,
            (false, false) when plex.State == PlexState.Stale => null,
            (false, false) => PlexTrigger.FixStale,
        };
        if (isNew)
        {
            plex = plex with { VolumeId = volumeId, State = PlexState.None };
        }

        if (trigger is { } step)
        {
            bool isFit = step != PlexTrigger.FixStale || plex.State is PlexState.IoFail or PlexState.Recover;
            if (!isFit || !plex.Allows(step))
            {
                return Refusals.WrongPlexState(plex, "it cannot be attached in this state");
            }

            plex = plex.After(step);
        }

        configuration = configuration.With(plex);
        return new PlexAttach(isEnabled ? WithAttachLocks(configuration, plexId) : configuration, plexId, isEnabled);
    }

    /// <summary>The copy is complete and flushed: the plex becomes ACTIVE and readable, the locks go.</summary>
    public static Outcome<GroupConfiguration> CompleteAttach(GroupConfiguration configuration, RecordId plexId)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = AssociatedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (!plex.IsAttaching() || volume.KernelState != VolumeKernelState.Enabled)
        {
            return Refusals.WrongPlexState(plex, "no copy onto it is running");
        }

        return WithoutAttachLocks(configuration, volume.Id)
            .With(plex.After(PlexTrigger.AttachComplete) with { TUtil0 = "" });
    }

    /// <summary>
    /// The copy failed or was aborted: TEMPRMSD goes with its subdisks, TEMPRM without them, TEMP is dissociated, a
    /// STALE plex is STALE/DETACHED again. The locks go.
    /// </summary>
    public static Outcome<GroupConfiguration> CancelAttach(GroupConfiguration configuration, RecordId plexId)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = AssociatedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (plex.IsTemporary())
        {
            return BackOut(WithoutAttachLocks(configuration, volume.Id), plex);
        }

        return plex.IsAttaching()
            ? WithoutAttachLocks(configuration, volume.Id)
                .With(plex.After(PlexTrigger.AttachFail) with { TUtil0 = "" })
            : Refusals.WrongPlexState(plex, "no copy onto it is running");
    }

    private static PlexTrigger AssociateTrigger(PlexState state)
    {
        Invariant.Holds(state is PlexState.Temp or PlexState.TempRm or PlexState.TempRmSd);
        return state == PlexState.Temp ? PlexTrigger.AssociateTemp
            : state == PlexState.TempRm ? PlexTrigger.AssociateTempRm
            : PlexTrigger.AssociateTempRmSd;
    }

    private static Outcome CheckAttachable(GroupConfiguration configuration, VolumeRecord volume, PlexRecord plex)
    {
        if (plex.VolumeId is { } owner && owner != volume.Id)
        {
            return Refusals.Associated(plex);
        }

        if (plex.TUtil0.Length > 0)
        {
            return Refusals.Locked(plex);
        }

        if (plex.IsLog)
        {
            return Refusals.WrongPlexState(plex, "a log is not attached; remove it and add another");
        }

        if (volume.KernelState == VolumeKernelState.Detached)
        {
            return Refusals.WrongVolumeState(volume, "start it first");
        }

        if (IsOnRemovedDisk(configuration, plex))
        {
            return Refusals.WrongPlexState(plex, "one of its disks was removed; put it back with vxdg -k adddisk");
        }

        return PlexMap.Of(configuration, plex.Id).Length < volume.Length
            ? Refusals.TooShort(plex, volume)
            : Outcome.Done;
    }

    private static GroupConfiguration BackOut(GroupConfiguration configuration, PlexRecord plex) => plex.State switch
    {
        PlexState.TempRmSd => DropPlex(configuration, plex, removeSubdisks: true),
        PlexState.TempRm => DropPlex(configuration, plex, removeSubdisks: false),
        _ => Dissociated(configuration, plex),
    };

    private static GroupConfiguration WithAttachLocks(GroupConfiguration configuration, RecordId plexId)
    {
        PlexRecord plex = configuration.Plexes[plexId];
        VolumeRecord volume = configuration.Volumes[plex.VolumeId!.Value]; // it is associated
        return configuration.With(plex with { TUtil0 = AttachingPlexLock })
            .With(volume with { TUtil0 = AttachingVolumeLock });
    }

    private static GroupConfiguration WithoutAttachLocks(GroupConfiguration configuration, RecordId volumeId)
    {
        VolumeRecord volume = configuration.Volumes[volumeId];
        return volume.TUtil0 == AttachingVolumeLock ? configuration.With(volume with { TUtil0 = "" }) : configuration;
    }
}
