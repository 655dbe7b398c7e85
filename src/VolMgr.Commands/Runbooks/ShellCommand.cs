namespace VolMgr.Commands.Runbooks;

/// <summary>A simple command of a shell script: what stands between two separators.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Words">Name and arguments, without assignments and redirections.</param>
internal sealed record ShellCommand(int Line, IReadOnlyList<ShellWord> Words)
{
    private static readonly string[] Wrappers = ["sudo", "time", "nohup", "exec", "command"];

    /// <summary>The program without its directory, behind <c>sudo</c> and the like.</summary>
    public string Name => Path.GetFileName(Own.Count > 0 ? Own[0].Text : "");

    /// <summary>What follows the name.</summary>
    public IReadOnlyList<ShellWord> Arguments => [.. Own.Skip(1)];

    private List<ShellWord> Own => [.. Words.SkipWhile(word => Wrappers.Contains(word.Text))];
}
