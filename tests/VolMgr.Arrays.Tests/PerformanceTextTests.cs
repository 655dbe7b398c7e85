namespace VolMgr.Arrays.Tests;

/// <summary>Performance models in lab.yaml.</summary>
public sealed class PerformanceTextTests
{
    [Fact]
    public void Models_of_every_part_are_written_and_read_again()
    {
        LabTopology modelled = LabTemplates.Build(LabTemplates.Modelled, new LabTemplateOptions(2, 1 << 20))!;
        LabTopology full = modelled with
        {
            IsVirtual = true,
            Arrays = [modelled.Arrays[0], modelled.Arrays[1] with
            {
                Pools = [new PoolTopology
                {
                    Name = "p1", Size = 1 << 20,
                    Performance = new() { BytesPerSecond = 3L << 29, Flush = TimeSpan.FromTicks(15) },
                }],
                Luns = [.. modelled.Arrays[1].Luns.Select((lun, index) => lun with
                {
                    Pool = "p1",
                    Performance = index == 0 ? new() { OperationsPerSecond = 900, BytesPerSecond = 1500 } : null,
                })],
            }],
        };
        string text = LabTopologyText.Write(full);

        Assert.Contains("clock: virtual\n", text);
        Assert.Contains("      lun: { read: 5ms, write: 1ms, depth: 32 }\n", text);
        Assert.Contains("      port: { bandwidth: 400MB/s, iops: 20000 }\n", text);
        Assert.Contains("unit: 16k, performance: { flush: 1.5us, bandwidth: 1536MiB/s } }", text);
        Assert.Contains("performance: { bandwidth: 1.5KB/s, iops: 900 }, thin: true }", text);
        TopologyReading reading = LabTopologyText.Read(text);
        Assert.Empty(reading.Problems);
        Assert.Equal(text, LabTopologyText.Write(reading.Topology!));
        Assert.Equal(full.Arrays[0].Performance, reading.Topology!.Arrays[0].Performance);
        Assert.Equal(full.Arrays[1].Pools[0].Performance, reading.Topology.Arrays[1].Pools[0].Performance);
        Assert.Equal(full.Arrays[1].Luns[0].Performance, reading.Topology.Arrays[1].Luns[0].Performance);
        Assert.True(reading.Topology.IsVirtual);
    }

    [Theory]
    [InlineData("read: 5ms", "read: 5", "arrays[0].performance.lun.read: '5' is no such time; write a time")]
    [InlineData("read: 5ms", "read: 61s", "'61s' is no such time")]
    [InlineData("read: 5ms", "read: -1ms", "'-1ms' is no such time")]
    [InlineData("read: 5ms", "read: 0.01us", "'0.01us' is no such time")]
    [InlineData("bandwidth: 400MB/s", "bandwidth: 400m", "performance.port.bandwidth: '400m' is no such rate; write")]
    [InlineData("bandwidth: 400MB/s", "bandwidth: 0MB/s", "'0MB/s' is no such rate")]
    [InlineData("bandwidth: 400MB/s", "bandwidth: 2000GB/s", "'2000GB/s' is no such rate")]
    [InlineData("iops: 20000", "iops: 0", "'0' is not a whole number from 1 to 100000000")]
    [InlineData("iops: 20000", "depth: 4", "performance.port.depth: there is no such field")]
    [InlineData("depth: 32", "depth: 65537", "'65537' is not a whole number from 1 to 65536")]
    [InlineData("      array: { bandwidth: 200MB/s }", "      array: 5", "performance.array: a mapping is needed")]
    [InlineData("      array:", "      cache:", "performance.cache: there is no such field; the fields here are port")]
    [InlineData("format: 1", "format: 1\nclock: fast", "clock: 'fast' is neither real nor virtual")]
    public void A_mistake_gives_one_clear_sentence(string right, string wrong, string sentence)
    {
        string text = LabTopologyText.Write(
            LabTemplates.Build(LabTemplates.Modelled, new LabTemplateOptions(1, 1 << 20))!);
        Assert.Contains(right, text);
        int place = text.IndexOf(right, StringComparison.Ordinal);
        TopologyReading reading = LabTopologyText.Read(text[..place] + wrong + text[(place + right.Length)..]);

        Assert.Null(reading.Topology);
        Assert.Contains(sentence, Assert.Single(reading.Problems).ToString());
    }
}
