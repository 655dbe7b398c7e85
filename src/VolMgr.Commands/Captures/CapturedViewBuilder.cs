namespace VolMgr.Commands.Captures;

/// <summary>Gathers the lines of one captured listing of a group; a whole one begins with the row of the
/// group.</summary>
internal sealed class CapturedViewBuilder(bool isBrief, bool isWhole, IReadOnlyList<string> header)
{
    private readonly List<List<string>> blocks = [];
    private bool isBroken = true;

    /// <summary>Whether it is the default view.</summary>
    public bool IsBrief => isBrief;

    /// <summary>Whether it shows the whole group.</summary>
    public bool IsWhole => isWhole;

    /// <summary>Adds a row.</summary>
    public void Add(string line)
    {
        if (isBroken)
        {
            blocks.Add([]);
            isBroken = false;
        }

        blocks[^1].Add(line);
    }

    /// <summary>A blank line: the next row begins a block.</summary>
    public void Break() => isBroken = true;

    /// <summary>The listing.</summary>
    public CapturedView Build() => new(isBrief, header, blocks) { IsWhole = isWhole };
}
