using System.Reflection;

namespace VolMgr.Fuzz;

/// <summary>The inputs of a target that are kept.</summary>
internal static class Corpus
{
    public static string Root { get; } = typeof(Corpus).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Corpus").Value ?? "";

    /// <summary>Name and bytes of each input, in the order of the names.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Read(string target) =>
    [
        .. Directory.GetFiles(Path.Combine(Root, target), "*.hex")
            .Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileNameWithoutExtension(file), Parse(File.ReadAllText(file)))),
    ];

    private static byte[] Parse(string text) =>
        Convert.FromHexString(string.Concat(text.Where(character => !char.IsWhiteSpace(character))));
}
