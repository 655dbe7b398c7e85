using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxdiskadm;

/// <summary>The items of the menu that ask for one name and run one command with it.</summary>
internal static class DiskOperations
{
    /// <summary>Item 2.</summary>
    public static Task RemoveAsync(DiskDialog dialog) => OnDiskAsync(
        dialog,
        "Remove a disk",
        "RemoveDisk",
        "Remove another disk?",
        (group, disk) => dialog.RunAsync("vxdg", "-g", group.Name, "rmdisk", disk.Name));

    /// <summary>Item 5.</summary>
    public static Task MirrorAsync(DiskDialog dialog) => OnDiskAsync(
        dialog,
        "Mirror volumes on a disk",
        "Mirror",
        "Mirror volumes on another disk?",
        (group, disk) => WithTargetAsync(dialog, "vxmirror", group, disk));

    /// <summary>Item 6.</summary>
    public static Task MoveAsync(DiskDialog dialog) => OnDiskAsync(
        dialog,
        "Move volumes from a disk",
        "Evacuate",
        "Move volumes from another disk?",
        (group, disk) => WithTargetAsync(dialog, "vxevac", group, disk));

    /// <summary>Item 14. The disk may have left its group meanwhile, so the group is asked for.</summary>
    public static async Task UnrelocateAsync(DiskDialog dialog)
    {
        const string title = "Unrelocate subdisks back to a disk";
        await dialog.SayAsync($"\n{title}\nMenu: VolumeManager/Disk/UnrelocateDisk\n");
        if (await dialog.AskAsync("Enter the original disk name", "<disk>,list,q,?", title + ".") is not { } disk
            || await dialog.AskAsync("Enter name of disk group", "<group>,list,q,?", "Its group.") is not { } group
            || await dialog.AskAsync(
                "Enter destination disk", "<disk>,list,q,?", "The original disk, or another of the group.", disk)
                is not { } target
            || await dialog.ConfirmAsync("Continue with operation?") != true)
        {
            return;
        }

        string[] words = ["-g", group, .. target == disk ? [] : new[] { "-n", target }, disk];
        if (await dialog.RunAsync("vxunreloc", words))
        {
            await dialog.SayAsync($"\n  {title}: {disk} of disk group {group} done.\n");
        }
    }

    /// <summary>An item that sets a flag of a disk.</summary>
    public static Task SetAsync(DiskDialog dialog, string title, string menu, string flag) => OnDiskAsync(
        dialog,
        title,
        menu,
        "Change another disk?",
        (group, disk) => dialog.RunAsync("vxdisk", "-g", group.Name, "set", disk.Name, flag));

    /// <summary>An item that asks for a name and runs commands with it, whole words of which are the name.</summary>
    public static async Task NamedAsync(
        DiskDialog dialog, string title, string menu, (string Question, string Choices) ask, params string[] lines)
    {
        await dialog.SayAsync($"\n{title}\nMenu: VolumeManager/Disk/{menu}\n");
        if (await dialog.AskAsync(ask.Question, ask.Choices, title + ".") is not { } name
            || await dialog.ConfirmAsync("Continue with operation?") != true)
        {
            return;
        }

        foreach (string line in lines)
        {
            string[] words = [.. line.Split(' ').Select(
                word => word.Replace("{}", name, StringComparison.Ordinal))];
            if (!await dialog.RunAsync(words[0], words[1..]))
            {
                return;
            }
        }
    }

    private static async Task OnDiskAsync(
        DiskDialog dialog, string title, string menu, string again, Func<DiskGroup, DiskRecord, Task<bool>> action)
    {
        do
        {
            await dialog.SayAsync($"\n{title}\nMenu: VolumeManager/Disk/{menu}\n");
            if (await dialog.DiskAsync("Enter disk name") is not var (group, disk)
                || await dialog.ConfirmAsync("Continue with operation?") is not { } isGoing)
            {
                return;
            }

            if (isGoing && await action(group, disk))
            {
                await dialog.SayAsync($"\n  {title}: {disk.Name} of disk group {group.Name} done.\n");
            }
        }
        while (!dialog.IsOver && await dialog.AnotherAsync(again));
    }

    private static async Task<bool> WithTargetAsync(
        DiskDialog dialog, string command, DiskGroup group, DiskRecord disk)
    {
        while (await dialog.AskAsync(
            "Enter destination disk",
            "<disk>,list,q,?",
            "A disk of the same group, or any for whichever has room.",
            "any") is { } target)
        {
            if (target == "any")
            {
                return await dialog.RunAsync(command, "-g", group.Name, disk.Name);
            }

            if (group.Current.FindDisk(target) is not null)
            {
                return await dialog.RunAsync(command, "-g", group.Name, disk.Name, target);
            }

            await dialog.RefuseAsync(new Refusal(
                ErrorCode.NotFound, $"Disk {target}: Disk not in the configuration", "V-5-1-558"));
        }

        return false;
    }
}
