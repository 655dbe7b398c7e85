namespace VolMgr.Commands.Manual;

/// <summary>A titled section of a manual page.</summary>
/// <param name="Title">As in the source; pages print it in capitals.</param>
/// <param name="Blocks">What it says.</param>
internal sealed record ManualSection(string Title, IReadOnlyList<ManualBlock> Blocks)
{
    /// <summary>The explained words, in the order of the source.</summary>
    public IEnumerable<ManualBlock.Entry> Entries => Blocks.OfType<ManualBlock.Entry>();
}
