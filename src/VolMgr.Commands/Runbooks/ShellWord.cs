namespace VolMgr.Commands.Runbooks;

/// <summary>A word of a shell command, without its quotes.</summary>
/// <param name="Text">The word; expansions such as <c>$d</c> stand in it as written.</param>
/// <param name="IsLiteral">Whether the shell would use it as it is.</param>
internal sealed record ShellWord(string Text, bool IsLiteral);
