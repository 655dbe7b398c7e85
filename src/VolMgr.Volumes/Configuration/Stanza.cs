namespace VolMgr.Volumes.Configuration;

/// <summary>A problem in a text, with the line (from 1) where it is.</summary>
/// <param name="Line">Line number.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record TextProblem(int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}: {Message}";
}

/// <summary>One attribute of a stanza.</summary>
/// <param name="Line">Line number.</param>
/// <param name="Key">What is before the equals sign.</param>
/// <param name="Value">The rest of the line, without the opening quote of a string attribute.</param>
public sealed record StanzaAttribute(int Line, string Key, string Value);

/// <summary>One record in description form: a line <c>TYPE NAME</c> and indented lines <c>key=value</c>.</summary>
/// <param name="Line">Line number of the first line.</param>
/// <param name="Type">dg, dm, vol, plex, sd, or what else the text says.</param>
/// <param name="Name">Name of the record.</param>
/// <param name="Attributes">In the order of the text.</param>
public sealed record Stanza(int Line, string Type, string Name, IReadOnlyList<StanzaAttribute> Attributes);

/// <summary>The stanzas of a text, before anything is known about what they mean.</summary>
/// <param name="Stanzas">In the order of the text.</param>
/// <param name="Problems">Lines that are no stanza.</param>
public sealed record StanzaReading(IReadOnlyList<Stanza> Stanzas, IReadOnlyList<TextProblem> Problems)
{
    /// <summary>
    /// Splits a text into stanzas. Blank lines and lines that begin with a hash sign are skipped. A value is the whole
    /// rest
    /// of its line; one opening quote is taken off, and there is no closing one (vxprint -m).
    /// </summary>
    public static StanzaReading Of(string text)
    {
        var stanzas = new List<Stanza>();
        var problems = new List<TextProblem>();
        List<StanzaAttribute>? attributes = null;
        int number = 0;
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            number++;
            ReadOnlySpan<char> whole = text.AsSpan()[range];
            ReadOnlySpan<char> line = whole.EndsWith("\r") ? whole[..^1] : whole;
            if (line.Trim(" \t").IsEmpty || line[0] == '#')
            {
                continue;
            }

            if (HasControl(line.TrimStart('\t')))
            {
                problems.Add(new TextProblem(number, "control characters are not allowed"));
                continue;
            }

            if (line[0] is not ('\t' or ' '))
            {
                attributes = AddStanza(line, number, stanzas, problems);
            }
            else if (attributes is not null)
            {
                AddAttribute(line, number, attributes, problems);
            }
            else
            {
                problems.Add(new TextProblem(number, "an attribute outside of a record"));
            }
        }

        return new StanzaReading(stanzas, problems);
    }

    private static List<StanzaAttribute>? AddStanza(
        ReadOnlySpan<char> line, int number, List<Stanza> stanzas, List<TextProblem> problems)
    {
        int space = line.IndexOfAny(' ', '\t');
        string name = space < 0 ? "" : line[space..].Trim(" \t").ToString();
        if (name.Length == 0)
        {
            problems.Add(new TextProblem(number, "a record begins with its type and its name"));
        }

        var attributes = new List<StanzaAttribute>();
        stanzas.Add(new Stanza(number, (space < 0 ? line : line[..space]).ToString(), name, attributes));
        return attributes;
    }

    private static void AddAttribute(
        ReadOnlySpan<char> line, int number, List<StanzaAttribute> attributes, List<TextProblem> problems)
    {
        ReadOnlySpan<char> body = line.TrimStart(" \t");
        int equals = body.IndexOf('=');
        if (equals <= 0)
        {
            problems.Add(new TextProblem(number, "an attribute has the form key=value"));
            return;
        }

        string key = body[..equals].ToString();
        ReadOnlySpan<char> value = body[(equals + 1)..];
        attributes.Add(new StanzaAttribute(number, key, (value.StartsWith("\"") ? value[1..] : value).ToString()));
    }

    private static bool HasControl(ReadOnlySpan<char> line)
    {
        foreach (char character in line)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
