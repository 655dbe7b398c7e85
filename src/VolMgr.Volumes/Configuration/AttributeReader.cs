using System.Globalization;

namespace VolMgr.Volumes.Configuration;

/// <summary>Takes the attributes of one stanza one by one; what nobody took is unknown. Problems are
/// collected.</summary>
internal sealed class AttributeReader
{
    private const long Sector = 512;

    /// <summary>2^59 bytes: a longer one is an error, and sums of a few shorter ones do not overflow.</summary>
    private const long MaximumSectors = 1L << 50;

    private const long MaximumId = 1L << 62;

    private readonly Stanza stanza;
    private readonly List<TextProblem> problems;
    private readonly Dictionary<string, StanzaAttribute> left = new(StringComparer.Ordinal);

    public AttributeReader(Stanza stanza, List<TextProblem> problems)
    {
        this.stanza = stanza;
        this.problems = problems;
        foreach (StanzaAttribute attribute in stanza.Attributes)
        {
            if (!left.TryAdd(attribute.Key, attribute))
            {
                problems.Add(new TextProblem(attribute.Line, $"{stanza.Name}: {attribute.Key} is given twice"));
            }
        }
    }

    public string Text(string key, string absent = "") => Take(key)?.Value ?? absent;

    public string RequiredText(string key)
    {
        StanzaAttribute? attribute = TakeRequired(key);
        if (attribute?.Value.Length == 0)
        {
            Report(attribute, "is empty");
        }

        return attribute?.Value ?? "";
    }

    public bool Flag(string key)
    {
        StanzaAttribute? attribute = Take(key);
        if (attribute is not (null or { Value: "on" or "off" }))
        {
            Report(attribute, "is neither on nor off");
        }

        return attribute?.Value == "on";
    }

    public int Number(string key, int absent)
    {
        StanzaAttribute? attribute = Take(key);
        if (attribute is null)
        {
            return absent;
        }

        if (!int.TryParse(attribute.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            Report(attribute, "is not a number");
        }

        return number;
    }

    /// <summary>A length or offset in sectors, as bytes.</summary>
    public long Sectors(string key, bool isRequired)
    {
        StanzaAttribute? attribute = isRequired ? TakeRequired(key) : Take(key);
        if (attribute is null)
        {
            return 0;
        }

        if (!long.TryParse(attribute.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long sectors) ||
            sectors > MaximumSectors)
        {
            Report(attribute, "is not a number of sectors");
            return 0;
        }

        return sectors * Sector;
    }

    /// <summary>A record id; null for 0.0, which stands for none.</summary>
    public RecordId? Reference(string key)
    {
        StanzaAttribute? attribute = Take(key);
        return attribute is null ? null : ParseId(attribute);
    }

    public RecordId RequiredId(string key)
    {
        StanzaAttribute? attribute = TakeRequired(key);
        if (attribute is null)
        {
            return default;
        }

        RecordId? id = ParseId(attribute);
        if (id is null)
        {
            Report(attribute, "is not a record id such as 0.1025");
        }

        return id ?? default;
    }

    public T Word<T>(string key, Func<T, string> word, T absent)
        where T : struct, Enum => Take(key) is StanzaAttribute attribute ? ParseWord(attribute, word) : absent;

    public T RequiredWord<T>(string key, Func<T, string> word)
        where T : struct, Enum => TakeRequired(key) is StanzaAttribute attribute ? ParseWord(attribute, word) : default;

    /// <summary>Skips what is derived from other records and only there for people and scripts.</summary>
    public void Skip(string key) => left.Remove(key);

    /// <summary>Adds what nobody took.</summary>
    public void ReportUnknown(List<TextProblem> unknown) => unknown.AddRange(left.Values
        .OrderBy(attribute => attribute.Line)
        .Select(attribute => new TextProblem(attribute.Line, $"{stanza.Name}: unknown attribute {attribute.Key}")));

    private T ParseWord<T>(StanzaAttribute attribute, Func<T, string> word)
        where T : struct, Enum
    {
        if (!StateWords.TryFind(attribute.Value, word, out T value))
        {
            string known = string.Join(", ", Enum.GetValues<T>().Select(word));
            Report(attribute, $"is none of {known}");
        }

        return value;
    }

    private RecordId? ParseId(StanzaAttribute attribute)
    {
        long number = 0;
        if (!attribute.Value.StartsWith("0.", StringComparison.Ordinal) ||
            !long.TryParse(attribute.Value.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            Report(attribute, "is not a record id such as 0.1025");
        }

        if (number > MaximumId)
        {
            Report(attribute, "is too large");
        }

        return number > 0 ? new RecordId(number) : null;
    }

    private StanzaAttribute? Take(string key) => left.Remove(key, out StanzaAttribute? attribute) ? attribute : null;

    private StanzaAttribute? TakeRequired(string key)
    {
        StanzaAttribute? attribute = Take(key);
        if (attribute is null)
        {
            problems.Add(new TextProblem(stanza.Line, $"{stanza.Name}: {key} is missing"));
        }

        return attribute;
    }

    private void Report(StanzaAttribute attribute, string what) => problems.Add(
        new TextProblem(attribute.Line, $"{stanza.Name}: {attribute.Key}={Shorten(attribute.Value)} {what}"));

    private static string Shorten(string value) => value.Length <= 40 ? value : $"{value[..40]}...";
}
