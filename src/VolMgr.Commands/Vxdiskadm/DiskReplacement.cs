using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdiskadm;

/// <summary>Items 3 and 4 of the menu: a disk leaves its group and keeps its name there, and another takes its
/// place.</summary>
internal static class DiskReplacement
{
    /// <summary>Removes a disk for replacement, and replaces it at once if a device is chosen.</summary>
    public static async Task RemoveAsync(DiskDialog dialog)
    {
        do
        {
            await dialog.SayAsync(
                "\nRemove a disk for replacement\nMenu: VolumeManager/Disk/RemoveForReplace\n");
            if (await dialog.DiskAsync("Enter disk name") is not var (group, disk)
                || await DeviceAsync(dialog) is not { } device
                || await dialog.ConfirmAsync("Continue with operation?") is not { } isGoing)
            {
                return;
            }

            if (isGoing && await dialog.RunAsync("vxdg", "-g", group.Name, "-k", "rmdisk", disk.Name))
            {
                await dialog.SayAsync($"\n  Removal of disk {disk.Name} completed successfully.\n");
                await PutAsync(dialog, group, disk, device);
            }
        }
        while (!dialog.IsOver && await dialog.AnotherAsync("Remove another disk?"));
    }

    /// <summary>Replaces a failed or removed disk.</summary>
    public static async Task ReplaceAsync(DiskDialog dialog)
    {
        do
        {
            await dialog.SayAsync("\nReplace a failed or removed disk\nMenu: VolumeManager/Disk/ReplaceDisk\n");
            if (await dialog.DiskAsync("Select a removed or failed disk") is not var (group, disk)
                || await DeviceAsync(dialog) is not { } device
                || await dialog.ConfirmAsync("Continue with operation?") is not { } isGoing)
            {
                return;
            }

            if (isGoing)
            {
                await PutAsync(dialog, group, disk, device);
            }
        }
        while (!dialog.IsOver && await dialog.AnotherAsync("Replace another disk?"));
    }

    /// <summary>A device that is in no imported group, or none; null when it is given up.</summary>
    private static async Task<string?> DeviceAsync(DiskDialog dialog)
    {
        while (await dialog.AskAsync(
            "Choose a device, or select none",
            "<device>,none,list,q,?",
            "The device that takes the disk's place; with none it can be given later, by item 4.",
            "none") is { } name)
        {
            DiskDevice? device = dialog.Host.FindDisk(name);
            if (name == "none" || device is { IsImported: false })
            {
                return name;
            }

            await dialog.RefuseAsync(device is null ? Refusals.NoDevice(name) : new Refusal(
                ErrorCode.Usage, $"{name}: Disk is in use by the {device.GroupName} disk group"));
        }

        return null;
    }

    private static async Task PutAsync(DiskDialog dialog, DiskGroup group, DiskRecord disk, string name)
    {
        if (dialog.Host.FindDisk(name) is not { } device || !await DiskAddition.SetUpAsync(dialog, device))
        {
            return;
        }

        if (await dialog.RunAsync("vxdg", "-g", group.Name, "-k", "adddisk", $"{disk.Name}={name}"))
        {
            await dialog.SayAsync(
                $"\n  Replacement of disk {disk.Name} in group {group.Name} with device {name} completed"
                + " successfully.\n");
            await dialog.RunAsync("vxrecover", "-b", "-g", group.Name, disk.Name);
        }
    }
}
