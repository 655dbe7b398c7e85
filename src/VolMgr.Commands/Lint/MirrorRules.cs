namespace VolMgr.Commands.Lint;

/// <summary>Rules about the plexes of a volume: what is gained before what is given up.</summary>
internal static class MirrorRules
{
    private static readonly string[] Attributes =
        ["layout", "nmirror", "ncol", "nstripe", "stripeunit", "logtype", "nlog", "init", "wantmirror", "mirror"];

    /// <summary>The only copy given up.</summary>
    public static LintRule LastPlex { get; } = new(
        "last-plex-removed",
        "The last complete plex is the volume: the command refuses, or with force the data is gone.",
        calls => calls.Where(call => GivesUp(call) && !calls.Take(call.Index).Any(Gains)).Select(call => new Finding(
            "last-plex-removed",
            call.Line,
            call.HasUseOption("force") || call.Parsed.Options.Has('f')
                ? FindingSeverity.Error : FindingSeverity.Warning,
            "a plex is given up, and nothing before adds another one.",
            "mirror the volume first, and see that vxprint -ht shows two plexes ENABLED ACTIVE.")));

    /// <summary>The old copy given up too early.</summary>
    public static LintRule NoWait { get; } = new(
        "copy-not-awaited",
        "vxassist -b returns when the copy begins; until it has ended the new plex holds half of the volume.",
        calls => calls.Where(call => GivesUp(call) && LastBackground(calls, call) is { } copy
                && !calls.Skip(copy.Index + 1).Take(call.Index - copy.Index - 1).Any(Waits))
            .Select(call => new Finding(
                "copy-not-awaited",
                call.Line,
                FindingSeverity.Error,
                "a plex is given up, and nothing waits for the copy that was begun in the background.",
                "vxtask monitor TAG, or a loop on vxtask list, then look at vxprint -ht.")));

    /// <summary>A mirror that goes anywhere.</summary>
    public static LintRule SameArray { get; } = new(
        "mirror-anywhere",
        "Without storage operands the new plex may land on the array that is to be left.",
        calls => calls.Where(call => call.Is("vxassist", "mirror") && Storage(call).Length == 0).Select(
            call => new Finding(
                "mirror-anywhere",
                call.Line,
                FindingSeverity.Warning,
                "nothing says where the new plex goes, so it may go to the same array.",
                "name the new enclosure, enclr:NEW, or the new disks.")));

    private static string[] Storage(VxCall call) =>
    [
        .. call.Operands.Skip(1).Where(word =>
            word.IndexOf('=', StringComparison.Ordinal) is var equals
            && (equals < 0 || !Attributes.Contains(word[..equals]))),
    ];

    private static VxCall? LastBackground(IReadOnlyList<VxCall> calls, VxCall before) =>
        calls.Take(before.Index).LastOrDefault(call => Gains(call) && call.Parsed.Options.Has('b'));

    private static bool Waits(VxCall call) => call.Is("vxtask", "list", "monitor") || call.Is("vxprint");

    private static bool Gains(VxCall call) => call.Is("vxassist", "mirror") || call.Is("vxmirror")
        || call.Is("vxplex", "att");

    private static bool GivesUp(VxCall call) => call.Is("vxplex", "dis", "det")
        || (call.Is("vxassist", "remove") && call.Operands is ["mirror", ..]);
}
