using VolMgr.Arrays.Estates;

namespace VolMgr.Arrays.Topology;

/// <summary>The words of the estate in `lab.yaml`; the first is meant where none is written.</summary>
internal static class EstateWords
{
    public static IReadOnlyList<(string Word, MachineDiskKind Value)> DiskKinds { get; } =
    [
        ("vmdk", MachineDiskKind.Vmdk), ("virtual", MachineDiskKind.VirtualMapping),
        ("physical", MachineDiskKind.PhysicalMapping),
    ];

    public static IReadOnlyList<(string Word, MachineDiskMode Value)> DiskModes { get; } =
    [
        ("persistent", MachineDiskMode.Persistent), ("independent", MachineDiskMode.IndependentPersistent),
        ("nonpersistent", MachineDiskMode.IndependentNonPersistent),
    ];

    public static IReadOnlyList<(string Word, DomainCondition Value)> Conditions { get; } =
    [
        ("active", DomainCondition.Active), ("bound", DomainCondition.Bound), ("inactive", DomainCondition.Inactive),
    ];

    /// <summary>The word for a value.</summary>
    public static string Of<T>(IReadOnlyList<(string Word, T Value)> words, T value) where T : struct, Enum =>
        words.First(each => EqualityComparer<T>.Default.Equals(each.Value, value)).Word;
}

/// <summary>What the readers of the estate do with fields.</summary>
internal static class EstateFields
{
    /// <summary>Every item of a list that may be left out; each has a name of its own.</summary>
    public static List<T> Each<T>(
        FieldReader owner, string field, ProblemList problems, Func<FieldReader, string, T> read)
    {
        Dictionary<string, int> names = new(StringComparer.Ordinal);
        List<T> items = [];
        foreach ((YamlNode node, string path) in owner.List(field, isRequired: false))
        {
            FieldReader fields = new(node, path, problems);
            string name = fields.Text("name", TextRule.FileName);
            fields.Once("name", name, names, $"give each of the {field} a name of its own");
            items.Add(read(fields, name));
            fields.Finish();
        }

        return items;
    }

    /// <summary>A list of words.</summary>
    public static List<string> Words(FieldReader owner, string field, ProblemList problems, bool isRequired)
    {
        List<string> words = [];
        foreach ((YamlNode node, string path) in owner.List(field, isRequired, mayBeEmpty: !isRequired))
        {
            if (node is YamlScalar { Text: { } text } && TextRule.Any.Pattern.IsMatch(text))
            {
                words.Add(text);
            }
            else
            {
                problems.Add(node.Line, path, "one word is needed here; write a name.");
            }
        }

        return words;
    }

    /// <summary>One of the words; the first where none is written.</summary>
    public static T Word<T>(FieldReader owner, string field, IReadOnlyList<(string Word, T Value)> words)
    {
        string? word = owner.Optional(field, TextRule.Any);
        foreach ((string known, T value) in words)
        {
            if (known == word)
            {
                return value;
            }
        }

        if (word is not null)
        {
            owner.Complain(field, $"'{YamlTree.Printable(word)}' cannot stand here; write one of "
                + $"{string.Join(", ", words.Select(each => each.Word))}.");
        }

        return words[0].Value;
    }

    /// <summary>Complains about a name that nothing has.</summary>
    public static void RequireKnown(
        FieldReader owner, string field, string name, IReadOnlyList<string> known, string what, string under)
    {
        if (name.Length > 0 && !known.Contains(name, StringComparer.Ordinal))
        {
            owner.Complain(field, $"there is no {what} '{YamlTree.Printable(name)}'; write it under {under}, or use "
                + $"one of {(known.Count == 0 ? "those that you write there" : string.Join(", ", known))}.");
        }
    }
}
