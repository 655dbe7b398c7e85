using System.Globalization;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Foreign;

/// <summary>
/// <c>df</c>: the mounted volumes and their sizes. What is used cannot be known without a file system and is a dash.
/// </summary>
internal static class FileSystemTable
{
    private static readonly string[] units = ["K", "M", "G", "T", "P"];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        string[] options = [.. arguments.Where(argument => argument.StartsWith('-'))];
        if (options.FirstOrDefault(option => option is not ("-k" or "-h" or "-P" or "-hP" or "-kP")) is { } unknown)
        {
            return await ForeignCommands.RefuseAsync(context, "df", $"{unknown}: this option is not supported here", 1);
        }

        bool isHuman = options.Any(option => option.Contains('h', StringComparison.Ordinal));
        string[] wanted = [.. arguments.Except(options).Select(ForeignCommands.Directory)];
        int code = 0;
        foreach (string missing in wanted.Where(path => !context.Host.Mounts.All.Any(mount => Is(mount, path))))
        {
            code = await ForeignCommands.RefuseAsync(context, "df", $"{missing}: no file system is mounted there", 1);
        }

        if (code != 0 && wanted.Length == 1)
        {
            return code;
        }

        IEnumerable<string[]> rows = context.Host.Mounts.All
            .Where(mount => wanted.Length == 0 || wanted.Any(path => Is(mount, path)))
            .Select(mount => new[]
            {
                ForeignCommands.DeviceOf(mount), Size(Length(context.Host, mount), isHuman), "-", "-", "-",
                mount.Directory,
            });
        string[][] table =
            [["Filesystem", isHuman ? "Size" : "1K-blocks", "Used", "Available", "Use%", "Mounted on"], .. rows];
        int first = table.Max(row => row[0].Length);
        int second = table.Max(row => row[1].Length);
        foreach (string[] row in table)
        {
            await context.Out.WriteAsync(
                $"{row[0].PadRight(first)} {row[1].PadLeft(second)} {row[2],4} {row[3],9} {row[4],4} {row[5]}\n");
        }

        return code;
    }

    /// <summary>Bytes in the largest unit that leaves a number of at least 1, rounded up as df does.</summary>
    public static string Size(long bytes, bool isHuman)
    {
        if (!isHuman)
        {
            return (bytes / 1024).ToString(CultureInfo.InvariantCulture);
        }

        decimal size = bytes / 1024m;
        int unit = 0;
        while (size >= 1024 && unit < units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        size = size < 10 ? Math.Ceiling(size * 10) / 10 : Math.Ceiling(size);
        return size.ToString("0.#", CultureInfo.InvariantCulture) + units[unit];
    }

    private static bool Is(Mount mount, string path) =>
        mount.Directory == path || ForeignCommands.DeviceOf(mount) == path;

    private static long Length(VolumeHost host, Mount mount) =>
        host.FindGroup(mount.Group)?.Current.FindVolume(mount.Volume)?.Length ?? 0;
}
