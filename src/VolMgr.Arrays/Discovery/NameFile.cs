using System.Text;
using System.Text.RegularExpressions;

namespace VolMgr.Arrays.Discovery;

/// <summary>
/// A file of persistent names, etc/vx/disk.info or etc/vx/array.info: one line a name, `NAME KEY`, where the key is a
/// percent-encoded identity without blanks. Lines that begin with # are comments. Administrators may edit it: a name of
/// their own stays. A line that cannot be used is reported and dropped, and the next scan writes the file anew.
/// </summary>
internal sealed partial class NameFile
{
    private const string Heading = "# VolMgr persistent names, format 1: NAME IDENTITY";

    private bool takesOsNames;
    private readonly Dictionary<string, string> keysByName = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> namesByKey = new(StringComparer.Ordinal);

    /// <summary>Every (identity, name), by identity.</summary>
    public IEnumerable<KeyValuePair<string, string>> Entries => namesByKey;

    /// <summary>No names.</summary>
    public static NameFile Empty() => new();

    /// <summary>Reads a file; operating system names stand in one only where they are kept.</summary>
    public static NameFile Read(
        string path, string? text, ICollection<string> problems, bool takesOsNames = false)
    {
        NameFile file = new() { takesOsNames = takesOsNames };
        string[] lines = (text ?? "").Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].Trim();
            if (line.Length > 0 && line[0] != '#' && file.AddLine(line) is { } reason)
            {
                problems.Add($"{path} line {index + 1}: {reason}; the line is dropped and the name assigned anew.");
            }
        }

        return file;
    }

    /// <summary>
    /// Whether a name can be kept: letters, digits, `_.-`, and no name of the operating system's form.
    /// </summary>
    public static bool IsLegal(string name) => LegalName().IsMatch(name) && !OsName().IsMatch(name);

    public string? NameOf(string key) => namesByKey.GetValueOrDefault(key);

    public string? KeyOf(string name) => keysByName.GetValueOrDefault(name);

    /// <summary>Adds a name unless the identity has one or the name is taken; says whether it did.</summary>
    public bool TryAdd(string name, string key)
    {
        if (namesByKey.ContainsKey(key) || !keysByName.TryAdd(name, key))
        {
            return false;
        }

        namesByKey.Add(key, name);
        return true;
    }

    public void RemoveName(string name)
    {
        if (keysByName.Remove(name, out string? key))
        {
            namesByKey.Remove(key);
        }
    }

    public void RemoveKey(string key)
    {
        if (namesByKey.Remove(key, out string? name))
        {
            keysByName.Remove(name);
        }
    }

    public string ToText()
    {
        StringBuilder text = new();
        text.Append(Heading).Append('\n');
        foreach ((string key, string name) in namesByKey)
        {
            text.Append(name).Append(' ').Append(key).Append('\n');
        }

        return text.ToString();
    }

    private string? AddLine(string line)
    {
        string[] parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2)
        {
            return "it is not a name and an identity";
        }

        if (takesOsNames ? !LegalName().IsMatch(parts[0]) : !IsLegal(parts[0]))
        {
            return "its first word cannot be a persistent name";
        }

        if (!LegalKey().IsMatch(parts[1]))
        {
            return "its second word is not a percent-encoded identity";
        }

        return TryAdd(parts[0], parts[1]) ? null : "the name or the identity stands in an earlier line";
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex LegalName();

    [GeneratedRegex("^(?:[A-Za-z0-9./-]|%[0-9A-F]{2})+$", RegexOptions.CultureInvariant)]
    private static partial Regex LegalKey();

    [GeneratedRegex("^sd[a-z]+$", RegexOptions.CultureInvariant)]
    private static partial Regex OsName();
}
