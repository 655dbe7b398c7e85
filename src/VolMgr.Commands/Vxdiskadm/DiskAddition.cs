using System.Globalization;
using System.IO.Enumeration;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdiskadm;

/// <summary>Item 1 of the menu, and all of <c>vxdiskadd</c>: devices are set up and given to a disk group.</summary>
internal static class DiskAddition
{
    private const string NoGroup = "none";

    /// <summary>Asks for devices as well.</summary>
    public static async Task RunAsync(DiskDialog dialog)
    {
        do
        {
            await dialog.SayAsync("\nAdd or initialize disks\nMenu: VolumeManager/Disk/AddDisks\n");
            string? patterns = await dialog.AskAsync(
                "Select disk devices to add:",
                "<pattern-list>,all,list,q,?",
                "Names of devices, separated by blanks or commas; * stands for anything, all for every unused device.");
            if (patterns is null)
            {
                return;
            }

            await AddAsync(dialog, patterns.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries));
        }
        while (!dialog.IsOver && await dialog.AnotherAsync("Add or initialize other disks?"));
    }

    /// <summary>Adds the devices that the patterns name.</summary>
    public static async Task AddAsync(DiskDialog dialog, IReadOnlyList<string> patterns)
    {
        List<DiskDevice> devices = await SelectAsync(dialog, patterns);
        if (devices.Count == 0)
        {
            return;
        }

        await dialog.SayAsync("\nHere are the disks selected.\n\n  "
            + string.Join(' ', devices.Select(device => device.Name)) + "\n");
        if (await dialog.ConfirmAsync("Continue operation?") != true || await GroupAsync(dialog) is not { } group)
        {
            return;
        }

        string? name = null;
        bool? isSpare = false;
        if (group != NoGroup)
        {
            if (devices.Count == 1)
            {
                bool? isDefault = await dialog.ConfirmAsync("Use a default disk name for the disk?");
                name = isDefault == false
                    ? await dialog.AskAsync("Enter disk name", "<name>,q,?", "The disk's name in its disk group.")
                    : null;
                if (isDefault is null || (isDefault == false && name is null))
                {
                    return;
                }
            }

            isSpare = await dialog.ConfirmAsync($"Add disks as spare disks for {group}?", false);
        }

        if (isSpare is not null && await dialog.ConfirmAsync("Continue with operation?") == true)
        {
            foreach (DiskDevice device in devices)
            {
                await AddAsync(dialog, device, group, name, isSpare.Value);
            }
        }
    }

    /// <summary>Makes the device a VM disk if it is none; whether it is one then.</summary>
    public static async Task<bool> SetUpAsync(DiskDialog dialog, DiskDevice device)
    {
        if (device.Header is not null)
        {
            return true;
        }

        await dialog.SayAsync($"\n  Initializing device {device.Name}.");
        return await dialog.RunAsync("vxdisksetup", "-i", device.Name);
    }

    private static async Task AddAsync(
        DiskDialog dialog, DiskDevice device, string group, string? asked, bool isSpare)
    {
        if (!await SetUpAsync(dialog, device) || group == NoGroup)
        {
            return;
        }

        DiskGroup? existing = dialog.Host.FindGroup(group);
        string name = asked ?? FreeName(existing, group);
        await dialog.NoticeAsync(
            "V-5-2-88", $"Adding disk device {device.Name} to disk group {group} with disk\n name {name}.");
        bool isAdded = existing is null
            ? await dialog.RunAsync("vxdg", "init", group, $"{name}={device.Name}")
            : await dialog.RunAsync("vxdg", "-g", group, "adddisk", $"{name}={device.Name}");
        if (isAdded && isSpare)
        {
            await dialog.RunAsync("vxdisk", "-g", group, "set", name, "spare=on");
        }
    }

    private static string FreeName(DiskGroup? group, string prefix)
    {
        int number = 1;
        string name;
        do
        {
            name = prefix + number.ToString("00", CultureInfo.InvariantCulture);
            number++;
        }
        while (group?.Current.FindDisk(name) is not null);
        return name;
    }

    private static async Task<string?> GroupAsync(DiskDialog dialog)
    {
        while (await dialog.AskAsync(
            "Which disk group",
            "<group>,none,list,q,?",
            "A disk group, or none to leave the disks free for later use.",
            NoGroup) is { } group)
        {
            if (group == NoGroup || dialog.Host.FindGroup(group) is not null)
            {
                return group;
            }

            await dialog.SayAsync($"\n  There is no active disk group named {group}.\n");
            if (await dialog.ConfirmAsync($"Create a new group named {group}?") is not { } isNew)
            {
                return null;
            }

            if (isNew)
            {
                return group;
            }
        }

        return null;
    }

    private static async Task<List<DiskDevice>> SelectAsync(DiskDialog dialog, IReadOnlyList<string> patterns)
    {
        List<DiskDevice> selected = [];
        foreach (string pattern in patterns)
        {
            List<DiskDevice> named = [.. dialog.Host.Disks.Where(
                disk => FileSystemName.MatchesSimpleExpression(pattern == "all" ? "*" : pattern, disk.Name, false))];
            if (named.Count == 0)
            {
                await dialog.RefuseAsync(Refusals.NoDevice(pattern));
            }

            bool isExact = named is [var only] && only.Name == pattern;
            foreach (DiskDevice device in named.Where(device => device.IsImported && isExact))
            {
                await dialog.RefuseAsync(new Refusal(
                    ErrorCode.Usage, $"{device.Name}: Disk is in use by the {device.GroupName} disk group"));
            }

            selected.AddRange(named.Where(device => !device.IsImported));
        }

        return [.. selected.DistinctBy(device => device.Name)];
    }
}
