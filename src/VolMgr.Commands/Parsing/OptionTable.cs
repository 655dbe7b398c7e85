namespace VolMgr.Commands.Parsing;

/// <summary>
/// The options that a command knows, in the notation of getopt(3): a letter, and a colon behind it if it takes a value.
/// Known letters are either supported by some verb or refused by name; any other letter is wrong usage.
/// </summary>
/// <param name="Known">Options that at least one verb of the command honours.</param>
/// <param name="Refused">Options that the real command has and this one refuses by name.</param>
internal sealed record OptionTable(string Known, string Refused = "")
{
    /// <summary>Whether the letter is in the table at all.</summary>
    public bool Contains(char letter) => letter != ':' && (Known.Contains(letter) || Refused.Contains(letter));

    /// <summary>Whether the real command has it and this one does not.</summary>
    public bool IsRefused(char letter) => letter != ':' && Refused.Contains(letter);

    /// <summary>Whether a value follows it.</summary>
    public bool TakesValue(char letter) => HasColon(Known, letter) || HasColon(Refused, letter);

    private static bool HasColon(string letters, char letter)
    {
        int index = letters.IndexOf(letter);
        return index >= 0 && index + 1 < letters.Length && letters[index + 1] == ':';
    }
}
