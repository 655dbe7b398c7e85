using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Foreign;

/// <summary>
/// Commands of the operating system that runbooks use on the emulated host: mount, umount, df, lsblk, multipath, sleep.
/// They speak of the host's volumes and devices, never of the machine that VolMgr runs on. Words and exit codes are
/// those of util-linux and coreutils; what is not supported is refused by name.
/// </summary>
internal static class ForeignCommands
{
    /// <summary>Exit code of a mount that failed (mount(8)).</summary>
    public const int MountFailed = 32;

    private static readonly SortedDictionary<string, Func<IReadOnlyList<string>, CommandContext, Task<int>>> commands =
        new(StringComparer.Ordinal)
        {
            ["df"] = FileSystemTable.RunAsync,
            ["lsblk"] = BlockDeviceTable.RunAsync,
            ["mount"] = MountCommand.MountAsync,
            ["multipath"] = MultipathCommand.RunAsync,
            ["sleep"] = SleepCommand.RunAsync,
            ["umount"] = MountCommand.UnmountAsync,
        };

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. commands.Keys];

    /// <summary>Whether there is one of that name.</summary>
    public static bool Has(string name) => commands.ContainsKey(name);

    /// <summary>Runs one.</summary>
    public static Task<int> RunAsync(CommandRequest request, CommandContext context) =>
        commands[request.Name](request.Arguments, context);

    /// <summary>Says what is wrong and gives the exit code.</summary>
    public static async Task<int> RefuseAsync(CommandContext context, string command, string what, int exitCode)
    {
        await context.Error.WriteAsync($"{command}: {what}\n");
        return exitCode;
    }

    /// <summary>Group and volume of /dev/vx/dsk/GROUP/VOLUME or /dev/vx/rdsk/GROUP/VOLUME; null for another
    /// path.</summary>
    public static (string Group, string Volume)? VolumeOf(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["dev", "vx", "dsk" or "rdsk", var group, var volume]
            ? (group, volume)
            : null;

    /// <summary>The device of a mounted volume.</summary>
    public static string DeviceOf(Mount mount) => $"/dev/vx/dsk/{mount.Group}/{mount.Volume}";

    /// <summary>An absolute path without a slash at its end.</summary>
    public static string Directory(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
