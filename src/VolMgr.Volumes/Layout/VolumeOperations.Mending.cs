using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <summary>What vxmend fix makes of a plex.</summary>
public enum PlexFix
{
    /// <summary>Its contents are good: the one plex from which the volume starts.</summary>
    Clean = 1,

    /// <summary>Its contents are good, among others.</summary>
    Active = 2,

    /// <summary>Its contents are out of date.</summary>
    Stale = 3,
}

/// <content>Repair by hand (vxmend).</content>
public static partial class VolumeOperations
{
    /// <summary>vxmend fix clean|active|stale: declares the contents of a plex of a stopped volume. Only one plex may
    /// be CLEAN by <see cref="PlexFix.Clean"/>.</summary>
    public static Outcome<GroupConfiguration> FixPlex(GroupConfiguration configuration, RecordId plexId, PlexFix fix)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (volume.KernelState != VolumeKernelState.Disabled)
        {
            return Refusals.WrongVolumeState(volume, "it must be stopped first");
        }

        PlexTrigger trigger = fix switch
        {
            PlexFix.Clean => PlexTrigger.FixClean,
            PlexFix.Active => PlexTrigger.FixActive,
            PlexFix.Stale => PlexTrigger.FixStale,
        };
        if (volume.State == VolumeState.Empty || plex.IsLog || !plex.Allows(trigger))
        {
            return Refusals.WrongPlexState(plex, $"fix {fix.ToString().ToLowerInvariant()} is not possible");
        }

        if (fix != PlexFix.Stale && PlexMap.Of(configuration, plexId).Length < volume.Length)
        {
            return Refusals.TooShort(plex, volume);
        }

        PlexRecord? otherClean = configuration.DataPlexesOf(volume.Id)
            .FirstOrDefault(other => other.Id != plexId && other.State == PlexState.Clean);
        return fix == PlexFix.Clean && otherClean is not null
            ? Refusals.WrongPlexState(
                otherClean, $"only one plex of volume {volume.Name} can be fixed clean; fix it stale")
            : Declared(configuration, volume.Id).With(plex.After(trigger));

        // Which contents the others differ from is what an administrator says now, not what the maps know.
        GroupConfiguration Declared(GroupConfiguration current, RecordId id) =>
            fix == PlexFix.Stale ? current : ForgetMapsAbout(current, id);
    }

    /// <summary>vxmend fix empty: a stopped volume and its plexes have no defined contents any more.</summary>
    public static Outcome<GroupConfiguration> FixEmpty(GroupConfiguration configuration, RecordId volumeId)
    {
        Outcome<VolumeRecord> found = UnlockedVolume(configuration, volumeId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        VolumeRecord volume = found.Value;
        if (!volume.Allows(VolumeTrigger.FixEmpty))
        {
            return Refusals.WrongVolumeState(volume, "it must be stopped first");
        }

        foreach (PlexRecord plex in configuration.PlexesOf(volumeId))
        {
            if (!plex.Allows(PlexTrigger.FixEmpty))
            {
                return Refusals.WrongPlexState(plex, "fix empty is not possible; dissociate the plex first");
            }

            configuration = configuration.With(plex.After(PlexTrigger.FixEmpty));
        }

        return ForgetMapsAbout(configuration, volumeId)
            .With(volume.After(VolumeTrigger.FixEmpty) with { IsDirty = false });
    }

    /// <summary>vxmend off: OFFLINE until vxmend on; on a started volume it takes no more I/O.</summary>
    public static Outcome<GroupConfiguration> MendOff(
        GroupConfiguration configuration, RecordId plexId, bool force = false)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        (PlexRecord plex, VolumeRecord volume) = found.Value;
        if (!plex.Allows(PlexTrigger.MendOff))
        {
            return Refusals.WrongPlexState(plex, "it cannot be taken off in this state");
        }

        return IsLastComplete(configuration, plex, volume) && !force
            ? Refusals.LastPlex(plex, volume)
            : DisableWhenUnreadable(configuration.With(plex.After(PlexTrigger.MendOff)), volume.Id);
    }

    /// <summary>vxmend on: OFFLINE becomes STALE.</summary>
    public static Outcome<GroupConfiguration> MendOn(GroupConfiguration configuration, RecordId plexId)
    {
        Outcome<(PlexRecord Plex, VolumeRecord Volume)> found = UnlockedPlex(configuration, plexId);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        return found.Value.Plex.Allows(PlexTrigger.MendOn)
            ? configuration.With(found.Value.Plex.After(PlexTrigger.MendOn))
            : Refusals.WrongPlexState(found.Value.Plex, "it is not OFFLINE");
    }

    /// <summary>vxmend clear: clears <c>tutil0</c>, <c>putil0</c> or <c>all</c> of the named objects.</summary>
    public static Outcome<GroupConfiguration> ClearUtility(
        GroupConfiguration configuration, string field, IEnumerable<string> names)
    {
        bool isTemporary = field is "all" or "tutil0" or "tutil";
        bool isPersistent = field is "all" or "putil0" or "putil";
        if (!isTemporary && !isPersistent)
        {
            return new Refusal(ErrorCode.Usage, $"clear {field}: use all, tutil0 or putil0");
        }

        foreach (string name in names)
        {
            if (configuration.FindObject(name) is not { } record)
            {
                return Refusals.NotFound(name);
            }

            configuration = configuration.With(record with
            {
                TUtil0 = isTemporary ? "" : record.TUtil0,
                PUtil0 = isPersistent ? "" : record.PUtil0,
            });
        }

        return configuration;
    }
}
