using BenchmarkDotNet.Attributes;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Benchmarks;

/// <summary>The lock that every write takes.</summary>
[MemoryDiagnoser]
public class RangeLockBenchmarks
{
    private const int Block = 4096;

    private readonly RangeLockTable table = new();
    private readonly List<RangeHold> others = [];

    /// <summary>Requests that hold other ranges meanwhile.</summary>
    [Params(0, 32)]
    public int Others { get; set; }

    /// <summary>Takes the ranges of the others.</summary>
    [GlobalSetup]
    public async Task TakeOthersAsync()
    {
        for (int index = 0; index < Others; index++)
        {
            others.Add(await table.AcquireAsync(
                (index + 1L) * (1 << 20), Block, RangeClass.Write, CancellationToken.None));
        }
    }

    /// <summary>A range that nobody else wants.</summary>
    [Benchmark]
    public async ValueTask<int> AcquireAndRelease()
    {
        RangeHold hold = await table.AcquireAsync(0, Block, RangeClass.Write, CancellationToken.None);
        hold.Release();
        return table.Count;
    }
}
