using System.Text.RegularExpressions;

namespace VolMgr.Commands.Captures;

/// <summary>Command lines in captured sessions, behind the prompts of shells or as the titles that collecting scripts
/// print.</summary>
internal static partial class CapturePrompt
{
    /// <summary>The command that a line shows, empty for a prompt with a command of no interest; null for a line that
    /// is no prompt.</summary>
    public static string? CommandOf(string line)
    {
        if (Command().Match(line) is { Success: true } match)
        {
            return match.Groups["command"].Value;
        }

        return line.StartsWith('$') || Title().IsMatch(line)
            || (line.StartsWith('#') && !line.StartsWith("###", StringComparison.Ordinal))
            ? "" : null;
    }

    /// <summary>The group that a command, or the name of the file with its output, gives with <c>-g</c>; or
    /// null.</summary>
    public static string? GroupOf(string command) =>
        GroupOption().Match(command) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"^(?:[-=*+#\s]+|[\w@.:~/()\[\] -]{0,80}[#$%>]+)\s*(?:/[\w/.-]*/)?(?<command>vx[a-z0-9]+\b.*)$")]
    private static partial Regex Command();

    [GeneratedRegex(@"^[-=*+]{3,}\s*[A-Za-z/].*$")]
    private static partial Regex Title();

    [GeneratedRegex(@"-[A-Za-z]*g[ _]+([A-Za-z0-9][\w.-]*?)(?=$|[ .]|_-)")]
    private static partial Regex GroupOption();
}
