using System.Text;

namespace VolMgr.Volumes.Configuration;

/// <summary>Writes stanzas. What cannot be read back unchanged is collected in <see cref="Problems"/>.</summary>
internal sealed class StanzaWriter
{
    private const long Sector = 512;

    private readonly StringBuilder text = new();
    private readonly List<string> problems = [];
    private string name = "";

    /// <summary>Why the text would not be read back as it was meant: values with control characters and the
    /// like.</summary>
    public IReadOnlyList<string> Problems => problems;

    public void Begin(string type, string recordName)
    {
        name = recordName;
        if (recordName.Length == 0 || recordName.Trim().Length != recordName.Length || IsUnwritable(recordName))
        {
            problems.Add($"{type} has no legal name");
        }

        text.Append(type).Append(' ').Append(recordName).Append('\n');
    }

    /// <summary>A string attribute: an opening quote and the rest of the line.</summary>
    public void Quoted(string key, string value) => Append(key, "\"", value);

    public void Plain(string key, string value)
    {
        if (value.StartsWith('"'))
        {
            problems.Add($"{name}: {key} begins with a quote");
        }

        Append(key, "", value);
    }

    public void Flag(string key, bool value) => Append(key, "", value ? "on" : "off");

    public void Number(string key, long value)
    {
        if (value < 0)
        {
            problems.Add($"{name}: {key} is negative");
        }

        Append(key, "", value.ToString());
    }

    public void Sectors(string key, long bytes)
    {
        if (bytes < 0 || bytes % Sector != 0)
        {
            problems.Add($"{name}: {key} is not a number of whole sectors: {bytes} bytes");
        }

        Append(key, "", (bytes / Sector).ToString());
    }

    public void Reference(string key, RecordId? id) => Append(key, "", (id ?? default).ToString());

    public override string ToString() => text.ToString();

    /// <summary>Whether a value has control characters or half a surrogate pair, and would not be read back.</summary>
    internal static bool IsUnwritable(string value)
    {
        for (int index = 0; index < value.Length; index++)
        {
            char character = value[index];
            if (char.IsControl(character))
            {
                return true;
            }

            if (char.IsSurrogate(character))
            {
                if (!char.IsSurrogatePair(value, index))
                {
                    return true;
                }

                index++;
            }
        }

        return false;
    }

    private void Append(string key, string quote, string value)
    {
        if (IsUnwritable(value))
        {
            problems.Add($"{name}: {key} has control characters or is not valid text");
        }

        text.Append('\t').Append(key).Append('=').Append(quote).Append(value).Append('\n');
    }
}
