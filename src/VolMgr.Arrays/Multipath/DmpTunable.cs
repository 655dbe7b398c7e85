namespace VolMgr.Arrays.Multipath;

/// <summary>A tunable of multipathing as `vxdmpadm gettune` shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">Value of a new host.</param>
/// <param name="Minimum">Least number, where it is a number.</param>
/// <param name="Maximum">Greatest number, where it is a number.</param>
/// <param name="Words">The words it takes; empty where it is a number.</param>
internal sealed record DmpTunable(string Name, string Default, int Minimum, int Maximum, IReadOnlyList<string> Words)
{
    public static DmpTunable Number(string name, int standard, int minimum, int maximum) =>
        new(name, standard.ToString(), minimum, maximum, []);

    public static DmpTunable Word(string name, params string[] words) => new(name, words[0], 0, 0, words);

    /// <summary>The value in its one form, or null when it is none.</summary>
    public string? Normalise(string value)
    {
        if (Words.Count > 0)
        {
            return Words.Contains(value, StringComparer.Ordinal) ? value : null;
        }

        return int.TryParse(value, out int number) && number >= Minimum && number <= Maximum
            ? number.ToString()
            : null;
    }

    /// <summary>What it takes, for people.</summary>
    public string Range => Words.Count > 0 ? string.Join(", ", Words) : $"{Minimum} to {Maximum}";
}
