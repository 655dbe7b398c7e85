using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.States;

namespace VolMgr.Volumes.Layout;

/// <content>Membership and presence of disks (vxdg adddisk, rmdisk; devices that go and come back).</content>
public static partial class VolumeOperations
{
    /// <summary>
    /// Adds a disk; with <see cref="DiskRequest.IsReplacement"/> it takes the place of a removed one: plexes on it
    /// become RECOVER if it is the same disk, STALE if another.
    /// </summary>
    public static Outcome<(GroupConfiguration Configuration, RecordId DiskId)> AddDisk(
        GroupConfiguration configuration, DiskRequest request)
    {
        if (!ObjectNames.IsLegal(request.Name))
        {
            return Refusals.IllegalName(request.Name);
        }

        if (configuration.Disks.Values.FirstOrDefault(disk => disk.DiskId == request.DiskId
            && !(request.IsReplacement && disk.Name == request.Name)) is { } same)
        {
            return new Refusal(
                ErrorCode.AlreadyExists,
                $"Device {request.DeviceName}: It is already in the disk group as {same.Name}");
        }

        if (request.IsReplacement)
        {
            return ReplaceDisk(configuration, request);
        }

        if (configuration.FindObject(request.Name) is not null)
        {
            return Refusals.DiskNameUsed(request.Name);
        }

        (configuration, RecordId id) = configuration.TakeId();
        return (configuration.With(new DiskRecord
        {
            Id = id,
            Name = request.Name,
            DiskId = request.DiskId,
            LastDeviceName = request.DeviceName,
            PublicLength = request.PublicLength,
            PrivateLength = request.PrivateLength,
        }), id);
    }

    /// <summary>
    /// Removes a disk that no subdisk uses. With <paramref name="keepRecord"/> (-k) only its device goes: the record
    /// stays, plexes on it become REMOVED; where that takes the last complete plex of a volume it needs force.
    /// </summary>
    public static Outcome<GroupConfiguration> RemoveDisk(
        GroupConfiguration configuration, string name, bool keepRecord = false, bool force = false)
    {
        if (configuration.FindDisk(name) is not { } disk)
        {
            return Refusals.NotFound(name);
        }

        if (!disk.IsRemoved && configuration.Disks.Values.Count(other => !other.IsRemoved) == 1)
        {
            return Refusals.LastDisk(disk);
        }

        if (!keepRecord)
        {
            return configuration.SubdisksOn(disk.Id).Count > 0
                ? Refusals.DiskInUse(disk)
                : configuration.Without(disk.Id);
        }

        if (disk.IsRemoved)
        {
            return new Refusal(ErrorCode.InvalidState, $"Disk {name}: It is removed already");
        }

        foreach (PlexRecord plex in PlexesOn(configuration, disk.Id))
        {
            Outcome<GroupConfiguration> without = GiveUpForRemoval(configuration, plex, force);
            if (!without.IsDone)
            {
                return without;
            }

            configuration = without.Value;
        }

        return configuration.With(disk with { IsRemoved = true });
    }

    /// <summary>
    /// The device of a disk does not answer any more. Plexes on it become NODEVICE, durably out of use, where another
    /// plex carries the volume; the only complete plex of a volume keeps its state, so that the volume is whole again
    /// when the device is. An attach onto the disk is backed out.
    /// </summary>
    public static GroupConfiguration LoseDisk(GroupConfiguration configuration, RecordId diskId)
    {
        foreach (PlexRecord plex in PlexesOn(configuration, diskId))
        {
            if (plex.VolumeId is not { } volumeId)
            {
                continue;
            }

            if (plex.IsAttaching())
            {
                configuration = CancelAttach(configuration, plex.Id).Value;
            }
            else if (plex.Allows(PlexTrigger.LoseDisk)
                && !IsLastComplete(configuration, plex, configuration.Volumes[volumeId]))
            {
                configuration = configuration.With(plex.After(PlexTrigger.LoseDisk));
            }
        }

        return configuration;
    }

    /// <summary>The disk is back with its contents (vxreattach): NODEVICE plexes that are whole again become
    /// RECOVER.</summary>
    public static GroupConfiguration ReturnDisk(GroupConfiguration configuration, RecordId diskId) =>
        ReturnPlexes(configuration, diskId, PlexTrigger.ReturnDisk);

    private static Outcome<(GroupConfiguration Configuration, RecordId DiskId)> ReplaceDisk(
        GroupConfiguration configuration, DiskRequest request)
    {
        if (configuration.FindDisk(request.Name) is not { } disk)
        {
            return Refusals.NotFound(request.Name);
        }

        if (!disk.IsRemoved)
        {
            return Refusals.DiskNameUsed(request.Name);
        }

        long used = configuration.SubdisksOn(disk.Id).Select(subdisk => subdisk.DiskOffset + subdisk.Length)
            .Append(0).Max();
        if (request.PublicLength < used)
        {
            return new Refusal(
                ErrorCode.NoSpace,
                $"Device {request.DeviceName}: Its public region of {Refusals.Blocks(request.PublicLength)} blocks is "
                    + $"too small for disk {disk.Name}, which needs {Refusals.Blocks(used)}");
        }

        bool isSame = disk.DiskId == request.DiskId;
        configuration = configuration.With(disk with
        {
            DiskId = request.DiskId,
            LastDeviceName = request.DeviceName,
            PublicLength = request.PublicLength,
            PrivateLength = request.PrivateLength,
            IsRemoved = false,
            IsFailing = false,
        });
        PlexTrigger trigger = isSame ? PlexTrigger.ReturnDisk : PlexTrigger.ReplaceDisk;
        return (ReturnPlexes(configuration, disk.Id, trigger), disk.Id);
    }

    private static Outcome<GroupConfiguration> GiveUpForRemoval(
        GroupConfiguration configuration, PlexRecord plex, bool force)
    {
        if (plex.VolumeId is not { } volumeId)
        {
            return configuration;
        }

        VolumeRecord volume = configuration.Volumes[volumeId];
        if (volume.TUtil0.Length > 0 || !plex.Allows(PlexTrigger.RemoveDisk))
        {
            return volume.TUtil0.Length > 0
                ? Refusals.Locked(volume)
                : Refusals.WrongPlexState(plex, "its disk cannot be removed now");
        }

        return IsLastComplete(configuration, plex, volume) && !force
            ? Refusals.LastPlex(plex, volume)
            : DisableWhenUnreadable(configuration.With(plex.After(PlexTrigger.RemoveDisk)), volumeId);
    }

    private static GroupConfiguration ReturnPlexes(
        GroupConfiguration configuration, RecordId diskId, PlexTrigger trigger)
    {
        foreach (PlexRecord plex in PlexesOn(configuration, diskId))
        {
            if (plex.VolumeId is null || !plex.Allows(trigger) || IsOnRemovedDisk(configuration, plex))
            {
                continue;
            }

            PlexRecord returned = plex.After(trigger);
            configuration = configuration.With(returned);
        }

        return configuration;
    }

    private static IReadOnlyList<PlexRecord> PlexesOn(GroupConfiguration configuration, RecordId diskId) =>
        [.. configuration.SubdisksOn(diskId).Select(subdisk => subdisk.PlexId).OfType<RecordId>().Distinct()
            .Select(id => configuration.Plexes[id]).OrderBy(plex => plex.Name, StringComparer.Ordinal)];
}
