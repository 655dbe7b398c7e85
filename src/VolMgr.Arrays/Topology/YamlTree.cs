using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VolMgr.Arrays.Topology;

/// <summary>
/// From text to tree. Stricter than YAML, so that a small text cannot become a large document: no aliases, no tags, one
/// document, bounded depth. The first offence ends the reading, as a syntax error does.
/// </summary>
internal sealed class YamlTree
{
    private const int DeepestLevel = 12;

    private readonly Parser parser;
    private readonly ProblemList problems;

    private YamlTree(string text, ProblemList problems)
    {
        parser = new Parser(new StringReader(text));
        this.problems = problems;
    }

    /// <summary>The root of the document, or null after a problem.</summary>
    public static YamlNode? Read(string text, ProblemList problems)
    {
        if (text.Length > LabTopologyText.LongestText)
        {
            problems.Add(1, "", $"the text has {text.Length} characters; a topology has at most"
                + $" {LabTopologyText.LongestText}, so this is probably another file.");
            return null;
        }

        try
        {
            return new YamlTree(text, problems).Document();
        }
        catch (UnreadableException unreadable)
        {
            problems.Add(unreadable.Line, "", unreadable.Message);
        }
        catch (YamlException failure)
        {
            problems.Add(Line(failure.Start), "", $"this is not YAML ({OneLine(failure.Message)}); mend the syntax,"
                + " for instance by comparing with what `volmgr lab show` prints.");
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException
            or IndexOutOfRangeException or NullReferenceException or FormatException or OverflowException
            or InvalidCastException)
        {
            // The YAML parser trips over some malformed texts in ways of its own.
            problems.Add(
                1, "", "this is not YAML that can be read; start from a topology that `volmgr lab show` prints.");
        }

        return null;
    }

    private YamlNode? Document()
    {
        Advance();
        if (Advance() is StreamEnd)
        {
            problems.Add(1, "", "the topology is empty; start from a topology that `volmgr lab show` prints.");
            return null;
        }

        YamlNode root = Node(Advance(), 0);
        Advance();
        ParsingEvent after = Advance();
        return after is StreamEnd
            ? root
            : throw new UnreadableException(Line(after.Start), "a second document begins here; a topology is one"
                + " document, so take out the line `---`.");
    }

    private YamlNode Node(ParsingEvent first, int depth)
    {
        int line = Line(first.Start);
        if (first is AnchorAlias)
        {
            throw new UnreadableException(line, "aliases are not read; write the value out.");
        }

        if (first is NodeEvent { Tag.IsEmpty: false })
        {
            throw new UnreadableException(line, "tags are not read; write the value without its tag.");
        }

        if (depth > DeepestLevel)
        {
            throw new UnreadableException(line, $"lists and mappings are nested deeper than {DeepestLevel} levels; a"
                + " topology has arrays, LUNs, hosts and adapters only.");
        }

        return first switch
        {
            Scalar scalar => Value(scalar, line),
            SequenceStart => List(line, depth),
            MappingStart => Map(line, depth),
            _ => throw new UnreadableException(line, "a value is missing here; write one."),
        };
    }

    private static YamlScalar Value(Scalar scalar, int line) =>
        new(line, scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" ? null : scalar.Value);

    private YamlList List(int line, int depth)
    {
        List<YamlNode> items = [];
        for (ParsingEvent next = Advance(); next is not SequenceEnd; next = Advance())
        {
            items.Add(Node(next, depth + 1));
        }

        return new YamlList(line, items);
    }

    private YamlMap Map(int line, int depth)
    {
        List<YamlEntry> entries = [];
        HashSet<string> keys = new(StringComparer.Ordinal);
        for (ParsingEvent next = Advance(); next is not MappingEnd; next = Advance())
        {
            YamlNode name = Node(next, depth + 1);
            YamlNode value = Node(Advance(), depth + 1);
            if (name is not YamlScalar { Text: { } key })
            {
                problems.Add(name.Line, "", "the name of a field must be a word; write `name: value`.");
            }
            else if (keys.Add(key))
            {
                entries.Add(new YamlEntry(name.Line, key, value));
            }
            else
            {
                problems.Add(name.Line, Printable(key), "the field is given twice; keep one of them.");
            }
        }

        return new YamlMap(line, entries);
    }

    private ParsingEvent Advance() => parser.MoveNext() && parser.Current is { } current
        ? current
        : throw new UnreadableException(1, "the text ends too early; complete it.");

    private static int Line(Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);

    private static string OneLine(string text) => Printable(text.ReplaceLineEndings(" "));

    /// <summary>Text of the input as it may stand in a message: no control characters, not endless.</summary>
    internal static string Printable(string text)
    {
        string shown = text.Length <= 60 ? text : $"{text[..60]}...";
        return new string(
            [.. shown.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)]);
    }

    /// <summary>Ends the reading; never leaves this type.</summary>
    public sealed class UnreadableException(int line, string message) : Exception(message)
    {
        public int Line { get; } = line;
    }
}
