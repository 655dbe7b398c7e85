using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using VolMgr.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(RangeLockBenchmarks).Assembly).Run(
    args,
    DefaultConfig.Instance.WithArtifactsPath(Path.Combine("artifacts", "benchmarks")));
