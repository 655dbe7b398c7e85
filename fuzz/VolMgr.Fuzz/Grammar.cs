using System.Text;

namespace VolMgr.Fuzz;

/// <summary>
/// Rules that texts are made by. The alternatives of a rule are texts in which <c>@name@</c> stands for another rule;
/// the first rule is the whole, and the first alternative of each rule must not lead back to it. Beside the rules given
/// there are <c>number</c>, <c>size</c> and <c>word</c>: mostly ordinary ones, and some from the edge.
/// </summary>
internal sealed class Grammar
{
    private const int Deepest = 14;
    private const int LongestText = 20_000;

    private static readonly Dictionary<string, string[]> Common = new(StringComparer.Ordinal)
    {
        ["number"] = ["1", "0", "2", "3", "7", "16", "512", "4096", "65535", "65536", "-1", "2147483647",
            "2147483648", "4294967296", "9223372036854775807", "9223372036854775808", "99999999999999999999", "007",
            "0x10", "1.5", "", "+1"],
        ["size"] = ["1m", "10m", "64k", "1g", "2048", "512b", "1s", "0", "-1m", "1t", "8e", "@number@@unit@"],
        ["unit"] = ["", "k", "K", "m", "M", "g", "G", "t", "T", "p", "s", "b", "B", "kb", "%"],
        ["word"] = ["vol01", "a", "datadg", "vol01-01", "datadg01", "", "x y", "\"", "'", "=", "%", "-", "..", "\\",
            "\t", "\u00e9", "\U0001F600", "\0", "@long@"],
        ["long"] = [new string('a', 40), new string('b', 300), new string('9', 70)],
    };

    private readonly Dictionary<string, string[]> rules;
    private readonly string start;

    public Grammar(params (string Name, string[] Alternatives)[] rules)
    {
        this.rules = new Dictionary<string, string[]>(Common, StringComparer.Ordinal);
        foreach ((string name, string[] alternatives) in rules)
        {
            this.rules[name] = alternatives;
        }

        start = rules[0].Name;
    }

    /// <summary>A text, the same for the same state of the source.</summary>
    public string Make(Random random)
    {
        StringBuilder text = new();
        Expand(random, start, text, 0);
        return text.ToString();
    }

    private void Expand(Random random, string rule, StringBuilder text, int depth)
    {
        string[] alternatives = rules[rule];
        bool isEnding = depth > Deepest || text.Length > LongestText;
        string[] parts = alternatives[isEnding ? 0 : random.Next(alternatives.Length)].Split('@');
        for (int index = 0; index < parts.Length; index++)
        {
            if (index % 2 == 0)
            {
                text.Append(parts[index]);
            }
            else
            {
                Expand(random, parts[index], text, depth + 1);
            }
        }
    }
}
