using System.Globalization;
using System.Text.RegularExpressions;

namespace VolMgr.Commands.Runbooks;

/// <summary>
/// What the prose before a step says of it: <c>Gate: ...</c>, <c>Planned: 10 min</c>, <c>Rollback: ...</c>, in any
/// case, as a comment of a script or a line, item or bold word of Markdown.
/// </summary>
internal sealed partial record StepNotes(string Title, string? Gate, TimeSpan? Planned, string? Rollback)
{
    /// <summary>Nothing was said.</summary>
    public static StepNotes None { get; } = new("", null, null, null);

    /// <summary>Takes in one more line of prose.</summary>
    public StepNotes With(string line)
    {
        Match match = Note().Match(line);
        string text = match.Groups["text"].Value.Trim().Trim('`');
        return match.Groups["word"].Value.ToLowerInvariant() switch
        {
            "gate" or "go/no-go" => this with { Gate = text },
            "planned" or "duration" => this with { Planned = Length(text) ?? Planned },
            "rollback" or "back out" or "backout" => this with { Rollback = text },
            _ => this,
        };
    }

    /// <summary>Reads <c>90 s</c>, <c>10 min</c>, <c>1h</c>; null for anything else.</summary>
    private static TimeSpan? Length(string text)
    {
        Match match = Duration().Match(text);
        return match.Success
            && double.TryParse(match.Groups["n"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double n)
            && n < 1e6
            ? match.Groups["unit"].Value[0] switch
            {
                's' => TimeSpan.FromSeconds(n),
                'm' => TimeSpan.FromMinutes(n),
                _ => TimeSpan.FromHours(n),
            }
            : null;
    }

    [GeneratedRegex(
        @"^[\s#>*\-+]*(?<word>gate|go/no-go|planned|duration|rollback|back ?out)\s*\**\s*:\**\s*(?<text>.*)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Note();

    [GeneratedRegex(@"^(?<n>[0-9]+(\.[0-9]+)?)\s*(?<unit>s|m|h)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Duration();
}
