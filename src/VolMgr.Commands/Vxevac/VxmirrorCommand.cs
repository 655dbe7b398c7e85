using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxassist;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxevac;

/// <summary>
/// <c>vxmirror</c>: mirrors the volumes that have one plex of one subdisk, on a disk or (<c>-a</c>) on any; one after
/// the other. With <c>-d</c> it says whether volumes are mirrored where <c>vxassist</c> is told nothing.
/// </summary>
internal static class VxmirrorCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxmirror",
        new OptionTable("abd:g:t:", "DR:"),
        [new Verb("", "-g diskgroup [-b] [-t tag] disk [newdisk...] | -a | -d yes|no", "abdgt", RunAsync)])
    {
        Remedies = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["-D"] = "see layout= in /etc/default/vxassist",
            ["-R"] = "the disks of a boot are not in a lab",
        },
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Options.Value('d') is { } isDefault)
        {
            return isDefault is "yes" or "no" && invocation.Options.Letters.All(letter => letter == 'd')
                && invocation.Operands.Count == 0
                ? await invocation.EndAsync(
                    await DefaultsFile.SetMirroredAsync(invocation.Context.Host, isDefault == "yes"))
                : await invocation.MisusedAsync("-d takes yes or no, and nothing else goes with it");
        }

        bool isAll = invocation.Options.Has('a');
        if (isAll == (invocation.Operands.Count > 0))
        {
            return await invocation.MisusedAsync("Expected either a disk, or -a for all volumes");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        Outcome<StorageSpecification> storage = StorageSpecification.Parse(
            invocation.Operands.Skip(1).Select(disk => $"dm:{disk}"));
        if ((copy.Refusal ?? storage.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        GroupConfiguration current = group.Value.Current;
        if (!isAll && current.FindDisk(invocation.Operands[0]) is null)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.NotFound, $"Disk {invocation.Operands[0]}: Disk not in the configuration", "V-5-1-558"));
        }

        if (storage.Value.Check(current, group.Value.Sites).Refusal is { } missing)
        {
            return await invocation.RefuseAsync(missing);
        }

        string? disk = isAll ? null : invocation.Operands[0];
        int code = 0;
        foreach (VolumeRecord volume in current.Volumes.Values.Where(volume => IsSimple(current, volume, disk))
            .OrderBy(volume => volume.Name, StringComparer.Ordinal))
        {
            Outcome<VolumeTask> begun = await group.Value.AddMirrorAsync(
                new MirrorRequest { Volume = volume.Name, Storage = storage.Value }, copy.Value);
            int ended = !begun.IsDone ? await invocation.RefuseAsync(begun.Refusal)
                : invocation.Options.Has('b') ? 0 : await Waiting.ForAsync(invocation, begun.Value);
            code = ended == 0 ? code : ended;
            if (ended == Waiting.InterruptedCode)
            {
                break;
            }
        }

        return code;
    }

    /// <summary>Whether the volume has one data plex of one subdisk, on that disk if one is given.</summary>
    private static bool IsSimple(GroupConfiguration current, VolumeRecord volume, string? disk) =>
        current.DataPlexesOf(volume.Id) is [var plex]
        && current.SubdisksOf(plex.Id) is [var subdisk]
        && (disk is null || current.Disks[subdisk.DiskId].Name == disk);
}
