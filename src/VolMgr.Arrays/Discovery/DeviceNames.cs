using VolMgr.Arrays.Libraries;

namespace VolMgr.Arrays.Discovery;

/// <summary>
/// Names devices. An administrator's name stands first. Enclosure-based: a name in the file stays; else enclosure and
/// array volume id; else enclosure and index, the rank of the LUN serial, or, where names are kept, the lowest number
/// that is free. Devices without serial carry the operating system's name, which is never kept. By the system's names:
/// that of the first path, kept where the scheme says so.
/// </summary>
internal static class DeviceNames
{
    /// <summary>The name of each device, by udid. New persistent names are added to the file.</summary>
    /// <param name="found">The devices, by enclosure and LUN serial.</param>
    /// <param name="enclosures">Names of the enclosures.</param>
    /// <param name="kept">The persistent names.</param>
    /// <param name="given">The administrator's names, by udid.</param>
    /// <param name="scheme">How to name.</param>
    public static IReadOnlyDictionary<string, string> Assign(
        IReadOnlyList<FoundDevice> found, NameFile enclosures, NameFile kept, NameFile given, NamingScheme scheme)
    {
        // Names that are not kept live in a list of their own, so that the next scan begins anew.
        NameFile names = scheme.IsPersistent ? kept : NameFile.Empty();
        HashSet<string> present = new(found.Select(device => device.Udid), StringComparer.Ordinal);
        foreach ((string udid, string name) in given.Entries)
        {
            names.RemoveName(name);
            names.RemoveKey(udid);
            names.TryAdd(name, udid);
        }

        List<FoundDevice> named = scheme.IsEnclosureBased
            ? [.. found.Where(device => device.Claim.HasStableIdentity)]
            : [];
        foreach (FoundDevice device in named.Where(_ => scheme.UsesVolumeId))
        {
            NameByVolumeId(device, Stem(device, enclosures, scheme), names, present);
        }

        foreach (FoundDevice device in named)
        {
            NameByRank(device, Stem(device, enclosures, scheme), names);
        }

        if (scheme is { IsEnclosureBased: false, IsPersistent: true })
        {
            foreach (FoundDevice device in found.Where(device => device.Claim.HasStableIdentity))
            {
                KeepOsName(device, names);
            }
        }

        HashSet<string> taken = new(names.Entries.Select(entry => entry.Value), StringComparer.Ordinal);
        return found.ToDictionary(
            device => device.Udid,
            device => names.NameOf(device.Udid) ?? OsNameOf(device, taken),
            StringComparer.Ordinal);
    }

    /// <summary>
    /// The operating system's name of a path, kept from now on though the system may give it to another one.
    /// </summary>
    private static void KeepOsName(FoundDevice device, NameFile names)
    {
        if (names.NameOf(device.Udid) is null && !device.Paths.Any(path =>
            names.TryAdd(path.Seen.OsName, device.Udid)))
        {
            for (int number = 1; !names.TryAdd($"sd{OsNames.Letters(number)}", device.Udid); number++)
            {
                // The next free name: there are fewer devices than names.
            }
        }
    }

    /// <summary>The operating system's name, or the next free one where another device is known under it.</summary>
    private static string OsNameOf(FoundDevice device, HashSet<string> taken)
    {
        string name = device.Paths[0].Seen.OsName;
        for (int number = 1; !taken.Add(name); number++)
        {
            name = $"sd{OsNames.Letters(number)}";
        }

        return name;
    }

    /// <summary>The enclosure's name; in the spelling of its type where lower case is off.</summary>
    private static string Stem(FoundDevice device, NameFile enclosures, NamingScheme scheme)
    {
        ArrayClaim claim = device.Claim;
        string stem = enclosures.NameOf(device.EnclosureKey.ToString()) ?? claim.EnclosureType.ToLowerInvariant();
        return scheme.IsLowerCase || !stem.StartsWith(
            claim.EnclosureType.ToLowerInvariant(), StringComparison.Ordinal)
            ? stem
            : claim.EnclosureType + stem[claim.EnclosureType.Length..];
    }

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
