namespace VolMgr.Commands;

/// <summary>Entries of <c>etc/vx/log/cmdlog</c>: when, and what was typed, quoted so that a shell reads it
/// back.</summary>
internal static class CommandLog
{
    /// <summary>The two lines of a command.</summary>
    public static string Entry(CommandRequest request, TimeProvider time)
    {
        string line = string.Join(' ', request.Arguments.Prepend(request.Name).Select(Quoted));
        return $"# {Text.Moment.Of(time.GetUtcNow(), time)}\n{line}\n";
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-.,:=/%+@".Contains(c))
            ? word
            : "'" + word.Replace("'", "'\\''").Replace("\n", "\\n") + "'";
}
