using BenchmarkDotNet.Attributes;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Benchmarks;

/// <summary>The dirty region log where it costs every write: a region that is dirty already.</summary>
[MemoryDiagnoser]
public class DirtyRegionBenchmarks
{
    private readonly DirtyRegionTable table = new(new DirtyRegionLogGeometry(1L << 30));

    /// <summary>The region becomes dirty.</summary>
    [GlobalSetup]
    public void Dirty() => table.Use(3, 3);

    /// <summary>Marks and drops.</summary>
    [Benchmark]
    public long MarkAndDrop()
    {
        long version = table.HasRoom(3, 3) ? table.Use(3, 3) : 0;
        table.Drop(3, 3, 1);
        return version;
    }
}
