using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxevac;

/// <summary>
/// <c>vxevac</c>: moves everything off a disk, volume by volume. A volume that cannot be moved costs a line and the
/// exit code; the others are moved all the same, and what was moved stays moved.
/// </summary>
internal static class VxevacCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxevac",
        new OptionTable("g:kO:t:", ""),
        [
            new Verb(
                "",
                "-g diskgroup [-k [-O tag]] [-t tag] disk [newdisk...] | -g diskgroup [-O tag] commit|rollback disk",
                "gkOt",
                RunAsync),
        ]);

    private static Task<int> RunAsync(Invocation invocation)
    {
        bool isEnd = !invocation.Options.Has('k') && invocation.Operands is ["commit" or "rollback", ..];
        return isEnd
            ? TentativeMoves.EndAsync(
                invocation,
                invocation.Operands[0],
                [.. invocation.Operands.Skip(1)],
                disk => new TentativeSelection { Disk = disk })
            : RunAsync(invocation, invocation.Operands, CopyWords.Parse(invocation));
    }

    /// <summary>Moves everything off the first of the disks, to the others if there are any.</summary>
    public static async Task<int> RunAsync(
        Invocation invocation, IReadOnlyList<string> disks, Outcome<CopyOptions> copy)
    {
        if (disks.Count == 0)
        {
            return await invocation.MisusedAsync("No disk given");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<StorageSpecification> storage = StorageSpecification.Parse(
            disks.Select((disk, index) => index == 0 ? $"!dm:{disk}" : $"dm:{disk}"));
        if ((copy.Refusal ?? storage.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        GroupConfiguration current = group.Value.Current;
        if (current.FindDisk(disks[0]) is not { } disk)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.NotFound, $"Disk {disks[0]}: Disk not in the configuration", "V-5-1-558"));
        }

        if (storage.Value.Check(current, group.Value.Sites).Refusal is { } missing)
        {
            return await invocation.RefuseAsync(missing);
        }

        int code = 0;
        foreach (string volume in VolumesOn(current, disk))
        {
            Outcome<VolumeTask?> begun = await group.Value.MoveVolumeAsync(volume, storage.Value, copy.Value);
            int ended = !begun.IsDone ? await invocation.RefuseAsync(begun.Refusal)
                : begun.Value is { } task ? await Waiting.ForAsync(invocation, task) : 0;
            code = ended == 0 ? code : ended;
            if (ended == Waiting.InterruptedCode)
            {
                break;
            }
        }

        return code;
    }

    private static List<string> VolumesOn(GroupConfiguration current, DiskRecord disk) =>
        [.. current.SubdisksOn(disk.Id)
            .Select(subdisk => subdisk.PlexId).OfType<RecordId>()
            .Select(plex => current.Plexes[plex].VolumeId).OfType<RecordId>().Distinct()
            .Select(volume => current.Volumes[volume].Name).Order(StringComparer.Ordinal)];
}
