using System.Reflection;

namespace VolMgr.Commands.Tests;

/// <summary>Texts that are compared with files under Golden; VOLMGR_REWRITE_GOLDEN=1 writes them anew for
/// review.</summary>
internal static class GoldenFile
{
    private static readonly string Folder = Path.Combine(
        typeof(GoldenFile).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(item => item.Key == "ProjectDirectory").Value ?? ".",
        "Golden");

    public static void Matches(string name, IEnumerable<string> lines) =>
        Matches(name, string.Concat(lines.Select(line => line + "\n")));

    public static void Matches(string name, string text)
    {
        string path = Path.Combine(Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("VOLMGR_REWRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }
}
