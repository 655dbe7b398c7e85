using VolMgr.Volumes;

namespace VolMgr.Commands.Lint;

/// <summary>Rules that look at one call at a time.</summary>
internal static class CallRules
{
    private static readonly string[] ListingCommands =
        ["vxprint", "vxtask", "vxstat", "vxinfo", "vxrecover", "vxnotify", "vxconfigbackup", "vxdctl"];

    /// <summary>Command lines that the command refuses as they stand.</summary>
    public static LintRule WrongUsage { get; } = new(
        "wrong-usage",
        "A command that is typed wrongly ends a change window at its first step.",
        calls => calls.Where(call => call.Wrong is { Code: ErrorCode.Usage }).Select(call => new Finding(
            "wrong-usage",
            call.Line,
            FindingSeverity.Error,
            $"{call.Name}: {call.Wrong!.Message}.",
            call.Parsed.Verb is { } verb ? call.Definition.UsageOf(verb) : $"volmgr help {call.Name} has the forms")));

    /// <summary>What the field has and this program has not.</summary>
    public static LintRule NotSupported { get; } = new(
        "not-supported",
        "The lab refuses it by name, so the rehearsal stops there although production may do it.",
        calls => calls.Where(call => call.Wrong is { Code: ErrorCode.Unsupported }).Select(call => new Finding(
            "not-supported",
            call.Line,
            FindingSeverity.Warning,
            $"{call.Name}: {call.Wrong!.Message}.",
            "rehearse this step by another form, or leave it out of the rehearsal.")));

    /// <summary>Changes without a disk group.</summary>
    public static LintRule MissingGroup { get; } = new(
        "missing-group",
        "Without -g the default group is meant, which need not be the one of the runbook.",
        calls => calls.Where(IsChangeWithoutGroup).Select(call => new Finding(
            "missing-group",
            call.Line,
            FindingSeverity.Error,
            $"{call.Name} {call.Keyword}".TrimEnd() + " has no -g, so it works on the default group, or on none.",
            $"write {call.Name} -g DISKGROUP {call.Keyword}".TrimEnd() + ".")));

    /// <summary>Initialising what holds something.</summary>
    public static LintRule ForcedSetup { get; } = new(
        "forced-setup",
        "The force keeps the command from noticing another volume manager's disk, or a file system.",
        calls => calls.Where(call => call.Is("vxdisksetup") && call.Parsed.Options.Has('f')).Select(call => new Finding(
            "forced-setup",
            call.Line,
            FindingSeverity.Warning,
            "vxdisksetup -f overwrites whatever the disk holds.",
            "leave -f out; where the command refuses, look at vxdisk list of the disk first.")));

    /// <summary>Disks that leave and leave their record.</summary>
    public static LintRule KeptRecord { get; } = new(
        "record-kept",
        "vxdg -k rmdisk is for a disk that will be replaced: its record stays, and listings say 'removed was:'.",
        calls => calls.Where(call => call.Is("vxdg", "rmdisk") && call.Parsed.Options.Has('k')).Select(
            call => new Finding(
                "record-kept",
                call.Line,
                FindingSeverity.Warning,
                "vxdg -k rmdisk keeps the disk's record.",
                "use vxdg rmdisk without -k, if the disk leaves for good.")));

    /// <summary>Copies that hang on a terminal.</summary>
    public static LintRule Foreground { get; } = new(
        "foreground-copy",
        "A copy takes hours; a session that is cut off takes away the only view of it.",
        calls => calls.Where(call => call.Is("vxassist", "mirror") && !call.Parsed.Options.Has('b')).Select(
            call => new Finding(
                "foreground-copy",
                call.Line,
                FindingSeverity.Note,
                "vxassist mirror waits for the copy.",
                "vxassist -b -t TAG mirror ..., and vxtask list TAG to follow it.")));

    private static bool IsChangeWithoutGroup(VxCall call) =>
        call.Parsed.Verb is { } verb && verb.Options.Contains('g') && !call.Parsed.Options.Has('g')
        && !ListingCommands.Contains(call.Name) && !call.Is("vxdg", "free", "list", "spare", "flush", "reminor")
        && !call.Is("vxdisk") && !call.Words.Any(word => !word.IsLiteral && word.Text.StartsWith('$'));
}
