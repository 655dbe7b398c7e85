using System.Text.RegularExpressions;

namespace VolMgr.Commands.Runbooks;

/// <summary>
/// What a runbook names by its place in the file system of a host: programs and files of the volume manager such as
/// <c>/etc/vx/bin/vxdisksetup</c>, and volumes such as <c>/dev/vx/rdsk/datadg/vol01</c> that something else than the
/// emulated host's own commands reads or writes.
/// </summary>
public sealed partial class AbsolutePaths
{
    private readonly HashSet<string> assigned = new(StringComparer.Ordinal);

    /// <summary>The first program or file of the volume manager that a step names by its place, or null.</summary>
    public static string? FileOf(RunbookStep step) =>
        Files().Match(WithoutComments(step.Commands)) is { Success: true } found ? found.Value : null;

    /// <summary>The volumes, as GROUP/VOLUME, that a step reads or writes as files. Steps are asked in their order:
    /// a variable that an earlier one has set may be what a later one uses.</summary>
    public IReadOnlyList<string> VolumesOf(RunbookStep step)
    {
        IReadOnlyList<ShellCommand> commands = ShellReader.Read(step.Commands, step.Line);
        // What the emulated host's own commands are given is a name to them, and no file.
        ShellWord[] words = [.. commands.Where(command => !IsEmulated(command)).SelectMany(each => each.Arguments)];
        string text = WithoutComments(step.Commands);
        HashSet<string> used =
            [.. words.SelectMany(word => NamesIn(word.Text)), .. Redirected().Matches(text).Select(NameOf)];
        assigned.UnionWith(Assigned().Matches(text).Select(NameOf));
        if (words.Any(word => Variables().IsMatch(word.Text)))
        {
            used.UnionWith(assigned);
        }

        return [.. used.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> NamesIn(string text) => Volumes().Matches(text).Select(NameOf);

    private static bool IsEmulated(ShellCommand command) =>
        CommandSet.Names.Contains(command.Name) || CommandSet.ForeignNames.Contains(command.Name);

    private static string NameOf(Match match) => match.Groups["name"].Value;

    private static string WithoutComments(string commands) => Comments().Replace(commands, "");

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"(?<![\w./-])/(?:etc/vx/|(?:usr/)?sbin/vx|opt/VRTS/bin/|usr/lib/vxvm/)[\w./-]*")]
    private static partial Regex Files();

    [GeneratedRegex(@"/dev/vx/r?dsk/(?<name>[\w.-]+/[\w.-]+)")]
    private static partial Regex Volumes();

    [GeneratedRegex(@"\$[\w{]")]
    private static partial Regex Variables();

    [GeneratedRegex(@"[<>]\s*""?/dev/vx/r?dsk/(?<name>[\w.-]+/[\w.-]+)")]
    private static partial Regex Redirected();

    [GeneratedRegex(
        @"(?:^|[;&|(]|\bexport|\blocal)\s*\w+=[""']?/dev/vx/r?dsk/(?<name>[\w.-]+/[\w.-]+)", RegexOptions.Multiline)]
    private static partial Regex Assigned();
}
