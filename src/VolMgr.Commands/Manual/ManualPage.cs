namespace VolMgr.Commands.Manual;

/// <summary>
/// The manual page of a command: what its source says, between a synopsis and a list of what is refused that come from
/// the tables by which command lines are read.
/// </summary>
internal sealed record ManualPage(string Name, string Summary, IReadOnlyList<ManualSection> Sections)
{
    /// <summary>The section of the manual: administration.</summary>
    public const string Volume = "1M";

    private static readonly ManualSection Exit = new(
        "Exit status",
        [
            new ManualBlock.Paragraph(
                "0 when all was done, else the number of the last failure: 1 wrong usage, 2 a failure of the system, "
                + "3 the volume manager does not answer, 11 no such disk group or record, 14 the operation does not "
                + "fit the state of the object, 41 refused because this program does not have it. vxintro(1M) of the "
                + "field lists all of them. Errors are one line each on standard error; a change that succeeds is "
                + "silent."),
        ]);

    /// <summary>The page of a command.</summary>
    /// <exception cref="InvalidOperationException">It has no source: a defect, which a test looks for.</exception>
    public static ManualPage Of(CommandDefinition definition)
    {
        ManualSource source = ManualSource.Read(definition.Name)
            ?? throw new InvalidOperationException($"{definition.Name} has no page");
        List<ManualSection> sections = [Synopsis(definition), .. source.Sections];
        if (Refused(definition) is { Blocks.Count: > 0 } refused)
        {
            sections.Add(refused);
        }

        sections.Add(Exit);
        return new ManualPage(definition.Name, source.Summary, sections);
    }

    private static ManualSection Synopsis(CommandDefinition definition) => new(
        "Synopsis",
        [
            .. definition.Verbs.Select(
                verb => new ManualBlock.Entry($"{definition.Name} {verb.Usage}", "")),
        ]);

    private static ManualSection Refused(CommandDefinition definition)
    {
        string letters = string.Concat(definition.Table.Refused.Where(letter => letter != ':'));
        List<ManualBlock> blocks = [];
        Add("Options", letters.Select(letter => $"-{letter}"));
        Add("Keywords", definition.RefusedKeywords);
        Add("Words of -o", definition.RefusedUseOptions);
        return new ManualSection("Not supported", blocks);

        void Add(string what, IEnumerable<string> words)
        {
            string list = string.Join(", ", words);
            if (list.Length > 0)
            {
                blocks.Add(new ManualBlock.Entry(what, $"{list}: refused by name, nothing is changed."));
            }
        }
    }
}
