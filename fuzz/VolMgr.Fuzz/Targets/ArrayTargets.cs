using VolMgr.Arrays;
using VolMgr.Arrays.Faults;
using VolMgr.Blocks;

namespace VolMgr.Fuzz.Targets;

/// <summary>Texts that describe arrays and what is wrong with them.</summary>
internal static class ArrayTargets
{
    private static readonly LabTopology Lab = LabTemplates.Build(
        LabTemplates.Migration, new LabTemplateOptions(4, 64L << 20))
        ?? throw new InvariantViolationException("the template exists");

    private static readonly Grammar Topologies = new(
        ("lab", [LabTopologyText.Write(Lab), "version: 1\narrays:\n@arrays@hosts:\n@hosts@", "@value@: @value@\n"]),
        ("arrays", ["", "  - name: @word@\n    kind: @kind@\n@fields@    luns:\n@luns@@arrays@"]),
        ("kind", ["emc", "pure", "hitachi", "symmetrix", "disk", "@word@"]),
        ("fields", ["", "    @field@: @value@\n@fields@"]),
        ("field", ["serial", "vendor", "product", "revision", "ports", "access", "pools", "firmware", "latency", "size",
            "thin", "backing", "number", "controllers", "@word@"]),
        ("value", ["1", "@number@", "@size@", "@word@", "[@value@, @value@]", "{a: @value@}", "*a", "&a b", "!!str x",
            "true", "~", "|\n      text", "\"\\u0000\"", "nbd://h/e"]),
        ("luns", ["", "      - name: @word@\n        size: @size@\n        @field@: @value@\n@luns@"]),
        ("hosts", ["", "  - name: @word@\n    adapters:\n      - name: c@number@\n        wwn: @word@\n@hosts@"]));

    private static readonly Grammar Faults = new(
        ("faults", ["", "@fault@\n@faults@", "# @word@\n@faults@"]),
        ("fault", ["@name@ @target@", "@name@ @target@ @option@", "@name@ @target@ @option@ @option@", "@word@"]),
        ("name", [.. FaultCatalogue.All.Select(fault => fault.Name), "@word@"]),
        ("target", ["host1", "c0", "host1/c0", .. Lab.Arrays.Select(array => array.Name),
            .. Lab.Arrays.SelectMany(array => array.Luns).Take(4).Select(lun => lun.Name), "@word@", "*"]),
        ("option", [.. FaultCatalogue.All.SelectMany(fault => fault.Options.Keys).Distinct()
            .Select(key => key + "=@value@"), "@word@"]),
        ("value", ["1", "@number@", "@size@", "@target@", "@word@"]));

    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new TextTarget("topology", "lab.yaml", Topologies, ReadTopology),
        new TextTarget("faults", "fault scenarios", Faults, ReadFaults),
    ];

    private static void ReadTopology(string text)
    {
        TopologyReading reading = LabTopologyText.Read(text);
        Invariant.Holds((reading.Topology is null) == (reading.Problems.Count > 0));
        if (reading.Topology is { } topology)
        {
            string written = LabTopologyText.Write(topology);
            TopologyReading again = LabTopologyText.Read(written);
            Invariant.Holds(again.Topology is not null && LabTopologyText.Write(again.Topology) == written);
        }
    }

    private static void ReadFaults(string text)
    {
        LabFaults faults = new LabArrays().Faults;
        if (faults.Load(Lab, text) is null)
        {
            string written = faults.ToText();
            LabFaults again = new LabArrays().Faults;
            Invariant.Holds(again.Load(Lab, written) is null);
            Invariant.Holds(again.ToText() == written);
        }
    }
}
