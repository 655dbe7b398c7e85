using System.Diagnostics;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli.Tests.Virtual;

/// <summary>Whole rehearsals in virtual time.</summary>
public sealed class VirtualRehearsalTests
{
    [Fact]
    public void Passes_with_a_crash_of_the_host_and_the_same_seed_gives_the_same_report()
    {
        RehearseOptions options = Options(seed: 5, size: 64L << 20);
        RehearseReport report = Run(options);

        Assert.Equal("pass", report.Result);
        Assert.All(report.Checks, check => Assert.True(check.Passed, $"{check.Name}: {check.Detail}"));
        Assert.Equal(1, report.HostCrashes);
        Assert.True(report.VirtualSeconds > 120, $"{report.VirtualSeconds} s");
        Assert.Contains("of virtual time", report.ToText(), StringComparison.Ordinal);
        Assert.Equal(report.ToJson(), Run(options).ToJson());
        Assert.NotEqual(report.ToJson(), Run(options with { Seed = 6 }).ToJson());
    }

    /// <summary>The old array passes 200 MB/s, so a copy can be no faster; and it is not slower by much.</summary>
    [Fact]
    public void A_copy_takes_the_time_that_the_old_array_needs()
    {
        RehearseReport report = Run(Options(seed: 1, size: 1L << 30) with
        {
            Volumes = 1,
            Crashes = 0,
            OperationsPerSecond = 1,
        });

        Assert.Equal("pass", report.Result);
        double seconds = report.BytesCopied / 200e6;
        Assert.InRange(report.CopySeconds, seconds, 1.2 * seconds);
    }

    /// <summary>Memory goes by what the application writes, not by the size of volumes: a tebibyte in the long tier,
    /// which takes minutes to be made and compared, else a few gibibytes.</summary>
    [Fact]
    public void A_large_volume_takes_a_few_hundred_megabytes()
    {
        bool isLong = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all";
        RehearseReport report = Run(Options(seed: 1, size: isLong ? 1L << 40 : 2L << 30) with
        {
            Volumes = 1,
            OperationsPerSecond = 4,
        });

        Assert.Equal("pass", report.Result);
        using Process self = Process.GetCurrentProcess();
        Assert.InRange(self.PeakWorkingSet64, 0, 1L << 30);
    }

    private static RehearseOptions Options(int seed, long size) =>
        new(null, seed, size, 3, WorkloadShape.All[0], IsJson: true) { IsVirtual = true };

    private static RehearseReport Run(RehearseOptions options)
    {
        using TemporaryFolder folder = new();
        return VirtualRehearsal.Run(options, folder.Path, new PlainProgress(TextWriter.Null), CancellationToken.None);
    }
}
