using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk reclaim</c>: what thin disks hold for nobody goes back to their arrays.</summary>
internal static class VxdiskReclaim
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "reclaim", "[-g diskgroup] reclaim disk|diskgroup|enclosure...", "g", RunAsync)
    {
        UseOptions = ["full"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No disk, disk group or enclosure given");
        }

        if (invocation.UseOptions.ContainsKey("full"))
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(
                "-o full", "without it all free space of the disks is given back"));
        }

        return await invocation.ForEachAsync(invocation.Operands, name => ReclaimAsync(invocation, name));
    }

    private static async Task<Outcome> ReclaimAsync(Invocation invocation, string name)
    {
        Outcome<IReadOnlyList<(DiskGroup Group, string Media)>> found = Find(invocation, name);
        if (!found.IsDone)
        {
            return found.Refusal;
        }

        Outcome all = Outcome.Done;
        foreach ((DiskGroup group, string media) in found.Value)
        {
            Outcome<long> one = await group.ReclaimAsync(media);
            all = one.IsDone ? all : one.Refusal;
        }

        return all;
    }

    /// <summary>The disk of that name, or the thin disks of a group or an enclosure.</summary>
    private static Outcome<IReadOnlyList<(DiskGroup Group, string Media)>> Find(Invocation invocation, string name)
    {
        VolumeHost host = invocation.Context.Host;
        string? asked = invocation.Options.Value('g');
        List<(DiskGroup Group, string Media, DiskDevice Disk)> members = [.. host.Groups
            .Where(group => asked is null || group.Name == asked || group.GroupId == asked)
            .SelectMany(group => host.Disks
                .Where(disk => disk.IsImported && disk.GroupId == group.GroupId && disk.DiskMediaName.Length > 0)
                .Select(disk => (group, disk.DiskMediaName, disk)))];
        List<(DiskGroup, string)> named = [.. members.Where(each => each.Media == name || each.Disk.Name == name)
            .Select(each => (each.Group, each.Media))];
        if (named.Count > 0)
        {
            return named;
        }

        bool isKnown = host.Groups.Any(group => group.Name == name)
            || host.Disks.Any(disk => disk.Node.Enclosure.Name == name);
        List<(DiskGroup, string)> thin = [.. members
            .Where(each => (each.Group.Name == name || each.Disk.Node.Enclosure.Name == name) && each.Disk.Node.IsThin)
            .Select(each => (each.Group, each.Media))];
        return thin.Count > 0 ? thin
            : isKnown ? new Refusal(ErrorCode.WrongUse, $"{name}: It has no thin disk in an imported disk group")
            : new Refusal(ErrorCode.NotFound, $"Disk {name}: Disk not in the configuration", "V-5-1-558");
    }
}
