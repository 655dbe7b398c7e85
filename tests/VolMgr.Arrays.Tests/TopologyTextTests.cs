using System.Text.RegularExpressions;

namespace VolMgr.Arrays.Tests;

public sealed class TopologyTextTests
{
    private const string PureSerial = "624a9370cb6f00112233000000000012";

    /// <summary>Every field of the format, each on a line of its own.</summary>
    private const string Full = """
        format: 1
        arrays:
          - name: emc0
            kind: emc-symmetrix
            vendor: EMC
            product: SYMMETRIX
            revision: '5978'
            firmware: 5978.221
            serial: '000190300123'
            ports: 2
            luns:
              - name: 01f4
                number: 1
                size: 1g
                serial: 90001F4000
                avid: 01f4
                backing: arrays/emc0/one.img
                thin: true
              - name: 01f5
                number: 2
                size: 1048576
                serial: 90001F5000
                avid: ''
        hosts:
          - name: host1
            hostname: node1.example.com
            hbas:
              - controller: c2
                arrays: [emc0]
              - controller: c3
                arrays: ['emc0:1', 'emc0:2']
            unpresented: [emc0/01f5]
        """;

    [Fact]
    public void A_text_with_every_field_is_read()
    {
        LabTopology topology = Accept(Full);

        ArrayTopology array = Assert.Single(topology.Arrays);
        Assert.Equal(("emc0", "emc-symmetrix", "5978", "5978.221", "000190300123", 2),
            (array.Name, array.Kind, array.Revision, array.Firmware, array.Serial, array.PortCount));
        Assert.Equal(
            new LunTopology
            {
                Name = "emc0/01f4",
                Number = 1,
                Size = 1L << 30,
                Serial = "90001F4000",
                ArrayVolumeId = "01f4",
                Backing = "arrays/emc0/one.img",
                IsThin = true,
            },
            array.Luns[0]);
        Assert.Equal(
            new LunTopology
            {
                Name = "emc0/01f5",
                Number = 2,
                Size = 1L << 20,
                Serial = "90001F5000",
                ArrayVolumeId = "",
                Backing = "arrays/emc0/01f5.img",
            },
            array.Luns[1]);
        HostTopology host = Assert.Single(topology.Hosts);
        Assert.Equal(("host1", "node1.example.com"), (host.Name, host.HostName));
        Assert.Equal([new PortTarget("emc0", null)], host.Hbas[0].Targets);
        Assert.Equal([new PortTarget("emc0", 1), new PortTarget("emc0", 2)], host.Hbas[1].Targets);
        Assert.Equal(["emc0/01f5"], host.Unpresented);
    }

    [Fact]
    public void Writing_and_reading_gives_the_same_text()
    {
        foreach (string text in LabTemplates.All
            .Select(template => LabTemplates.Build(template.Name, new LabTemplateOptions(5, 1536, 2, 4096)))
            .Append(Accept(Full))
            .Select(topology => LabTopologyText.Write(topology!)))
        {
            Assert.Equal(text, LabTopologyText.Write(Accept(text)));
        }
    }

    [Fact]
    public void The_template_reads_well()
    {
        LabTopology topology = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(1, 1L << 30))!;

