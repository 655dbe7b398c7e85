using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdiskadm;

/// <summary><c>vxdiskadm</c>: the menu of disk administration (vxvm.md 6.11), for a person or a pipe of
/// answers; and <c>vxdiskadd</c>, its first item.</summary>
internal static class VxdiskadmCommand
{
    private static readonly (string Question, string Choices) AskGroup =
        ("Enter name of disk group", "<group>,list,q,?");

    private static readonly (string Question, string Choices) AskDevice =
        ("Select a disk device", "<device>,list,q,?");

    private static readonly (string Title, Func<DiskDialog, string, Task> Run)[] Items =
    [
        ("Add or initialize one or more disks", (dialog, _) => DiskAddition.RunAsync(dialog)),
        ("Remove a disk", (dialog, _) => DiskOperations.RemoveAsync(dialog)),
        ("Remove a disk for replacement", (dialog, _) => DiskReplacement.RemoveAsync(dialog)),
        ("Replace a failed or removed disk", (dialog, _) => DiskReplacement.ReplaceAsync(dialog)),
        ("Mirror volumes on a disk", (dialog, _) => DiskOperations.MirrorAsync(dialog)),
        ("Move volumes from a disk", (dialog, _) => DiskOperations.MoveAsync(dialog)),
        ("Enable access to (import) a disk group", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "EnableDiskGroup", AskGroup, "vxdg import {}", "vxvol -g {} startall")),
        ("Remove access to (deport) a disk group", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "DeportDiskGroup", AskGroup, "vxvol -g {} stopall", "vxdg deport {}")),
        ("Enable (online) a disk device", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "OnlineDisk", AskDevice, "vxdisk online {}")),
        ("Disable (offline) a disk device", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "OfflineDisk", AskDevice, "vxdisk offline {}")),
        ("Mark a disk as a spare for a disk group", (dialog, title) => DiskOperations.SetAsync(
            dialog, title, "MarkSpareDisk", "spare=on")),
        ("Turn off the spare flag on a disk", (dialog, title) => DiskOperations.SetAsync(
            dialog, title, "UnmarkSpareDisk", "spare=off")),
        ("Remove (deport) and destroy a disk group", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "DestroyDiskGroup", AskGroup, "vxvol -g {} stopall", "vxdg destroy {}")),
        ("Unrelocate subdisks back to a disk", (dialog, _) => DiskOperations.UnrelocateAsync(dialog)),
        ("Exclude a disk from hot-relocation use", (dialog, title) => DiskOperations.SetAsync(
            dialog, title, "MarkNohotuse", "nohotuse=on")),
        ("Make a disk available for hot-relocation use", (dialog, title) => DiskOperations.SetAsync(
            dialog, title, "UnmarkNohotuse", "nohotuse=off")),
        ("Prevent multipathing/Suppress devices from VxVM's view", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "SuppressDevices", AskDevice, "vxdmpadm exclude dmpnodename={}")),
        ("Allow multipathing/Unsuppress devices from VxVM's view", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "UnsuppressDevices", AskDevice, "vxdmpadm include dmpnodename={}")),
        ("List currently suppressed/non-multipathed devices", (dialog, _) =>
            dialog.RunAsync("vxdmpadm", "listexclude")),
        ("Change the disk naming scheme", (dialog, title) => DiskOperations.NamedAsync(
            dialog, title, "NamingScheme", ("Select a naming scheme", "ebn,osn,q,?"),
            "vxddladm set namingscheme={}")),
        ("Change/Display the default disk layouts", DiskLayouts.RunAsync),
        ("Mark a disk as allocator-reserved for a disk group", (dialog, title) => DiskOperations.SetAsync(
            dialog, title, "MarkReserved", "reserve=on")),
        ("Turn off the allocator-reserved flag on a disk", (dialog, title) => DiskOperations.SetAsync(
            dialog, title, "UnmarkReserved", "reserve=off")),
    ];

    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxdiskadm", new OptionTable(""), [new Verb("", "", "", RunAsync)]);

    /// <summary>Options and verb of <c>vxdiskadd</c>.</summary>
    public static CommandDefinition AddDefinition { get; } = new(
        "vxdiskadd", new OptionTable(""), [new Verb("", "device...", "", AddAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count > 0)
        {
            return await invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected");
        }

        DiskDialog dialog = new(invocation);
        await ShowAsync(dialog);
        while (await dialog.AskAsync("Select an operation to perform:", MenuChoices, MenuHelp) is { } answer)
        {
            if (!int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || number < 1 || number > Items.Length)
            {
                await dialog.RefuseAsync(new Refusal(ErrorCode.Usage, $"{answer}: Input not recognized"));
                continue;
            }

            (string title, Func<DiskDialog, string, Task> run) = Items[number - 1];
            await run(dialog, title);
            if (dialog.IsOver)
            {
                return await EndAsync(invocation, dialog);
            }

            await ShowAsync(dialog);
        }

        await dialog.SayAsync("\nGoodbye.");
        return invocation.Context.Interrupted.IsCancellationRequested ? Waiting.InterruptedCode : 0;
    }

    private static async Task<int> AddAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No device given");
        }

        DiskDialog dialog = new(invocation);
        await dialog.SayAsync("\nAdd or initialize disks\nMenu: VolumeManager/Disk/AddDisks");
        await DiskAddition.AddAsync(dialog, invocation.Operands);
        return dialog.IsOver ? await EndAsync(invocation, dialog) : dialog.LastFailure;
    }

    private static async Task<int> EndAsync(Invocation invocation, DiskDialog dialog) =>
        invocation.Context.Interrupted.IsCancellationRequested ? Waiting.InterruptedCode
        : dialog.IsCutOff ? await invocation.RefuseAsync(
            new Refusal(ErrorCode.Usage, "The answers ended before the operation was complete"))
        : 0;

    private const string MenuChoices = "1-23,list,q,?";
    private const string MenuHelp =
        "Give the number of an operation, list for the disks, or q to leave. Within an operation q goes back.";

    private static async Task ShowAsync(DiskDialog dialog)
    {
        await dialog.SayAsync("\nVolume Manager Support Operations\nMenu: VolumeManager/Disk\n");
        for (int index = 0; index < Items.Length; index++)
        {
            await dialog.SayAsync($" {index + 1,-4}{Items[index].Title}");
        }

        await dialog.SayAsync(
            " list List disk information\n\n ?    Display help about menu\n"
            + " ??   Display help about the menuing system\n q    Exit from menus\n");
    }
}
