using BenchmarkDotNet.Attributes;
using VolMgr.Nbd.Protocol;

namespace VolMgr.Benchmarks;

/// <summary>What each NBD request costs before it is one.</summary>
[MemoryDiagnoser]
public class RequestBenchmarks
{
    private readonly byte[] bytes = new byte[RequestHeader.CompactSize];

    /// <summary>A read of 4 KiB.</summary>
    [GlobalSetup]
    public void Write() => new RequestHeader(CommandFlags.None, NbdCommand.Read, 7, 1 << 20, 4096)
        .WriteTo(bytes, HeaderStyle.Simple);

    /// <summary>Reads the header.</summary>
    [Benchmark]
    public ulong Read() => RequestHeader.TryRead(bytes, HeaderStyle.Simple, out RequestHeader header)
        ? header.Length
        : 0;
}
