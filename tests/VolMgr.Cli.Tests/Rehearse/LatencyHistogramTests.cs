using FsCheck;
using FsCheck.Fluent;
using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Tests.Rehearse;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Without_operations_there_is_no_latency()
    {
        LatencyHistogram histogram = new();

        Assert.Equal((0, 0, 0), (histogram.Count, histogram.Percentile(0.5), histogram.Percentile(1)));
    }

    [Fact]
    public void Small_latencies_are_exact()
    {
        LatencyHistogram histogram = new();
        for (int value = 0; value <= 30; value++)
        {
            histogram.Record(value);
        }

        Assert.Equal(15, histogram.Percentile(0.5));
        Assert.Equal(30, histogram.Percentile(1));
    }

    [Fact]
    public void A_clock_that_steps_back_counts_as_no_time()
    {
        LatencyHistogram histogram = new();
        histogram.Record(-5);

        Assert.Equal((1, 0), (histogram.Count, histogram.Percentile(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(1000)]
    [InlineData(1_000_000_007)]
    [InlineData(long.MaxValue)]
    public void One_latency_is_told_to_a_sixteenth(long value)
    {
        LatencyHistogram histogram = new();
        histogram.Record(value);

        long most = value > long.MaxValue / 2 ? long.MaxValue : value + (value / 16);
        Assert.InRange(histogram.Percentile(0.5), value, most);
    }

    [Fact]
    public void A_percentile_bounds_its_share_of_the_operations_and_not_much_more() =>
        Prop.ForAll<int[], byte>((values, asked) =>
        {
            LatencyHistogram histogram = new();
            long[] sorted = [.. values.Select(value => (long)(value & int.MaxValue) % 100_000).Order()];
            Array.ForEach(sorted, histogram.Record);
            double share = (asked % 101) / 100.0;
            long bound = histogram.Percentile(share);
            long exact = sorted.Length == 0
                ? 0
                : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * share) - 1)];
            return bound >= exact && bound <= exact + (exact / 16);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Merging_is_as_recording_all_in_one()
    {
        LatencyHistogram first = new();
        LatencyHistogram second = new();
        LatencyHistogram all = new();
        for (int value = 0; value < 1000; value++)
        {
            (value % 3 == 0 ? first : second).Record(value * value);
            all.Record(value * value);
        }

        first.Merge(second);

        Assert.Equal(1000, first.Count);
        Assert.All(
            Enumerable.Range(0, 101),
            percent => Assert.Equal(all.Percentile(percent / 100.0), first.Percentile(percent / 100.0)));
    }
}
