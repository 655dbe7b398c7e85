using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Foreign;

/// <summary>
/// <c>mount</c> and <c>umount</c>: a mounted volume is open, so that it cannot be stopped or deported.
/// </summary>
internal static class MountCommand
{
    private const string DefaultType = "vxfs";

    public static async Task<int> MountAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        string type = DefaultType;
        List<string> operands = [];
        for (int index = 0; index < arguments.Count; index++)
        {
            string argument = arguments[index];
            if (argument is "-t" or "-F" or "-V" or "-o" && index + 1 < arguments.Count)
            {
                type = argument == "-o" ? type : arguments[index + 1]; // options of a file system say nothing here
                index++;
            }
            else if (argument.StartsWith('-'))
            {
                return await Refuse(context, $"{argument}: this option is not supported here");
            }
            else
            {
                operands.Add(argument);
            }
        }

        switch (operands)
        {
            case []:
                foreach (Mount mount in context.Host.Mounts.All)
                {
                    await context.Out.WriteAsync(
                        $"{ForeignCommands.DeviceOf(mount)} on {mount.Directory} type {mount.Type} (rw)\n");
                }

                return 0;
            case [var device, ['/', ..] directory] when ForeignCommands.VolumeOf(device) is { } volume:
                Outcome mounted = context.Host.Mounts.Add(
                    context.Host,
                    new Mount(volume.Group, volume.Volume, ForeignCommands.Directory(directory), type));
                return mounted.IsDone ? 0 : await Refuse(context, mounted.Refusal.Message);
            case [var other, ['/', ..]]:
                return await Refuse(
                    context, $"{other}: only /dev/vx/dsk/GROUP/VOLUME can be mounted on the emulated host");
            default:
                return await Refuse(context, "give a device and an absolute directory; there is no fstab here");
        }

        static Task<int> Refuse(CommandContext context, string what) =>
            ForeignCommands.RefuseAsync(context, "mount", what, ForeignCommands.MountFailed);
    }

    public static async Task<int> UnmountAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments is not [var target] || target.StartsWith('-'))
        {
            return await ForeignCommands.RefuseAsync(
                context, "umount", "give one directory or device, without options", 1);
        }

        (string, string)? volume = ForeignCommands.VolumeOf(target);
        string directory = ForeignCommands.Directory(target);
        return context.Host.Mounts.Remove(mount => mount.Directory == directory
            || volume == (mount.Group, mount.Volume))
            ? 0
            : await ForeignCommands.RefuseAsync(
                context, "umount", $"{target}: not mounted", ForeignCommands.MountFailed);
    }
}
