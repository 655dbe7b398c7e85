using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Groups;

/// <summary>What <c>vxmend</c> does.</summary>
public enum MendAction
{
    /// <summary>fix clean: declares the plex of a stopped volume good.</summary>
    FixClean = 1,

    /// <summary>fix active: declares the plex of a stopped volume a participant.</summary>
    FixActive = 2,

    /// <summary>fix stale: declares the plex of a stopped volume out of date.</summary>
    FixStale = 3,

    /// <summary>fix empty: forgets what is known about the contents of a stopped volume.</summary>
    FixEmpty = 4,

    /// <summary>off: takes a plex out indefinitely.</summary>
    Off = 5,

    /// <summary>on: lets it be recovered again.</summary>
    On = 6,

    /// <summary>clear tutil0.</summary>
    ClearTUtil = 7,

    /// <summary>clear putil0.</summary>
    ClearPUtil = 8,

    /// <summary>clear all.</summary>
    ClearAll = 9,
}

/// <summary>The record changes of vxmend (vxvm.md 3.5) for stopped volumes. Pure.</summary>
internal static class Mending
{
    public static Outcome<GroupConfiguration> Apply(GroupConfiguration configuration, MendAction action, string name) =>
        action switch
        {
            MendAction.FixClean => FixPlex(configuration, name, PlexTrigger.FixClean),
            MendAction.FixActive => FixPlex(configuration, name, PlexTrigger.FixActive),
            MendAction.FixStale => FixPlex(configuration, name, PlexTrigger.FixStale),
            MendAction.FixEmpty => FixEmpty(configuration, name),
            MendAction.Off => ChangePlex(configuration, name, PlexTrigger.Offline),
            MendAction.On => ChangePlex(configuration, name, PlexTrigger.Online),
            MendAction.ClearTUtil => Clear(configuration, name, true, false),
            MendAction.ClearPUtil => Clear(configuration, name, false, true),
            MendAction.ClearAll => Clear(configuration, name, true, true),
        };

    private static Outcome<GroupConfiguration> FixPlex(GroupConfiguration configuration, string name, PlexTrigger trigger)
    {
        if (configuration.FindPlex(name) is not { } plex)
        {
            return Refusals.NoPlex(name);
        }
        if (plex.VolumeId is not { } id || !configuration.Volumes.TryGetValue(id, out VolumeRecord? volume))
        {
            return new Refusal(ErrorCode.Dissociated, $"Plex {name} is not associated with a volume");
        }
        if (volume.KernelState == VolumeKernelState.Enabled)
        {
            return MustStop(volume);
        }
        PlexRecord[] others = [.. configuration.DataPlexesOf(id).Where(other => other.Id != plex.Id && other.IsTrusted())];
        if (trigger == PlexTrigger.FixClean && others.Length > 0)
        {
            return new Refusal(
                ErrorCode.InvalidState,
                $"Plex {others[0].Name} is CLEAN or ACTIVE already; use vxmend fix stale {others[0].Name} first");
        }
        Outcome<GroupConfiguration> changed = ChangePlex(configuration, name, trigger);
        bool needsFullResync = trigger == PlexTrigger.FixActive && others.Length > 0;
        return changed.IsDone && needsFullResync
            ? changed.Value.With(volume with { PUtil0 = StartPlan.FullResyncMark })
            : changed;
    }

    private static Outcome<GroupConfiguration> FixEmpty(GroupConfiguration configuration, string name)
    {
        if (configuration.FindVolume(name) is not { } volume)
        {
            return Refusals.NoVolume(name);
        }
        if (volume.KernelState == VolumeKernelState.Enabled)
        {
            return MustStop(volume);
        }
        configuration = configuration.With(volume.After(VolumeTrigger.FixEmpty) with { IsDirty = false });
        foreach (PlexRecord plex in configuration.PlexesOf(volume.Id).Where(plex => plex.Allows(PlexTrigger.FixEmpty)))
        {
            configuration = configuration.With(plex.After(PlexTrigger.FixEmpty));
        }
        return configuration;
    }

    private static Outcome<GroupConfiguration> ChangePlex(
        GroupConfiguration configuration, string name, PlexTrigger trigger)
    {
        if (configuration.FindPlex(name) is not { } plex)
        {
            return Refusals.NoPlex(name);
        }
        return plex.Allows(trigger)
            ? configuration.With(plex.After(trigger))
            : new Refusal(
                ErrorCode.InvalidState,
                $"Plex {name}: not possible in state {StateNames.Text(plex.KernelState)}/{StateNames.Text(plex.State)}");
    }

    private static Outcome<GroupConfiguration> Clear(
        GroupConfiguration configuration, string name, bool clearsTUtil, bool clearsPUtil)
    {
        if (configuration.FindObject(name) is not { } record)
        {
            return new Refusal(ErrorCode.NotFound, $"Record {name} not in disk group configuration", "V-5-1-926");
        }
        return configuration.With(record with
        {
            TUtil0 = clearsTUtil ? "" : record.TUtil0,
            PUtil0 = clearsPUtil ? "" : record.PUtil0,
        });
    }

    private static Refusal MustStop(VolumeRecord volume) => new(
        ErrorCode.InvalidState, $"Volume {volume.Name} is enabled; stop it first with vxvol stop {volume.Name}");
}
