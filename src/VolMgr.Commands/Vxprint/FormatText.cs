using System.Text;
using VolMgr.Commands.Captures;
using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxprint;

/// <summary>
/// The formats of <c>vxprint -F</c>: text in which <c>%field</c> or <c>%{field}</c> stands for a value, <c>%%</c> for a
/// percent sign, and <c>\t</c> and <c>\n</c> for tab and newline. Types before a colon restrict it:
/// <c>v,p:%name</c>. A field that a record does not have prints as a dash.
/// </summary>
internal sealed class FormatText
{
    private static readonly Dictionary<char, string> TypeTags = new()
    {
        ['v'] = "v",
        ['p'] = "pl",
        ['s'] = "sd",
        ['d'] = "dm",
        ['G'] = "dg",
    };

    private readonly IReadOnlySet<string> tags;
    private readonly List<(string Text, string Field)> parts;

    private FormatText(IReadOnlySet<string> tags, List<(string Text, string Field)> parts)
    {
        this.tags = tags;
        this.parts = parts;
    }

    /// <summary>Reads a format; unknown fields are refused by name.</summary>
    public static Outcome<FormatText> Parse(string format)
    {
        HashSet<string> only = new(StringComparer.Ordinal);
        int colon = format.IndexOf(':');
        string body = format;
        if (colon > 0 && format[..colon].All(letter => letter == ',' || TypeTags.ContainsKey(letter)))
        {
            only.UnionWith(format[..colon].Where(TypeTags.ContainsKey).Select(letter => TypeTags[letter]));
            body = format[(colon + 1)..];
        }

        List<(string Text, string Field)> read = [];
        StringBuilder text = new();
        for (int at = 0; at < body.Length; at++)
        {
            char next = at + 1 < body.Length ? body[at + 1] : '\0';
            if (body[at] == '\\' && next is 't' or 'n' or '\\')
            {
                text.Append(next switch { 't' => '\t', 'n' => '\n', _ => '\\' });
                at++;
            }
            else if (body[at] == '%' && next == '%')
            {
                text.Append('%');
                at++;
            }
            else if (body[at] == '%')
            {
                string field = FieldAt(body, at + 1, out int length);
                if (!FormatFields.IsKnown(field))
                {
                    return new Refusal(ErrorCode.Usage, $"-F: %{field}: Unknown field");
                }

                read.Add((text.ToString(), field));
                text.Clear();
                at += length;
            }
            else
            {
                text.Append(body[at]);
            }
        }

        read.Add((text.ToString(), ""));
        return new FormatText(only, read);
    }

    /// <summary>The text for a record, or null if the format does not apply to its type.</summary>
    public string? Of(GroupView group, PrintItem item)
    {
        if (tags.Count > 0 && !tags.Contains(item.Tag))
        {
            return null;
        }

        StringBuilder line = new();
        foreach ((string text, string field) in parts)
        {
            line.Append(text);
            if (field.Length > 0)
            {
                string value = FormatFields.Value(group, item, field);
                line.Append(value.Length == 0 ? "-" : value);
            }
        }

        return line.ToString();
    }

    /// <summary>The text for a record that is kept and not built.</summary>
    public string? Of(Stanza stanza)
    {
        string tag = KeptStanzas.TagOf(stanza.Type);
        return tags.Count > 0 && !tags.Contains(tag) ? null : string.Concat(parts.Select(part => part.Text
            + (part.Field.Length == 0 ? ""
                : ImportedRecords.Value(stanza, part.Field) is { Length: > 0 } value ? value : "-")));
    }

    private static string FieldAt(string body, int start, out int length)
    {
        if (start < body.Length && body[start] == '{')
        {
            int end = body.IndexOf('}', start);
            length = end < 0 ? body.Length - start : end - start + 1;
            return end < 0 ? body[start..] : body[(start + 1)..end];
        }

        int at = start;
        while (at < body.Length && (char.IsAsciiLetterOrDigit(body[at]) || body[at] == '_'))
        {
            at++;
        }

        length = at - start;
        return body[start..at];
    }
}
