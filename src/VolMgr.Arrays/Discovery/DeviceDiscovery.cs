using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Discovery;

/// <summary>
/// From paths to devices: INQUIRY on every path, the libraries' claim, then paths of equal identity become one device.
/// A device without serial number cannot be recognised on a second path, so that each of its paths is one of its own.
/// </summary>
internal static class DeviceDiscovery
{
    /// <summary>The devices in the order of enclosure type, cabinet serial, LUN serial.</summary>
    public static IReadOnlyList<FoundDevice> Find(
        IReadOnlyList<SeenPath> seen, string hostName, LibrarySet libraries,
        Func<ArrayTopology, LunTopology, int> ownerOf, ICollection<string> problems)
    {
        SortedDictionary<string, FoundDevice> devices = new(StringComparer.Ordinal);
        foreach (SeenPath path in seen)
        {
            FoundDevice found = Inquire(path, hostName, libraries, ownerOf, problems);
            if (!devices.TryGetValue(found.Udid, out FoundDevice? known))
            {
                devices.Add(found.Udid, found);
            }
            else if (string.Equals(known.Lun.Name, found.Lun.Name, StringComparison.Ordinal))
            {
                devices[found.Udid] = known with { Paths = [.. known.Paths, .. found.Paths] };
            }
            else
            {
                problems.Add($"{path.OsName}: LUN {found.Lun.Name} reports the identity of LUN {known.Lun.Name}"
                    + $" ({found.Udid}) and is left out; give one of them another serial number.");
            }
        }

        return [.. devices.Values
            .OrderBy(device => device.Claim.EnclosureType, StringComparer.Ordinal)
            .ThenBy(device => device.Claim.CabinetSerial, StringComparer.Ordinal)
            .ThenBy(device => device.Claim.LunSerial, StringComparer.Ordinal)
            .ThenBy(device => device.Udid, StringComparer.Ordinal)];
    }

    private static FoundDevice Inquire(
        SeenPath path, string hostName, LibrarySet libraries, Func<ArrayTopology, LunTopology, int> ownerOf,
        ICollection<string> problems)
    {
        EmulatedLun lun = new(path.Array, path.Lun);
        InquiryReplies replies = new(
            lun.Standard(), page => lun.Page(page, path.Port), lun.PortGroups(ownerOf(path.Array, path.Lun)));
        ArrayClaim claim = libraries.IsForeign(path.OsName)
            ? ArraySupportLibraries.OtherDisk()
            : libraries.Claim(replies, problems);
        return new FoundDevice
        {
            Udid = Udid.Of(replies.Standard, claim, hostName, path.OsName),
            Lun = path.Lun,
            Claim = claim,
            Standard = replies.Standard,
            ScsiDesignator = replies.ScsiDesignator,
            IsThin = replies.IsThin,
            Paths = [new FoundPath(path, claim.PathType)],
        };
    }
}
