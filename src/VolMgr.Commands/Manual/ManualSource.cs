using System.Reflection;

namespace VolMgr.Commands.Manual;

/// <summary>
/// The written part of a manual page, a text file in <c>Pages</c>. The first line says in a few words what the command
/// is for. <c>## Title</c> begins a section. A line with lines indented by four spaces below it is a term with its
/// explanation, lines that begin with <c>&gt; </c> are printed as they are, anything else is a paragraph up to the next
/// blank line.
/// </summary>
/// <param name="Summary">The first line.</param>
/// <param name="Sections">The sections; the text before the first title is <c>Description</c>.</param>
internal sealed record ManualSource(string Summary, IReadOnlyList<ManualSection> Sections)
{
    private const string Indent = "    ";

    /// <summary>Reads the file of a command; null if there is none.</summary>
    public static ManualSource? Read(string name)
    {
        using Stream? stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    /// <summary>Takes a source apart.</summary>
    public static ManualSource Parse(string text)
    {
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        List<ManualSection> sections = [];
        string title = "Description";
        List<ManualBlock> blocks = [];
        int at = 1;
        while (at < lines.Length)
        {
            string line = lines[at];
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                sections.Add(new ManualSection(title, blocks));
                (title, blocks) = (line[3..], []);
                at++;
            }
            else if (line.Length == 0)
            {
                at++;
            }
            else
            {
                int end = EndOfBlock(lines, at);
                blocks.Add(Block(lines[at..end]));
                at = end;
            }
        }

        sections.Add(new ManualSection(title, blocks));
        return new ManualSource(lines[0], sections);
    }

    private static int EndOfBlock(string[] lines, int start)
    {
        bool isEntry = IsEntry(lines, start);
        int end = start + 1;
        while (end < lines.Length && lines[end].Length > 0 && !lines[end].StartsWith("## ", StringComparison.Ordinal)
            && (!isEntry || lines[end].StartsWith(Indent, StringComparison.Ordinal)))
        {
            end++;
        }

        return end;
    }

    private static bool IsEntry(string[] lines, int start) => start + 1 < lines.Length
        && !lines[start].StartsWith("> ", StringComparison.Ordinal)
        && lines[start + 1].StartsWith(Indent, StringComparison.Ordinal);

    private static ManualBlock Block(string[] lines)
    {
        if (lines[0].StartsWith("> ", StringComparison.Ordinal))
        {
            return new ManualBlock.Literal([.. lines.Select(line => line.Length > 2 ? line[2..] : "")]);
        }

        return IsEntry(lines, 0)
            ? new ManualBlock.Entry(lines[0], string.Join(' ', lines.Skip(1).Select(line => line.Trim())))
            : new ManualBlock.Paragraph(string.Join(' ', lines));
    }
}
