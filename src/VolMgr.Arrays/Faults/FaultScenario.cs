using System.Globalization;

namespace VolMgr.Arrays.Faults;

/// <summary>One line of a scenario, with the moment at which it is due.</summary>
/// <param name="Due">When.</param>
/// <param name="Words">`NAME TARGET OPTION...`, `clear NAME TARGET` or `clear all`.</param>
public sealed record FaultStep(DateTimeOffset Due, IReadOnlyList<string> Words)
{
    /// <summary>The line as <see cref="FaultScenario.Read"/> reads it.</summary>
    public override string ToString() =>
        $"at {Due.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)} {string.Join(' ', Words)}";
}

/// <summary>
/// The text of a scenario, a line for each step:
/// <code>
/// port-down emc0:1                               at once
/// after 30s lun-slow emc0/01f4 ms=250            30 s after the scenario was begun
/// after 2m clear port-down emc0:1                ends that fault
/// after 3m clear all                             ends all of them
/// at 2026-11-22T22:00:00Z host-crash host1       at that time
/// </code>
/// Blank lines and what begins with # are comments.
/// </summary>
public static class FaultScenario
{
    internal const string Clear = "clear";

    /// <summary>The steps in the order in which they are due, or the first line that is wrong.</summary>
    public static (IReadOnlyList<FaultStep> Steps, string? Refusal) Read(
        LabTopology lab, string text, DateTimeOffset now)
    {
        List<FaultStep> steps = [];
        string[] lines = text.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].Split('#', 2)[0];
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            (FaultStep? step, string? refusal) = ReadLine(lab, words, now);
            if (step is null)
            {
                return ([], $"line {index + 1}: {refusal}");
            }

            steps.Add(step);
        }

        return ([.. steps.OrderBy(step => step.Due)], null);
    }

    private static (FaultStep? Step, string? Refusal) ReadLine(LabTopology lab, string[] words, DateTimeOffset now)
    {
        DateTimeOffset due = now;
        if (words[0] == "after")
        {
            if (words.Length < 2 || TimeText.Parse(words[1]) is not { } time || time < TimeSpan.Zero)
            {
                return (null, "expected a duration such as 30s, 2m or 1h behind 'after'");
            }

            (due, words) = (now + time, words[2..]);
        }
        else if (words[0] == "at")
        {
            if (words.Length < 2 || !DateTimeOffset.TryParse(
                words[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out due))
            {
                return (null, "expected a time such as 2026-11-22T22:00:00Z behind 'at'");
            }

            words = words[2..];
        }

        string? refusal = words is [Clear, "all"] ? null
            : words is [Clear, var name, var target] ? LabFaults.Check(lab, name, target, null)
            : words is [Clear, ..] ? "expected 'clear all' or 'clear NAME TARGET'"
            : words.Length < 2 ? "expected a name and a target"
            : LabFaults.Check(lab, words[0], words[1], words[2..]);
        return refusal is null ? (new FaultStep(due, words), null) : (null, refusal);
    }

    /// <summary>Carries a step out; null when done, else why not.</summary>
    public static string? Apply(LabFaults faults, LabTopology lab, FaultStep step)
    {
        if (step.Words is [Clear, "all"])
        {
            faults.ClearAll();
            return null;
        }

        if (step.Words is [Clear, var name, var target])
        {
            LabFault? found = faults.Active.LastOrDefault(
                fault => fault.Definition.Name == name && fault.Target == target);
            return found is not null && faults.Clear(found.Id) ? null : $"{name} {target}: is not at work";
        }

        return faults.Inject(lab, step.Words[0], step.Words[1], [.. step.Words.Skip(2)]).Refusal;
    }
}
