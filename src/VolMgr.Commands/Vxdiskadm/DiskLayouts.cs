using VolMgr.Commands.Vxdisksetup;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdiskadm;

/// <summary>Item 21 of the menu: how disks are set up where nothing else is said.</summary>
internal static class DiskLayouts
{
    /// <summary>Shows the defaults, and changes the length of the private region.</summary>
    public static async Task RunAsync(DiskDialog dialog, string title)
    {
        string length = await DiskDefaults.LengthTextAsync(dialog.Host) ?? DiskDefaults.PlainLength;
        await dialog.SayAsync(
            $"\n{title}\nMenu: VolumeManager/Disk/DiskLayouts\n\n  Format: {DiskDefaults.Format}\n"
            + $"  Private region length: {length}\n");
        if (await dialog.ConfirmAsync("Change the default disk layout?", false) != true)
        {
            return;
        }

        string choices = $"{DiskDefaults.Format},q,?";
        string? format = await dialog.AskAsync(
            "Enter the desired format", choices, "The format of new disks.", DiskDefaults.Format);
        if (format is not (null or DiskDefaults.Format))
        {
            await dialog.RefuseAsync(Refusals.Unsupported($"format={format}", $"use {DiskDefaults.Format}"));
            return;
        }

        string? wanted = format is null ? null : await dialog.AskAsync(
            "Enter the desired private region length",
            "<length>,q,?",
            "Sectors, or a number with a unit, for disks that are set up from now on.",
            length);
        if (wanted is null || await dialog.ConfirmAsync("Continue with operation?") != true)
        {
            return;
        }

        Outcome set = await DiskDefaults.SetLengthAsync(dialog.Host, wanted);
        await (set.IsDone
            ? dialog.SayAsync($"\n  {title}: the private region has {wanted} from now on.\n")
            : dialog.RefuseAsync(set.Refusal));
    }
}
