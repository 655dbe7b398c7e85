using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxevac;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist evacuate disk|volume|mirror</c>: what <c>vxevac</c> and <c>vxassist move</c> do; of a mirror,
/// everything that its volume has on its disks.</summary>
internal static class VxassistEvacuate
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "evacuate",
        "-g diskgroup [-b] [-t tag] [-o slow[=ms],iosize=size] evacuate disk diskname [newdisk...] "
            + "| evacuate volume volume !storage... [storage...] [alloc=storage] "
            + "| evacuate mirror plex [storage...] [alloc=storage]",
        "bgt",
        RunAsync)
    {
        UseOptions = ["slow", "iosize"],
    };

    private static Task<int> RunAsync(Invocation invocation)
    {
        string[] rest = [.. invocation.Operands.Skip(1)];
        string what = invocation.Operands is [var first, ..] ? first : "";
        return what switch
        {
            "disk" when invocation.Options.Has('b') =>
                invocation.RefuseAsync(Refusals.Unsupported(
                    "-b with evacuate disk", "use -b with evacuate volume or evacuate mirror, one after the other")),
            "disk" => VxevacCommand.RunAsync(invocation, rest, CopyWords.Parse(invocation)),
            "volume" => VxassistMove.RunAsync(invocation, rest),
            "mirror" or "plex" => MirrorAsync(invocation, rest),
            "subdisk" => invocation.RefuseAsync(Refusals.Unsupported("evacuate subdisk", "use vxsd mv")),
            "log" => invocation.RefuseAsync(Refusals.Unsupported(
                "evacuate log", "use vxassist addlog with the new disk, then vxassist remove log with !olddisk")),
            _ => invocation.MisusedAsync("Expected disk, volume or mirror, and a name"),
        };
    }

    private static async Task<int> MirrorAsync(Invocation invocation, string[] operands)
    {
        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone || operands.Length == 0)
        {
            return group.Refusal is { } wrong
                ? await invocation.RefuseAsync(wrong) : await invocation.MisusedAsync("No plex given");
        }

        GroupConfiguration current = group.Value.Current;
        if (current.FindPlex(operands[0]) is not { } plex)
        {
            return await invocation.RefuseAsync(Refusals.NoRecord(operands[0]));
        }

        if (plex.VolumeId is not { } volume)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.Dissociated, $"Plex {plex.Name} is in no volume: move its subdisks with vxsd mv"));
        }

        IEnumerable<string> old = current.SubdisksOf(plex.Id).Select(subdisk => subdisk.DiskId).Distinct()
            .Where(current.Disks.ContainsKey).Select(disk => $"!dm:{current.Disks[disk].Name}");
        return await VxassistMove.RunAsync(
            invocation, [current.Volumes[volume].Name, .. old, .. operands.Skip(1)]);
    }
}
