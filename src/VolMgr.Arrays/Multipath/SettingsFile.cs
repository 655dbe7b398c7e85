using System.Text;
using VolMgr.Arrays.Discovery;

namespace VolMgr.Arrays.Multipath;

/// <summary>What a setting belongs to.</summary>
/// <param name="Scope">The kind of thing, such as enclosure or tunable.</param>
/// <param name="Subject">Which one.</param>
/// <param name="Name">The attribute.</param>
internal readonly record struct SettingKey(string Scope, string Subject, string Name);

/// <summary>
/// A host's settings file: a line each, `SCOPE SUBJECT NAME VALUE`, all four percent-encoded, in the order of the keys.
/// A line that cannot be used is reported and dropped.
/// </summary>
internal sealed class SettingsFile(string path)
{
    private const string Heading = "# VolMgr settings, format 1: SCOPE SUBJECT NAME VALUE";

    private readonly SortedDictionary<SettingKey, string> values = new(Comparer<SettingKey>.Create(Compare));

    /// <summary>Everything that is set, in order.</summary>
    public IEnumerable<KeyValuePair<SettingKey, string>> All => values;

    public string? this[string scope, string subject, string name]
    {
        get => values.GetValueOrDefault(new SettingKey(scope, subject, name));
        set
        {
            SettingKey key = new(scope, subject, name);
            if (value is null)
            {
                values.Remove(key);
            }
            else
            {
                values[key] = value;
            }
        }
    }

    /// <summary>Reads the file again.</summary>
    public void Load(IHostFiles files, ICollection<string> problems)
    {
        values.Clear();
        string[] lines = (files.Read(path) ?? "").Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string[] parts = lines[index].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0 || parts[0].StartsWith('#'))
            {
                continue;
            }

            if (parts.Length != 4)
            {
                problems.Add($"{path} line {index + 1}: it has not the four words of a setting; the line is dropped.");
                continue;
            }

            string[] words = [.. parts.Select(Uri.UnescapeDataString)];
            this[words[0], words[1], words[2]] = words[3];
        }
    }

    public void Save(IHostFiles files)
    {
        StringBuilder text = new();
        text.Append(Heading).Append('\n');
        foreach ((SettingKey key, string value) in values)
        {
            text.AppendJoin(' ', new[] { key.Scope, key.Subject, key.Name, value }.Select(Udid.Encode)).Append('\n');
        }

        files.Write(path, text.ToString());
    }

    private static int Compare(SettingKey left, SettingKey right)
    {
        int scope = string.CompareOrdinal(left.Scope, right.Scope);
        int subject = string.CompareOrdinal(left.Subject, right.Subject);
        return scope != 0 ? scope : subject != 0 ? subject : string.CompareOrdinal(left.Name, right.Name);
    }
}
