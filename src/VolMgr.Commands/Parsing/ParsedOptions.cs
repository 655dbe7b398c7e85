using VolMgr.Volumes;

namespace VolMgr.Commands.Parsing;

/// <summary>The options of one command line: letters with their values, in order.</summary>
internal sealed class ParsedOptions
{
    private readonly List<(char Letter, string? Value)> given = [];

    /// <summary>The letters given, each once, in order of first use.</summary>
    public IEnumerable<char> Letters => given.Select(option => option.Letter).Distinct();

    /// <summary>Whether the option was given.</summary>
    public bool Has(char letter) => given.Exists(option => option.Letter == letter);

    /// <summary>The value of the option, the last one if it was repeated; null if it was not given.</summary>
    public string? Value(char letter) => given.FindLast(option => option.Letter == letter).Value;

    /// <summary>All values of an option, such as those of every <c>-o</c>, split at commas.</summary>
    public IReadOnlyList<string> Words(char letter) =>
        [.. given.Where(option => option.Letter == letter).SelectMany(option => (option.Value ?? "").Split(','))];

    /// <summary>
    /// Takes options off the front of the arguments, as getopt(3) does: letters may be joined, a value may be joined to
    /// its letter or follow it, <c>--</c> ends the options and so does the first operand.
    /// </summary>
    /// <returns>How many arguments were taken, or why the line is wrong.</returns>
    public Outcome<int> Take(OptionTable table, IReadOnlyList<string> arguments, int start)
    {
        int index = start;
        while (index < arguments.Count && arguments[index].Length > 1 && arguments[index][0] == '-')
        {
            string word = arguments[index++];
            if (word == "--")
            {
                break;
            }

            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                return new Refusal(ErrorCode.Usage, $"{word}: Unknown option");
            }

            for (int at = 1; at < word.Length; at++)
            {
                char letter = word[at];
                if (!table.Contains(letter))
                {
                    return new Refusal(ErrorCode.Usage, $"-{letter}: Unknown option");
                }

                if (!table.TakesValue(letter))
                {
                    given.Add((letter, null));
                    continue;
                }

                string? value = at + 1 < word.Length ? word[(at + 1)..]
                    : index < arguments.Count ? arguments[index++] : null;
                if (string.IsNullOrEmpty(value))
                {
                    return new Refusal(ErrorCode.Usage, $"-{letter}: Option requires an argument");
                }

                given.Add((letter, value));
                break;
            }
        }

        return index - start;
    }
}
