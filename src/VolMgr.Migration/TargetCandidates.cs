using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Migration;

/// <summary>The disks of the new array that are free to take: uninitialised, or initialised and in no group.</summary>
internal static class TargetCandidates
{
    public static IEnumerable<DiskDevice> Of(VolumeHost host, MigrationScope scope) =>
        host.Disks
            .Where(disk => disk.Node.Enclosure.Name == scope.Request.To && !disk.Node.IsBootDisk)
            .Where(disk => disk.Status == DeviceStatus.OnlineInvalid
                || (disk.Status == DeviceStatus.Online && disk.GroupId.Length == 0 && disk.Header is not null))
            .OrderBy(disk => disk.Name, StringComparer.Ordinal);

    /// <summary>Bytes of the public region that a device will have once it is initialised.</summary>
    public static long PublicLengthOf(DiskDevice device) =>
        VmDisk.PublicLengthOf(device.Node.Length, PrivateRegion.DefaultLength);
}
