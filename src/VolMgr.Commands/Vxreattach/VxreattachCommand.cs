using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxreattach;

/// <summary>
/// <c>vxreattach</c>: gives disk records their devices back after they returned; <c>-r</c> recovers what is stale,
/// <c>-c</c> only says whether it would be possible.
/// </summary>
internal static class VxreattachCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxreattach",
        new OptionTable("bcr", ""),
        [new Verb("", "[-b] [-c] [-r] [device...]", "bcr", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        VolumeHost host = invocation.Context.Host;
        if (invocation.Options.Has('c'))
        {
            return invocation.Operands is [var device]
                ? await CheckAsync(invocation, device)
                : await invocation.MisusedAsync("-c: Expected one device");
        }

        await host.RescanAsync();
        int code = await invocation.ForEachAsync(invocation.Operands, name => Task.FromResult<Outcome>(
            host.FindDisk(name) is null ? Refusals.NoDevice(name)
            : Owner(host, name) is null ? NotPossible(name)
            : Outcome.Done));
        if (!invocation.Options.Has('r'))
        {
            return code;
        }

        foreach (DiskGroup group in host.Groups)
        {
            foreach (PlexRecord plex in Returned(invocation, group))
            {
                string volume = plex.VolumeId is { } id ? group.Current.Volumes[id].Name : "";
                int attached = await EndAsync(
                    invocation, await group.AttachPlexAsync(volume, plex.Name, new CopyOptions()));
                code = attached == 0 ? code : attached;
            }

            int ended = await EndAsync(invocation, await group.RecoverAsync(new RecoverRequest()));
            code = ended == 0 ? code : ended;
        }

        return code;
    }

    private static async Task<int> EndAsync(Invocation invocation, Outcome<VolumeTask?> begun) =>
        !begun.IsDone ? await invocation.RefuseAsync(begun.Refusal)
        : begun.Value is { } task && !invocation.Options.Has('b') ? await Waiting.ForAsync(invocation, task)
        : 0;

    /// <summary>Plexes that failed with disks that are back: of the devices given, else of all.</summary>
    private static IEnumerable<PlexRecord> Returned(Invocation invocation, DiskGroup group)
    {
        VolumeHost host = invocation.Context.Host;
        bool IsBack(DiskRecord disk) => host.Disks.Any(device => device.Header?.DiskId == disk.DiskId
            && device.Node.IsReachable
            && (invocation.Operands.Count == 0 || invocation.Operands.Contains(device.Name)));

        GroupConfiguration now = group.Current;
        return [.. now.Plexes.Values
            .Where(plex => plex.State is PlexState.IoFail or PlexState.Recover && plex.VolumeId is { } volume
                && now.DataPlexesOf(volume).Any(other => other.Id != plex.Id && other.State == PlexState.Active))
            .Where(plex => now.SubdisksOf(plex.Id).All(subdisk => IsBack(now.Disks[subdisk.DiskId])))];
    }

    private static async Task<int> CheckAsync(Invocation invocation, string device)
    {
        VolumeHost host = invocation.Context.Host;
        return host.FindDisk(device) is null ? await invocation.RefuseAsync(Refusals.NoDevice(device))
            : Owner(host, device) is { } owner
                ? await invocation.AnswerAsync([$"{owner.Group.Name} {owner.Disk.Name}"])
                : await invocation.RefuseAsync(NotPossible(device));
    }

    /// <summary>The disk record of an imported group that the device belongs to.</summary>
    private static (DiskGroup Group, DiskRecord Disk)? Owner(VolumeHost host, string device)
    {
        string? id = host.FindDisk(device)?.Header?.DiskId;
        foreach (DiskGroup group in host.Groups)
        {
            if (group.Current.Disks.Values.FirstOrDefault(disk => disk.DiskId == id && !disk.IsRemoved) is { } disk)
            {
                return (group, disk);
            }
        }

        return null;
    }

    private static Refusal NotPossible(string device) =>
        new(ErrorCode.NotFound, $"{device}: No disk record of an imported disk group matches this device");
}
