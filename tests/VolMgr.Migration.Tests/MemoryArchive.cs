namespace VolMgr.Migration.Tests;

/// <summary>Journals in memory, and a file system as large as a test likes.</summary>
internal sealed class MemoryArchive : IMigrationArchive
{
    private readonly Lock guard = new();
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private bool isCut;

    public HostSpace Space { get; set; } = new(1L << 40, 1L << 20);

    public int Count => texts.Count;

    public string? Read(string groupName) => texts.GetValueOrDefault(groupName);

    public void Write(string groupName, string text)
    {
        lock (guard)
        {
            if (isCut)
            {
                throw new IOException("the process that writes this is gone");
            }

            texts[groupName] = text;
        }
    }

    public HostSpace MeasureSpace(string enclosure) => Space;

    /// <summary>The same texts for another process; what is left of this one writes no more.</summary>
    public MemoryArchive TakeOver()
    {
        MemoryArchive next = new() { Space = Space };
        lock (guard)
        {
            isCut = true;
            foreach ((string group, string text) in texts)
            {
                next.texts[group] = text;
            }
        }

        return next;
    }
}
