namespace VolMgr.Arrays;

/// <summary>
/// Host files in memory, for virtual labs and tests. They outlive the host that uses them, as files do.
/// </summary>
public sealed class MemoryHostFiles : IHostFiles
{
    private readonly Lock sync = new();
    private readonly SortedDictionary<string, string> files = new(StringComparer.Ordinal);

    /// <summary>Other files with the same content.</summary>
    public MemoryHostFiles Copy()
    {
        var copy = new MemoryHostFiles();
        lock (sync)
        {
            foreach ((string path, string text) in files)
            {
                copy.files.Add(path, text);
            }
        }

        return copy;
    }

    /// <inheritdoc/>
    public string? Read(string relativePath)
    {
        lock (sync)
        {
            return files.GetValueOrDefault(relativePath);
        }
    }

    /// <inheritdoc/>
    public void Write(string relativePath, string text)
    {
        lock (sync)
        {
            files[relativePath] = text;
        }
    }

    /// <inheritdoc/>
    public void Delete(string relativePath)
    {
        lock (sync)
        {
            files.Remove(relativePath);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string relativeFolder)
    {
        string prefix = relativeFolder.TrimEnd('/') + "/";
        lock (sync)
        {
            return [.. files.Keys
                .Where(path => path.StartsWith(prefix, StringComparison.Ordinal))
                .Select(path => path[prefix.Length..])
                .Where(name => !name.Contains('/', StringComparison.Ordinal))];
        }
    }
}
