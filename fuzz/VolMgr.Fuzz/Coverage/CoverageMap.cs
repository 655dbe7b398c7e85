using System.Reflection;

namespace VolMgr.Fuzz.Coverage;

/// <summary>
/// Which basic blocks of the instrumented libraries have run: a byte each, in a field that
/// <see cref="Instrumentation"/> gave to every library. Without instrumented libraries there are none.
/// </summary>
internal static class CoverageMap
{
    /// <summary>The type and the field that an instrumented library has.</summary>
    public const string TypeName = "CoverageOfFuzzing";

    /// <summary>One byte for each block, 1 once it has run.</summary>
    public const string FieldName = "Reached";

    private static readonly byte[][] Maps =
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Where(Instrumentation.IsOurs)
            .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)).GetType(TypeName))
            .Select(type => type?.GetField(FieldName)?.GetValue(null)).OfType<byte[]>(),
    ];

    /// <summary>Blocks that there are; 0: the libraries are not instrumented.</summary>
    public static int Total { get; } = Maps.Sum(map => map.Length);

    /// <summary>Blocks that have run.</summary>
    public static int Count()
    {
        int reached = 0;
        foreach (byte[] map in Maps)
        {
            reached += map.AsSpan().Count((byte)1);
        }

        return reached;
    }
}
