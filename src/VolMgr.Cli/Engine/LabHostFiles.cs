using VolMgr.Arrays;

namespace VolMgr.Cli.Engine;

/// <summary>
/// A host's small files under the lab's hosts/NAME. A write is a new file, flushed, put in the old one's place.
/// </summary>
internal sealed class LabHostFiles(string folder, HostPower power) : IHostFiles
{
    private const string TemporarySuffix = ".new";
    private readonly Lock writing = new();

    /// <inheritdoc/>
    public string? Read(string relativePath)
    {
        string path = Path.Combine(folder, relativePath);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <inheritdoc/>
    public void Write(string relativePath, string text)
    {
        if (power.IsCut)
        {
            return; // a crashed host writes nothing any more, and nobody is left to be told
        }

        lock (writing)
        {
            DurableText.Replace(Path.Combine(folder, relativePath), text);
        }
    }

    /// <inheritdoc/>
    public void Delete(string relativePath)
    {
        string path = Path.Combine(folder, relativePath);
        if (!power.IsCut && File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string relativeFolder)
    {
        string path = Path.Combine(folder, relativeFolder);
        if (!Directory.Exists(path))
        {
            return [];
        }

        return [.. Directory.EnumerateFiles(path)
            .Where(file => !file.EndsWith(TemporarySuffix, StringComparison.Ordinal))
            .Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal)];
    }
}

/// <summary>
/// Replaces small text files as a whole: a crash, or a full file system, leaves the old text or the new one.
/// </summary>
internal static class DurableText
{
    /// <summary>Creates or replaces the file, making its folder where there is none.</summary>
    public static void Replace(string path, string text)
    {
        string folder = Path.GetDirectoryName(path) ?? throw new ArgumentException("a file has a folder", nameof(path));
        Directory.CreateDirectory(folder);
        string temporary = path + ".new";
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }
}
