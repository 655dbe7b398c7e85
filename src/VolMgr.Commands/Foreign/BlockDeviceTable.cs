namespace VolMgr.Commands.Foreign;

/// <summary><c>lsblk</c>: a device node for each path to each LUN, as the host's operating system has them.</summary>
internal static class BlockDeviceTable
{
    private const int FirstMajor = 8;
    private const int MinorsOfDisk = 16;
    private const int DisksOfMajor = 16;
    private const int Letters = 26;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments.FirstOrDefault(argument => argument is not ("-d" or "-n" or "-dn" or "-nd")) is { } unknown)
        {
            return await ForeignCommands.RefuseAsync(context, "lsblk", $"{unknown}: this is not supported here", 1);
        }

        if (!arguments.Any(argument => argument.Contains('n', StringComparison.Ordinal)))
        {
            await context.Out.WriteAsync("NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\n");
        }

        var paths = context.Host.Disks
            .SelectMany(disk => disk.Node.Paths.Select(path => (path.Name, disk.Node.Length)))
            .OrderBy(path => path.Name.Length).ThenBy(path => path.Name, StringComparer.Ordinal)
            .ToList();
        foreach ((string name, long length) in paths)
        {
            int index = IndexOf(name);
            string number = $"{FirstMajor + (index / DisksOfMajor)}:{index % DisksOfMajor * MinorsOfDisk}";
            await context.Out.WriteAsync(
                $"{name,-6} {number,7}  0 {FileSystemTable.Size(length, true),5}  0 disk \n");
        }

        return 0;
    }

    /// <summary>sda is the first disk, sdaa the 27th; the numbers of the nodes follow from the names.</summary>
    private static int IndexOf(string name) =>
        name.Skip("sd".Length).Aggregate(0, (index, letter) => (index * Letters) + letter - 'a' + 1) - 1;
}
