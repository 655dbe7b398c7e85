using VolMgr.Commands.Parsing;
using VolMgr.Commands.Runbooks;
using VolMgr.Volumes;

namespace VolMgr.Commands.Lint;

/// <summary>A call of a vx* command in a runbook, taken apart as the command itself would.</summary>
/// <param name="Index">Its place among the calls, from 0.</param>
/// <param name="Line">Its line.</param>
/// <param name="Definition">The command.</param>
/// <param name="Parsed">The command line; expansions stand in it as written.</param>
/// <param name="Words">All arguments.</param>
internal sealed record VxCall(
    int Index, int Line, CommandDefinition Definition, CommandLine Parsed, IReadOnlyList<ShellWord> Words)
{
    /// <summary>The command's name.</summary>
    public string Name => Definition.Name;

    /// <summary>The keyword; empty for a command without.</summary>
    public string Keyword => Parsed.Verb?.Keyword ?? "";

    /// <summary>What is wrong with the line, unless the shell may still make it right.</summary>
    public Refusal? Wrong => Words.All(word => word.IsLiteral) ? Parsed.Refusal : null;

    /// <summary>The operands.</summary>
    public IReadOnlyList<string> Operands => Parsed.Operands;

    /// <summary>Whether the shell puts something else in the place of the word.</summary>
    public bool IsExpanded(string word) => Words.Any(each => each.Text == word && !each.IsLiteral);

    /// <summary>Whether it is this command with one of these keywords.</summary>
    public bool Is(string name, params string[] keywords) =>
        Name == name && (keywords.Length == 0 || keywords.Contains(Keyword));

    /// <summary>Whether <c>-o</c> has the word.</summary>
    public bool HasUseOption(string word) => Parsed.UseOptions.ContainsKey(word);

    /// <summary>The calls of a runbook.</summary>
    public static IReadOnlyList<VxCall> Of(Runbook runbook)
    {
        List<VxCall> calls = [];
        foreach (ShellCommand command in runbook.Steps.SelectMany(step => ShellReader.Read(step.Commands, step.Line)))
        {
            CommandDefinition? definition = CommandCatalogue.All.FirstOrDefault(each => each.Name == command.Name);
            if (definition is not null)
            {
                CommandLine line = CommandLine.Parse(definition, [.. command.Arguments.Select(word => word.Text)]);
                calls.Add(new VxCall(calls.Count, command.Line, definition, line, command.Arguments));
            }
        }

        return calls;
    }
}
