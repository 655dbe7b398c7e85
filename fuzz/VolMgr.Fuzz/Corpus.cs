using System.Reflection;
using System.Text;

namespace VolMgr.Fuzz;

/// <summary>The inputs of a target that are kept: text as it is, bytes as hexadecimal text.</summary>
internal static class Corpus
{
    public static string Root { get; } = typeof(Corpus).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "Corpus").Value ?? "";

    /// <summary>Name and bytes of each input, in the order of the names.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Read(IFuzzTarget target) =>
    [
        .. Directory.GetFiles(Path.Combine(Root, target.Name))
            .Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(file), ReadFile(file))),
    ];

    /// <summary>The bytes of one file.</summary>
    public static byte[] ReadFile(string file) => file.EndsWith(".hex", StringComparison.Ordinal)
        ? Convert.FromHexString(string.Concat(File.ReadAllText(file).Where(each => !char.IsWhiteSpace(each))))
        : File.ReadAllBytes(file);

    /// <summary>Keeps an input beside the others, so that the tests replay it; gives the file.</summary>
    public static string Keep(IFuzzTarget target, byte[] input)
    {
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..12];
        bool isPlain = target.IsText && Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(input)).SequenceEqual(input);
        string file = Path.Combine(Root, target.Name, $"finding-{hash}.{(isPlain ? "txt" : "hex")}");
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? Root);
        if (isPlain)
        {
            File.WriteAllBytes(file, input);
        }
        else
        {
            IEnumerable<string> rows = Convert.ToHexString(input).Chunk(64).Select(row => new string(row));
            File.WriteAllText(file, string.Concat(rows.Select(row => row + "\n")));
        }

        return Path.GetFullPath(file);
    }
}
