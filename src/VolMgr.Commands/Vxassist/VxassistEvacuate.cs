using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxevac;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist evacuate disk|volume</c>: what <c>vxevac</c> and <c>vxassist move</c> do.</summary>
internal static class VxassistEvacuate
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "evacuate",
        "-g diskgroup [-b] [-t tag] [-o slow[=ms],iosize=size] evacuate disk diskname [newdisk...] "
            + "| evacuate volume volume !storage... [storage...] [alloc=storage]",
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
                invocation.RefuseAsync(Refusals.Unsupported("-b with evacuate disk")),
            "disk" => VxevacCommand.RunAsync(invocation, rest, CopyWords.Parse(invocation)),
            "volume" => VxassistMove.RunAsync(invocation, rest),
            "mirror" or "plex" or "subdisk" or "log" =>
                invocation.RefuseAsync(Refusals.Unsupported($"evacuate {what}")),
            _ => invocation.MisusedAsync("Expected disk or volume, and a name"),
        };
    }
}
