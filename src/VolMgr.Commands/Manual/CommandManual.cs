namespace VolMgr.Commands.Manual;

/// <summary>The manual pages of the vx* commands, and what a shell needs to complete their words.</summary>
public static class CommandManual
{
    /// <summary>What a command is for, in a few words; null for a command that does not exist.</summary>
    public static string? SummaryOf(string name) => Page(name)?.Summary;

    /// <summary>The page as plain text of 80 columns; null for a command that does not exist.</summary>
    public static string? Text(string name) => Page(name) is { } page ? ManualText.Of(page) : null;

    /// <summary>The page in the language of man(7); null for a command that does not exist.</summary>
    public static string? Roff(string name) => Page(name) is { } page ? ManualRoff.Of(page) : null;

    private static ManualPage? Page(string name) =>
        CommandCatalogue.All.FirstOrDefault(each => string.Equals(each.Name, name, StringComparison.Ordinal))
            is { } definition ? ManualPage.Of(definition) : null;
}
