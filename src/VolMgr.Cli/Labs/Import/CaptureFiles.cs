using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace VolMgr.Cli.Labs.Import;

/// <summary>
/// The texts of a file, of all files below a folder, or of an archive (.tar, .tar.gz, .tgz) such as the ones that
/// support tools of a host collect. Binary files are left out.
/// </summary>
internal static class CaptureFiles
{
    private const long LargestFile = 64L << 20;

    /// <summary>Name and text of each.</summary>
    public static IReadOnlyList<(string Name, string Text)> Read(string source)
    {
        if (!File.Exists(source) && !Directory.Exists(source))
        {
            throw UserErrorException.Usage($"there is no file {source}");
        }

        try
        {
            IEnumerable<string> paths = File.Exists(source)
                ? [source]
                : Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
            return [.. paths.SelectMany(path => IsArchive(path) ? ReadArchive(path) : ReadFile(path))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw UserErrorException.Refused($"cannot read {source}: {error.Message}", error);
        }
    }

    private static bool IsArchive(string path) =>
        path.EndsWith(".tar", StringComparison.Ordinal)
        || path.EndsWith(".tgz", StringComparison.Ordinal)
        || path.EndsWith(".tar.gz", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Text)> ReadFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        return TextOf(path, file, file.Length);
    }

    private static List<(string Name, string Text)> ReadArchive(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream plain = path.EndsWith("gz", StringComparison.Ordinal)
            ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var archive = new TarReader(plain);
        List<(string Name, string Text)> texts = [];
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                texts.AddRange(TextOf($"{path}:{entry.Name}", data, entry.Length));
            }
        }

        return texts;
    }

    private static IEnumerable<(string Name, string Text)> TextOf(string name, Stream content, long length)
    {
        if (length > LargestFile)
        {
            return [];
        }

        using var reader = new StreamReader(content, Encoding.UTF8, leaveOpen: true);
        string text = reader.ReadToEnd();
        return text.Contains('\0', StringComparison.Ordinal) ? [] : [(name, text)];
    }
}
