namespace VolMgr.Arrays.Discovery;

/// <summary>
/// Names devices, enclosure-based: a name in the file stays; else enclosure and array volume id; else enclosure and the
/// lowest free number, in the order of the LUN serials. Devices without serial carry the operating system's name, which
/// is never kept.
/// </summary>
internal static class DeviceNames
{
    /// <summary>The name of each device, by udid. New persistent names are added to the file.</summary>
    public static IReadOnlyDictionary<string, string> Assign(
        IReadOnlyList<FoundDevice> found, NameFile enclosures, NameFile names)
    {
        HashSet<string> present = new(found.Select(device => device.Udid), StringComparer.Ordinal);
        foreach (FoundDevice device in found.Where(device => device.Claim.HasStableIdentity))
        {
            NameByVolumeId(device, Stem(device, enclosures), names, present);
        }

        foreach (FoundDevice device in found.Where(device => device.Claim.HasStableIdentity))
        {
            NameByRank(device, Stem(device, enclosures), names);
        }

        return found.ToDictionary(
            device => device.Udid,
            device => names.NameOf(device.Udid) ?? device.Paths[0].Seen.OsName,
            StringComparer.Ordinal);
    }

    private static string Stem(FoundDevice device, NameFile enclosures) =>
        enclosures.NameOf(device.EnclosureKey.ToString()) ?? device.Claim.EnclosureType.ToLowerInvariant();

    /// <summary>
    /// A volume id that the array gave to a new LUN may still be in the file for one that is gone: the LUN that is
    /// there gets the name.
    /// </summary>
    private static void NameByVolumeId(FoundDevice device, string stem, NameFile names, HashSet<string> present)
    {
        if (device.Claim.ArrayVolumeId.Length == 0 || names.NameOf(device.Udid) is not null)
        {
            return;
        }

        string name = $"{stem}_{device.Claim.ArrayVolumeId}";
        if (names.KeyOf(name) is { } holder && !present.Contains(holder))
        {
            names.RemoveName(name);
        }

        names.TryAdd(name, device.Udid);
    }

    private static void NameByRank(FoundDevice device, string stem, NameFile names)
    {
        if (names.NameOf(device.Udid) is not null)
        {
            return;
        }

        for (int number = 0; !names.TryAdd($"{stem}_{number}", device.Udid); number++)
        {
            // The next free number: there are fewer names than numbers.
        }
    }
}