        Assert.Equal(
            $$"""
            # Topology of a VolMgr lab.
            format: 1

            arrays:
              - name: emc0
                kind: emc-symmetrix
                vendor: EMC
                product: SYMMETRIX
                revision: '5978'
                serial: '000190300123'
                ports: 2
                luns:
                  - { name: '01f4', number: 1, size: 1g, serial: '90001F4000', avid: '01f4' }
              - name: pure0
                kind: pure
                vendor: PURE
                product: FlashArray
                revision: '8888'
                firmware: '6.3.4'
                serial: CB6F00112233
                ports: 2
                luns:
                  - { name: '0012', number: 1, size: 1g, serial: '{{PureSerial}}', avid: '0012', thin: true }

            hosts:
              - name: host1
                hostname: host1
                hbas:
                  - { controller: c2, arrays: [emc0:1, pure0:1] }
                  - { controller: c3, arrays: [emc0:2, pure0:2] }

            """,
            LabTopologyText.Write(topology));
    }

    /// <summary>Takes out each line with a required field in turn; exactly that field has to be named.</summary>
    [Fact]
    public void Each_missing_required_field_is_named_with_its_path()
    {
        string[] required =
        [
            "format: 1", "kind: emc-symmetrix", "vendor: EMC", "product: SYMMETRIX", "revision: '5978'",
            "serial: '000190300123'", "number: 1", "size: 1g", "serial: 90001F4000", "avid: 01f4", "arrays: [emc0]",
        ];
        foreach (string line in required)
        {
            string text = string.Join('\n', Full.Split('\n').Where(item => item.Trim() != line));
            string field = line[..line.IndexOf(':', StringComparison.Ordinal)];
            Assert.Contains(Problems(text), problem =>
                problem.Field.EndsWith(field, StringComparison.Ordinal)
                && problem.Message.Contains("missing", StringComparison.Ordinal)
                && problem.Message.Contains("write", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("name: emc0", "array: emc0", "arrays[0].name", "missing")]
    [InlineData("name: host1", "nome: host1", "hosts[0].name", "missing")]
    [InlineData("name: host1", "nome: host1", "hosts[0].nome", "there is no such field")]
    [InlineData("controller: c2", "ctlr: c2", "hosts[0].hbas[0].controller", "missing")]
    [InlineData("format: 1", "format: one", "format", "whole number")]
    [InlineData("format: 1", "format: 0", "format", "whole number")]
    [InlineData("format: 1", "format: 2", "format", "newer than this program reads (1)")]
    [InlineData("format: 1", "format: [1]", "format", "one value is needed")]
    [InlineData("kind: emc-symmetrix", "kind: emc", "arrays[0].kind", "use one of emc-symmetrix, emc-clariion")]
    [InlineData("vendor: EMC", "vendor: EMC Corporation", "arrays[0].vendor", "1 to 8 printable")]
    [InlineData("vendor: EMC", "vendor: ''", "arrays[0].vendor", "is empty")]
    [InlineData("vendor: EMC", "vendor: {}", "arrays[0].vendor", "one value is needed")]
    [InlineData("revision: '5978'", "revision: 5978.1", "arrays[0].revision", "1 to 4 printable")]
    [InlineData("serial: '000190300123'", "serial: 'a b'", "arrays[0].serial", "1 to 32 letters")]
    [InlineData("ports: 2", "ports: 65", "arrays[0].ports", "from 1 to 64")]
    [InlineData("ports: 2", "ports: 1", "hosts[0].hbas[1].arrays[1]", "no port 2")]
    [InlineData("number: 1", "number: -1", "arrays[0].luns[0].number", "from 0 to 16383")]
    [InlineData("number: 1", "number: 2", "arrays[0].luns[1].number", "is used in line 13 already")]
    [InlineData("name: 01f5", "name: 01f4", "arrays[0].luns[1].name", "is used in line 12 already")]
    [InlineData("name: 01f5", "name: ../x", "arrays[0].luns[1].name", "letters, digits")]
    [InlineData("serial: 90001F5000", "serial: 90001F4000", "arrays[0].luns[1].serial", "serial of its own")]
    [InlineData("avid: ''", "avid: 01f4", "arrays[0].luns[1].avid", "avid of its own")]
    [InlineData("avid: 01f4", "avid: 01F4", "arrays[0].luns[0].avid", "hexadecimal digits")]
    [InlineData("avid: 01f4", "avid: 1f4", "arrays[0].luns[0].avid", "hexadecimal digits")]
    [InlineData("avid: ''", "avid:", "arrays[0].luns[1].avid", "has no value")]
    [InlineData("backing: arrays/emc0/one.img", "backing: ../one.img", "arrays[0].luns[0].backing", "inside the lab")]
    [InlineData("backing: arrays/emc0/one.img", "backing: /one.img", "arrays[0].luns[0].backing", "inside the lab")]
    [InlineData("backing: arrays/emc0/one.img", "backing: arrays/emc0/01f5.img",
        "arrays[0].luns[1].backing", "its own")]
    [InlineData("thin: true", "thin: maybe", "arrays[0].luns[0].thin", "neither true nor false")]
    [InlineData("controller: c3", "controller: c2", "hosts[0].hbas[1].controller", "is used in line")]
    [InlineData("controller: c3", "controller: hba3", "hosts[0].hbas[1].controller", "the letter c")]
    [InlineData("arrays: [emc0]", "arrays: [emc1]", "hosts[0].hbas[0].arrays[0]",
        "there is no array 'emc1'; use one of emc0")]
    [InlineData("arrays: [emc0]", "arrays: emc0", "hosts[0].hbas[0].arrays", "a list is needed")]
    [InlineData("arrays: [emc0]", "arrays: [emc0, 'emc0:1']", "hosts[0].hbas[0].arrays[1]", "already")]
    [InlineData("arrays: [emc0]", "arrays: ['emc0:3']", "hosts[0].hbas[0].arrays[0]", "ports are 1 to 2")]
    [InlineData("arrays: [emc0]", "arrays: [[emc0]]", "hosts[0].hbas[0].arrays[0]", "one word is needed")]
    [InlineData("unpresented: [emc0/01f5]", "unpresented: [01f5]", "hosts[0].unpresented[0]", "there is no LUN '01f5'")]
    [InlineData("unpresented: [emc0/01f5]", "unpresented: [emc0/01f5, emc0/01f5]", "hosts[0].unpresented[1]", "twice")]
    [InlineData("unpresented: [emc0/01f5]", "hidden: [emc0/01f5]", "hosts[0].hidden",
        "there is no such field; the fields here are name, ")]
    public void A_wrong_field_is_named_with_its_path_and_remedy(string before, string after, string field, string words)
    {
        TopologyReading reading = LabTopologyText.Read(ReplaceOnce(before, after));

        Assert.Null(reading.Topology);
        Assert.Contains(reading.Problems, problem =>
            problem.Field == field && problem.Message.Contains(words, StringComparison.Ordinal));
        Assert.All(reading.Problems, problem => Assert.EndsWith(".", problem.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-1", "is negative")]
    [InlineData("10x", "is not a size")]
    [InlineData("1.5g", "is not a size")]
    [InlineData("g", "is not a size")]
    [InlineData("''", "is not a size")]
    [InlineData("0", "at least 512")]
    [InlineData("0g", "at least 512")]
    [InlineData("511", "not a multiple of 512")]
    [InlineData("9223372036854775808", "larger than a LUN can be")]
    [InlineData("9223372036854775807", "larger than a LUN can be")]
    [InlineData("99999999999999999999999999999999999999999999", "larger than a LUN can be")]
    [InlineData("1048577t", "larger than a LUN can be")]
    public void A_bad_size_is_one_problem(string size, string words)
    {
        TopologyProblem problem = Assert.Single(Problems(ReplaceOnce("size: 1g", $"size: {size}")));

        Assert.Equal((14, "arrays[0].luns[0].size"), (problem.Line, problem.Field));
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("512", 512)]
    [InlineData("3k", 3072)]
    [InlineData("2M", 2L << 20)]
    [InlineData("15t", 15L << 40)]
    [InlineData("1048576T", 1L << 60)]
    public void Sizes_take_suffixes(string size, long bytes) =>
        Assert.Equal(bytes, Accept(ReplaceOnce("size: 1g", $"size: {size}")).Luns.First().Size);

    [Fact]
    public void All_problems_are_told_at_once_in_the_order_of_the_text()
    {
        string text = Full.Replace("kind: emc-symmetrix", "kind: nothing", StringComparison.Ordinal)
            .Replace("size: 1g", "size: 10x", StringComparison.Ordinal)
            .Replace("controller: c2", "controller: x", StringComparison.Ordinal);

        Assert.Equal(
            ["line 4, arrays[0].kind", "line 14, arrays[0].luns[0].size", "line 28, hosts[0].hbas[0].controller"],
            Problems(text).Select(problem => problem.ToString().Split(':')[0]));
    }

    [Fact]
    public void Two_hosts_of_one_hostname_are_refused_since_locks_go_by_it()
    {
        string text = Full + "\n  - name: node1.example.com\n    hbas: [{ controller: c2, arrays: [emc0] }]\n";

        TopologyProblem problem = Assert.Single(Problems(text));
        Assert.Equal("hosts[1].name", problem.Field);
        Assert.Contains("host locks", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hundreds_of_problems_give_a_readable_answer()
    {
        string luns = string.Concat(Enumerable.Repeat("      - {}\n", 500));
        string text = Regex.Replace(Full, @"      - name: 01f4(?:.|\n)*?(?=hosts:)", luns);

        IReadOnlyList<TopologyProblem> problems = Problems(text);
        Assert.Equal(101, problems.Count);
        Assert.Contains("more problems", problems[^1].Message, StringComparison.Ordinal);
    }

    private static string ReplaceOnce(string before, string after)
    {
        int at = Full.IndexOf(before, StringComparison.Ordinal);
        Assert.True(at >= 0);
        return Full[..at] + after + Full[(at + before.Length)..];
    }

    private static LabTopology Accept(string text)
    {
        TopologyReading reading = LabTopologyText.Read(text);
        Assert.Empty(reading.Problems);
        Assert.NotNull(reading.Topology);
        return reading.Topology;
    }

    private static IReadOnlyList<TopologyProblem> Problems(string text)
    {
        TopologyReading reading = LabTopologyText.Read(text);
        Assert.Null(reading.Topology);
        Assert.NotEmpty(reading.Problems);
        return reading.Problems;
    }
}
