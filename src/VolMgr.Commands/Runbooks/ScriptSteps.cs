namespace VolMgr.Commands.Runbooks;

/// <summary>The steps of a shell script: its complete commands, so that a loop is one step.</summary>
internal sealed class ScriptSteps(string[] lines, Func<string, bool> isComplete)
{
    private readonly List<RunbookStep> steps = [];
    private StepNotes notes = StepNotes.None;
    private bool isBehindCommand;

    /// <summary>Reads all of them.</summary>
    public IReadOnlyList<RunbookStep> Read()
    {
        int start = 0;
        while (start < lines.Length)
        {
            string trimmed = lines[start].Trim();
            if (trimmed.Length == 0)
            {
                notes = StepNotes.None;
                start++;
            }
            else if (trimmed.StartsWith('#'))
            {
                Note(trimmed);
                start++;
            }
            else
            {
                start = Take(start);
            }
        }

        return steps;
    }

    private void Note(string comment)
    {
        // The first comment behind a command begins something new.
        notes = isBehindCommand ? StepNotes.None : notes;
        isBehindCommand = false;
        StepNotes told = notes.With(comment);
        notes = told == notes && !comment.StartsWith("#!", StringComparison.Ordinal)
            ? notes with { Title = $"{notes.Title} {comment.TrimStart('#').Trim()}".Trim() }
            : told;
    }

    /// <summary>Takes lines until the shell has a whole command; what never ends is one step up to the end.</summary>
    private int Take(int start)
    {
        int end = start + 1;
        while (end < lines.Length && !IsWhole(start, end))
        {
            end++;
        }

        steps.Add(new RunbookStep(steps.Count + 1, start + 1, notes.Title, string.Join('\n', lines[start..end]) + "\n")
        {
            Gate = notes.Gate,
            Planned = notes.Planned,
            Rollback = notes.Rollback,
        });
        notes = notes with { Gate = null, Planned = null, Rollback = null };
        isBehindCommand = true;
        return end;
    }

    private bool IsWhole(int start, int end) =>
        !lines[end - 1].EndsWith('\\') && isComplete(string.Join('\n', lines[start..end]) + "\n");
}
