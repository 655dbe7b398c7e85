namespace VolMgr.Commands.Manual;

/// <summary>A piece of a section of a manual page.</summary>
internal abstract record ManualBlock
{
    /// <summary>Sentences that are filled to the width of the page.</summary>
    internal sealed record Paragraph(string Text) : ManualBlock;

    /// <summary>Something that is explained, and the explanation.</summary>
    internal sealed record Entry(string Term, string Text) : ManualBlock
    {
        /// <summary>The first word of the term: an option, a keyword, a name of an attribute.</summary>
        public string Key => Term.Split([' ', '=', '[', ','], 2)[0];
    }

    /// <summary>Lines that are printed as they are.</summary>
    internal sealed record Literal(IReadOnlyList<string> Lines) : ManualBlock;
}
