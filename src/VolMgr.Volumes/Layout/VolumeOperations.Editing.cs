using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <content>Names, attributes and deletion of records (vxedit, vxvol set, vxvol rdpol).</content>
public static partial class VolumeOperations
{
    /// <summary>vxedit rename: any record; names of plexes and subdisks do not follow their owner's.</summary>
    public static Outcome<GroupConfiguration> RenameObject(
        GroupConfiguration configuration, string oldName, string newName)
    {
        if (configuration.FindObject(oldName) is not { } record)
        {
            return Refusals.NotFound(oldName);
        }

        if (!ObjectNames.IsLegal(newName))
        {
            return Refusals.IllegalName(newName);
        }

        if (record.TUtil0.Length > 0)
        {
            return Refusals.Locked(record);
        }

        return configuration.FindObject(newName) is null
            ? configuration.With(record with { Name = newName })
            : Refusals.Exists($"renaming {oldName} to", newName);
    }

    /// <summary>
    /// vxedit rm: deletes records. With <paramref name="recursive"/> (-r) what belongs to them too; with
    /// <paramref name="force"/> (-f) also a volume that is ENABLED and a plex that is associated. Disks leave by vxdg
    /// rmdisk.
    /// </summary>
    public static Outcome<GroupConfiguration> RemoveObject(
        GroupConfiguration configuration, string name, bool recursive = false, bool force = false)
    {
        switch (configuration.FindObject(name))
        {
            case VolumeRecord volume:
                if (configuration.PlexesOf(volume.Id).Count > 0 && !recursive)
                {
                    return Refusals.Associated(volume);
                }

                return volume.KernelState != VolumeKernelState.Disabled && !force
                    ? Refusals.WrongVolumeState(volume, "stop it first, or use -f")
                    : RemoveVolume(configuration, volume.Id);

            case PlexRecord plex:
                if ((plex.VolumeId is not null && !force)
                    || (configuration.SubdisksOf(plex.Id).Count > 0 && !recursive))
                {
                    return Refusals.Associated(plex);
                }

                return RemovePlex(configuration, plex.Id, removeSubdisks: true);

            case SubdiskRecord subdisk:
                return subdisk.PlexId is null ? configuration.Without(subdisk.Id) : Refusals.Associated(subdisk);

            case DiskRecord disk:
                return new Refusal(ErrorCode.Usage, $"{disk.Name}: A disk is removed with vxdg rmdisk");

            default:
                return Refusals.NotFound(name);
        }
    }

    /// <summary>
    /// vxedit set: <c>comment</c>, <c>tutil0</c>, <c>putil0</c> of any record; <c>user</c>, <c>group</c>, <c>mode</c>
    /// of a volume;
    /// <c>failing</c>, <c>reserve</c>, <c>spare</c>, <c>nohotuse</c> (on or off) of a disk. All or none are set.
    /// </summary>
    public static Outcome<GroupConfiguration> SetAttributes(
        GroupConfiguration configuration, string name, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        if (configuration.FindObject(name) is not { } record)
        {
            return Refusals.NotFound(name);
        }

        foreach ((string attribute, string value) in attributes)
        {
            Outcome<ObjectRecord> changed = record switch
            {
                _ when value.Any(char.IsControl) =>
                    new Refusal(ErrorCode.Usage, $"{attribute}: The value holds a control character"),
                _ when CommonAttribute(record, attribute, value) is { } common => common,
                DiskRecord disk => DiskAttribute(disk, attribute, value),
                VolumeRecord volume => VolumeAttribute(volume, attribute, value),
                _ => UnknownAttribute(record, attribute),
            };
            if (!changed.IsDone)
            {
                return changed.Refusal;
            }

            record = changed.Value;
        }

        return configuration.With(record);
    }

    /// <summary>vxvol rdpol: the read policy, with the preferred plex where it is
    /// <see cref="ReadPolicy.Prefer"/>.</summary>
    public static Outcome<GroupConfiguration> SetReadPolicy(
        GroupConfiguration configuration, RecordId volumeId, ReadPolicy policy, RecordId? preferredPlex = null)
    {
        if (!configuration.Volumes.TryGetValue(volumeId, out VolumeRecord? volume))
        {
            return Refusals.NotFound(volumeId.ToString());
        }

        if (policy != ReadPolicy.Prefer)
        {
            return configuration.With(volume with { ReadPolicy = policy, PreferredPlexId = null });
        }

        if (preferredPlex is not { } plexId
            || !configuration.Plexes.TryGetValue(plexId, out PlexRecord? plex)
            || plex.VolumeId != volumeId || plex.IsLog)
        {
            return new Refusal(
                ErrorCode.Usage, $"Volume {volume.Name}: Read policy prefer needs one of its data plexes");
        }

        return configuration.With(volume with { ReadPolicy = policy, PreferredPlexId = plexId });
    }

    private static ObjectRecord? CommonAttribute(ObjectRecord record, string attribute, string value) =>
        attribute switch
        {
            "comment" => record with { Comment = value },
            "tutil0" => record with { TUtil0 = value },
            "putil0" => record with { PUtil0 = value },
            _ => null,
        };

    private static Outcome<ObjectRecord> DiskAttribute(DiskRecord disk, string attribute, string value)
    {
        if (value is not ("on" or "off"))
        {
            return attribute is "failing" or "reserve" or "spare" or "nohotuse"
                ? new Refusal(ErrorCode.Usage, $"{attribute}={value}: use on or off")
                : UnknownAttribute(disk, attribute);
        }

        bool isOn = value == "on";
        return attribute switch
        {
            "failing" => disk with { IsFailing = isOn },
            "reserve" => disk with { IsReserved = isOn },
            "spare" => disk with { IsSpare = isOn },
            "nohotuse" => disk with { IsNoHotUse = isOn },
            _ => UnknownAttribute(disk, attribute),
        };
    }

    private static Outcome<ObjectRecord> VolumeAttribute(VolumeRecord volume, string attribute, string value) =>
        attribute switch
        {
            "user" when IsWord(value) => volume with { User = value },
            "group" when IsWord(value) => volume with { Group = value },
            "mode" when value.Length is 3 or 4 && value.All(digit => digit is >= '0' and <= '7') =>
                volume with { Mode = value.PadLeft(4, '0') },
            "user" or "group" or "mode" => new Refusal(ErrorCode.Usage, $"{attribute}={value}: The value is not valid"),
            _ => UnknownAttribute(volume, attribute),
        };

    private static Outcome<ObjectRecord> UnknownAttribute(ObjectRecord record, string attribute) =>
        new Refusal(ErrorCode.Usage, $"{record.Name}: Attribute {attribute} cannot be set");

    private static bool IsWord(string text) => text.Length > 0 && !text.Any(char.IsWhiteSpace);
}
