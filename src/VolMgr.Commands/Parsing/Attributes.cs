using VolMgr.Commands.Vxassist;
using VolMgr.Volumes;

namespace VolMgr.Commands.Parsing;

/// <summary>The <c>attr=value</c> operands of a command line and the operands that remain.</summary>
internal sealed class Attributes
{
    private static readonly string[] Refused =
        [
            "site", "use_storage", "require_storage", "prefer_storage", "use", "require", "prefer", "dcolen", "fixed",
            "mediatype", "volmap", "cache",
        ];

    private readonly Dictionary<string, string> values;

    private Attributes(Dictionary<string, string> values, IReadOnlyList<string> operands)
    {
        this.values = values;
        Operands = operands;
    }

    /// <summary>The operands that are no attributes, in order.</summary>
    public IReadOnlyList<string> Operands { get; }

    /// <summary>The value, or null if it was not given.</summary>
    public string? this[string name] => values.GetValueOrDefault(name);

    /// <summary>Splits operands. Attribute names that the verb does not take are refused by name.</summary>
    /// <param name="operands">The operands of the command line.</param>
    /// <param name="taken">Attributes that the verb honours.</param>
    public static Outcome<Attributes> Split(IEnumerable<string> operands, params IReadOnlyList<string> taken)
    {
        Dictionary<string, string> given = new(StringComparer.Ordinal);
        List<string> rest = [];
        foreach (string operand in operands)
        {
            int equals = operand.IndexOf('=');
            if (equals <= 0)
            {
                rest.Add(operand);
                continue;
            }

            string name = operand[..equals];
            if (Refused.Contains(name))
            {
                return Refusals.Unsupported(name, VxassistRemedies.OfAttribute(name));
            }

            if (!taken.Contains(name))
            {
                return new Refusal(ErrorCode.Usage, $"{name}: Attribute is unknown or not supported here");
            }

            if (!given.TryAdd(name, operand[(equals + 1)..]))
            {
                return new Refusal(ErrorCode.Usage, $"{name}: Attribute is given twice");
            }
        }

        return new Attributes(given, rest);
    }

    /// <summary>The same with values for attributes that the command line leaves out.</summary>
    public Attributes WithDefaults(Attributes defaults)
    {
        Dictionary<string, string> merged = new(defaults.values, StringComparer.Ordinal);
        foreach ((string name, string value) in values)
        {
            merged[name] = value;
        }

        return new Attributes(merged, Operands);
    }

    /// <summary>The same without some attributes.</summary>
    public Attributes Without(IEnumerable<string> names) => new(
        values.Where(pair => !names.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal), Operands);

    /// <summary>The same with a value for an attribute.</summary>
    public Attributes With(string name, string value) =>
        new(new Dictionary<string, string>(values, StringComparer.Ordinal) { [name] = value }, Operands);

    /// <summary>A size attribute in bytes, or null if it was not given.</summary>
    public Outcome<long?> Size(string name)
    {
        if (this[name] is not { } text)
        {
            return (long?)null;
        }

        Outcome<long> size = Sizes.ParsePositive(text);
        return size.IsDone ? size.Value : Named(name, size.Refusal);
    }

    /// <summary>A count from 1 to <paramref name="most"/>, or null if it was not given.</summary>
    public Outcome<int?> Count(string name, int most = 32)
    {
        if (this[name] is not { } text)
        {
            return (int?)null;
        }

        return int.TryParse(text, System.Globalization.NumberStyles.None, null, out int count)
            && count >= 1 && count <= most
            ? count
            : new Refusal(ErrorCode.Usage, $"{name}={text}: Expected a number from 1 to {most}");
    }

    private static Refusal Named(string name, Refusal refusal) =>
        refusal with { Message = $"{name}={refusal.Message}" };
}
