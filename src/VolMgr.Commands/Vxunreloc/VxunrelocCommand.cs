using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands.Vxunreloc;

/// <summary><c>vxunreloc</c>: moves what hot relocation took off a disk back to it, plex by plex, under live I/O. It
/// may be run again after an interruption.</summary>
internal static class VxunrelocCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxunreloc",
        new OptionTable("fg:n:t:", ""),
        [new Verb("", "-g diskgroup [-f] [-n newdisk] [-t tag] disk", "fgnt", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var original])
        {
            return await invocation.MisusedAsync("Expected one disk");
        }

        Outcome<DiskGroup> group = invocation.Group();
        Outcome<CopyOptions> copy = CopyWords.Parse(invocation);
        if ((copy.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (group.Value.Current.Subdisks.Values.All(subdisk => subdisk.OriginalDisk != original))
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.NotFound, $"Disk {original}: No subdisk was relocated from it"));
        }

        int code = 0;
        while (code == 0)
        {
            Outcome<VolumeTask?> begun = await group.Value.UnrelocateNextAsync(
                original, invocation.Options.Value('n') ?? original, invocation.Options.Has('f'), copy.Value);
            if (begun is { IsDone: true, Value: null })
            {
                break;
            }

            code = begun.IsDone
                ? await Waiting.ForAsync(invocation, begun.Value!) // not null here
                : await invocation.RefuseAsync(begun.Refusal);
        }

        return code;
    }
}
