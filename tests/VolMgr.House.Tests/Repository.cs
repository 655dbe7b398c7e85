using System.Reflection;

namespace VolMgr.House.Tests;

/// <summary>The files of the repository that people write.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["bin", "obj", "artifacts", ".git"];

    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "RepositoryRoot").Value!;

    public static string[] Projects { get; } =
        Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories);

    /// <summary>Every source file of src, tests and fuzz with its lines.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
    [
        .. new[] { "src", "tests", "fuzz" }.SelectMany(folder => Files(folder, "*.cs"))
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path), File.ReadAllLines(path))),
    ];

    /// <summary>Files in a folder of the repository, sorted, without build output; none without the folder.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        string path = Path.Combine(Root, folder);
        return !Directory.Exists(path)
            ? []
            : Directory.GetFiles(path, pattern, SearchOption.AllDirectories)
                .Where(file => !Path.GetRelativePath(Root, file).Split('/').Any(Skipped.Contains))
                .Order(StringComparer.Ordinal);
    }
}

/// <summary>One source file; the path is relative to the repository.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);
}
