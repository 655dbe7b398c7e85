using System.Text;

namespace VolMgr.Commands.Runbooks;

/// <summary>
/// A runbook as steps. Of Markdown (a name that ends in .md or .markdown) each fenced block without a language, or of
/// sh, bash, shell or console, is a step; in one with prompts (<c>$</c> or <c>#</c> and a space) only the lines behind
/// them are commands, the others are what they print. Any other file is a shell script, of which each complete command
/// is a step, and the comment above it its title.
/// </summary>
public sealed class Runbook
{
    private static readonly string[] Languages = ["", "sh", "bash", "shell", "ksh", "console", "shell-session", "text"];

    private Runbook(string name, IReadOnlyList<RunbookStep> steps)
    {
        Name = name;
        Steps = steps;
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>The steps in their order.</summary>
    public IReadOnlyList<RunbookStep> Steps { get; }

    /// <summary>Reads a file's text.</summary>
    /// <param name="name">The file's name, which says what it is.</param>
    /// <param name="text">Its text.</param>
    /// <param name="isComplete">Whether lines of a script are complete commands; a shell knows.</param>
    public static Runbook Read(string name, string text, Func<string, bool> isComplete)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        bool isMarkdown = Path.GetExtension(name).ToLowerInvariant() is ".md" or ".markdown";
        return new Runbook(
            Path.GetFileName(name), isMarkdown ? Fenced(lines) : new ScriptSteps(lines, isComplete).Read());
    }

    private static List<RunbookStep> Fenced(string[] lines)
    {
        List<RunbookStep> steps = [];
        StepNotes notes = StepNotes.None;
        for (int at = 0; at < lines.Length; at++)
        {
            string trimmed = lines[at].TrimStart();
            if (!trimmed.StartsWith("```", StringComparison.Ordinal)
                && !trimmed.StartsWith("~~~", StringComparison.Ordinal))
            {
                notes = trimmed.StartsWith('#')
                    ? notes with { Title = trimmed.TrimStart('#').Trim() }
                    : notes.With(trimmed);
                continue;
            }

            string fence = trimmed[..3];
            string language = trimmed[3..].Trim().Split(' ', 2)[0].ToLowerInvariant();
            int end = at + 1;
            while (end < lines.Length && !lines[end].TrimStart().StartsWith(fence, StringComparison.Ordinal))
            {
                end++;
            }

            string commands = Languages.Contains(language) ? Commands(lines[(at + 1)..end], language) : "";
            if (commands.Length > 0)
            {
                steps.Add(new RunbookStep(steps.Count + 1, at + 2, notes.Title, commands)
                {
                    Gate = notes.Gate,
                    Planned = notes.Planned,
                    Rollback = notes.Rollback,
                });
                notes = notes with { Gate = null, Planned = null, Rollback = null };
            }

            at = end;
        }

        return steps;
    }

    /// <summary>The commands of a block; of one with prompts the lines that have one. Line numbers stay.</summary>
    private static string Commands(string[] block, string language)
    {
        bool HasPrompt(string line) => IsPrompt(line.TrimStart(), language);
        bool hasPrompts = block.Any(HasPrompt);
        StringBuilder text = new();
        bool isContinued = false;
        foreach (string line in block)
        {
            bool isCommand = !hasPrompts || HasPrompt(line) || isContinued;
            text.Append(!isCommand ? "" : hasPrompts && HasPrompt(line) ? line.TrimStart()[2..] : line).Append('\n');
            isContinued = isCommand && line.EndsWith('\\');
        }

        return string.IsNullOrWhiteSpace(text.ToString()) ? "" : text.ToString();
    }

    /// <summary>A number sign is root's prompt in a console, and before a vx* command where no language says that it
    /// is a script; elsewhere it begins a comment.</summary>
    private static bool IsPrompt(string line, string language) => line switch
    {
        ['$' or '%', ' ', _, ..] => true,
        ['#', ' ', _, ..] => language is "console" or "shell-session"
            || (language is "" or "text" && (line.StartsWith("# vx", StringComparison.Ordinal) || line[2] == '/')),
        _ => false,
    };
}
