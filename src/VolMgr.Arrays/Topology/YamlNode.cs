namespace VolMgr.Arrays.Topology;

/// <summary>A YAML document as a tree with line numbers. Scalars are text; what they mean is up to the field.</summary>
internal abstract record YamlNode(int Line);

/// <summary>A value. Null is a value that is not there: empty without quotes, `~` or `null`.</summary>
internal sealed record YamlScalar(int Line, string? Text) : YamlNode(Line);

/// <summary>A list.</summary>
internal sealed record YamlList(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);

/// <summary>A mapping in the order of the text; keys are unique.</summary>
internal sealed record YamlMap(int Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line);

/// <summary>A key and its value.</summary>
internal sealed record YamlEntry(int Line, string Key, YamlNode Value);
