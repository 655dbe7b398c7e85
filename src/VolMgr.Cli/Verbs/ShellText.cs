namespace VolMgr.Cli.Verbs;

/// <summary>Words as a shell reads them.</summary>
internal static class ShellText
{
    /// <summary>The word, quoted where it has to be.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+:@%=,".Contains(letter))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
