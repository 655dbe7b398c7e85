using BenchmarkDotNet.Attributes;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Benchmarks;

/// <summary>CRC-32C of what is on disk.</summary>
[MemoryDiagnoser]
public class ChecksumBenchmarks
{
    private byte[] bytes = [];

    /// <summary>A sector of a log, and the slot of a copy record.</summary>
    [Params(512, 4096)]
    public int Size { get; set; }

    /// <summary>Bytes that are not all alike.</summary>
    [GlobalSetup]
    public void Fill() => bytes = [.. Enumerable.Range(0, Size).Select(index => unchecked((byte)(index * 31)))];

    /// <summary>The checksum.</summary>
    [Benchmark]
    public uint Crc() => Checksum.Of(bytes);
}
