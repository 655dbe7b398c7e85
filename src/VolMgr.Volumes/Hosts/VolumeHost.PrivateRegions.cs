using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Hosts;

/// <summary>What the private region of one disk holds.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Configuration">The copy of its group's records; null when it holds none that counts.</param>
public sealed record PrivateRegionContents(DiskHeader Header, GroupConfiguration? Configuration);

public sealed partial class VolumeHost
{
    /// <summary>Reads the private region of a disk from the disk, whoever has its group (vxprivutil).</summary>
    public async Task<Outcome<PrivateRegionContents>> ReadPrivateRegionAsync(string da)
    {
        using IDisposable turn = await MembershipGate.EnterAsync();
        if (FindDisk(da) is not { } disk)
        {
            return GroupMembership.NoDevice(da);
        }
        if (disk.Status == DeviceStatus.Offline)
        {
            return new Refusal(ErrorCode.InUse, $"Device {da}: Device is offline; vxdisk online brings it back");
        }
        PrivateRegionDevice region = Table.PrivateRegion(disk.Node);
        DiskHeaderReading read = await VmDisk.ReadAsync(region, CancellationToken.None);
        if (read is not { Status: ReadStatus.Valid, Header: { } header })
        {
            return new Refusal(ErrorCode.InputOutput, $"Device {da}: No valid private region");
        }
        if (header.GroupId.Length == 0)
        {
            return new PrivateRegionContents(header, null);
        }
        CopyReading copy = await CopyReader.ReadAsync(region, header, CancellationToken.None);
        return new PrivateRegionContents(
            header, copy is { Status: ReadStatus.Valid, Image: { } image } ? image.Configuration : null);
    }
}
