using System.Globalization;

namespace VolMgr.Arrays.Topology;

/// <summary>
/// Reads the fields of one mapping. Every problem is recorded with line, path and remedy; the value returned then is a
/// placeholder, so that the search goes on. <see cref="Finish"/> reports the fields that nobody asked for.
/// </summary>
internal sealed class FieldReader
{
    private readonly Dictionary<string, YamlEntry> entries;
    private readonly List<string> asked = [];
    private readonly HashSet<string> broken = new(StringComparer.Ordinal);
    private readonly ProblemList problems;
    private readonly int line;
    private readonly string path;

    public FieldReader(YamlNode node, string path, ProblemList problems)
    {
        this.path = path;
        this.problems = problems;
        line = node.Line;
        entries = new(StringComparer.Ordinal);
        if (node is YamlMap map)
        {
            foreach (YamlEntry entry in map.Entries)
            {
                entries.Add(entry.Key, entry);
            }
        }
        else
        {
            IsMap = false;
            problems.Add(line, path, "a mapping is needed here; write its fields as `name: value`.");
        }
    }

    /// <summary>Whether there are fields at all; if not, that is the one problem.</summary>
    public bool IsMap { get; } = true;

    /// <summary>A text; empty after a problem.</summary>
    public string Text(string field, TextRule rule) => Optional(field, rule, isRequired: true) ?? "";

    /// <summary>A text that may be left out: null.</summary>
    public string? Optional(string field, TextRule rule, bool isRequired = false)
    {
        if (Value(field, isRequired, rule.Words) is not { } value)
        {
            return null;
        }

        if (!rule.Pattern.IsMatch(value))
        {
            Complain(field, value.Length == 0
                ? $"it is empty; use {rule.Words}."
                : $"'{YamlTree.Printable(value)}' cannot stand here; use {rule.Words}.");
            return null;
        }

        return value;
    }

    /// <summary>A whole number; <paramref name="fallback"/> when it is left out, required when that is null.</summary>
    public int Number(string field, int least, int most, int? fallback = null)
    {
        string words = $"a whole number from {least} to {most}";
        if (Value(field, fallback is null, words) is not { } value)
        {
            return fallback ?? least;
        }

        if (int.TryParse(value, NumberStyles.None, null, out int number) && number >= least && number <= most)
        {
            return number;
        }

        Complain(field, $"'{YamlTree.Printable(value)}' is not {words}; write one.");
        return least;
    }

    /// <summary>A size in bytes.</summary>
    public long Size(string field)
    {
        if (Value(field, isRequired: true, "a size such as 1g") is not { } value)
        {
            return 512;
        }

        (long size, string problem) = SizeText.Parse(value);
        if (size < 0)
        {
            Complain(field, problem);
        }

        return Math.Max(size, 512);
    }

    /// <summary>A size in bytes that may be left out.</summary>
    public long Size(string field, long standard)
    {
        if (entries.ContainsKey(field))
        {
            return Size(field);
        }

        asked.Add(field);
        return standard;
    }

    /// <summary>True or false; the standard value when it is left out.</summary>
    public bool Flag(string field, bool standard = false)
    {
        string? value = Value(field, isRequired: false, "true or false");
        if (value is not (null or "true" or "false"))
        {
            Complain(field, $"'{YamlTree.Printable(value)}' is neither true nor false; write one of them.");
        }

        return value is null ? standard : value is "true";
    }

    /// <summary>A mapping that may be left out, with its path; null when it is, and after a problem.</summary>
    public (YamlNode Node, string Path)? Map(string field)
    {
        asked.Add(field);
        if (!entries.TryGetValue(field, out YamlEntry? entry) || entry.Value is YamlScalar { Text: null })
        {
            return null;
        }

        if (entry.Value is YamlMap map)
        {
            return (map, PathOf(field));
        }

        Complain(field, "a mapping is needed here; write its fields as `name: value`.");
        return null;
    }

    /// <summary>The items of a list, each with its path.</summary>
    public IEnumerable<(YamlNode Node, string Path)> List(string field, bool isRequired = true, bool mayBeEmpty = true)
    {
        asked.Add(field);
        if (!entries.TryGetValue(field, out YamlEntry? entry) || entry.Value is YamlScalar { Text: null })
        {
            if (isRequired && IsMap)
            {
                Complain(field, "the list is missing; write it, one item a line beginning with `- `.");
            }

            return [];
        }

        if (entry.Value is not YamlList list)
        {
            Complain(field, "a list is needed here; write one item a line beginning with `- `.");
            return [];
        }

        if (list.Items.Count == 0 && !mayBeEmpty)
        {
            Complain(field, "the list is empty; write at least one item.");
        }

        return list.Items.Select((node, index) => (node, $"{PathOf(field)}[{index}]"));
    }

    /// <summary>Records a problem of a field that was read.</summary>
    public void Complain(string field, string message)
    {
        broken.Add(field);
        problems.Add(LineOf(field), PathOf(field), message);
    }

    /// <summary>
    /// Complains unless the value is new in <paramref name="seen"/>, where it is recorded with its line. Placeholders
    /// of fields that have a problem, and empty values, may repeat.
    /// </summary>
    public void Once(string field, string value, IDictionary<string, int> seen, string remedy)
    {
        if (IsMap && value.Length > 0 && !broken.Contains(field) && !seen.TryAdd(value, LineOf(field)))
        {
            Complain(field, $"'{YamlTree.Printable(value)}' is used in line {seen[value]} already; {remedy}.");
        }
    }

    /// <summary>Reports unknown fields.</summary>
    public void Finish()
    {
        foreach (YamlEntry entry in entries.Values.Where(entry => !asked.Contains(entry.Key, StringComparer.Ordinal)))
        {
            problems.Add(entry.Line, PathOf(YamlTree.Printable(entry.Key)),
                $"there is no such field; the fields here are {string.Join(", ", asked)}.");
        }
    }

    private int LineOf(string field) => entries.TryGetValue(field, out YamlEntry? entry) ? entry.Line : line;

    private string PathOf(string field) => path.Length == 0 ? field : $"{path}.{field}";

    private string? Value(string field, bool isRequired, string words)
    {
        asked.Add(field);
        if (!entries.TryGetValue(field, out YamlEntry? entry) || entry.Value is YamlScalar { Text: null })
        {
            if (isRequired && IsMap)
            {
                Complain(field, $"the field {(entry is null ? "is missing" : "has no value")}; write {words}.");
            }

            return null;
        }

        if (entry.Value is YamlScalar scalar)
        {
            return scalar.Text;
        }

        Complain(field, $"one value is needed here, not a list or mapping; write {words}.");
        return null;
    }
}
