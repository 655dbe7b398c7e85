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

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

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
        ("faults", ["", "@when@@fault@\n@faults@", "# @word@\n@faults@"]),
        ("when", ["", "after @time@ ", "at 2026-01-01T00:00:00Z ", "at @word@ ", "clear ", "after @time@ clear "]),
        ("time", ["30s", "@number@@unit@", "@number@h", "2m", "1e300s", "@word@"]),
        ("fault",
            ["@name@ @target@", "@name@ @target@ @option@", "@name@ @target@ @option@ @option@", "all", "@word@"]),
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

    /// <summary>Steps are read back as they are written, and so are the faults that they left.</summary>
    private static void ReadFaults(string text)
    {
        (IReadOnlyList<FaultStep> steps, string? refusal) = FaultScenario.Read(Lab, text, Now);
        Invariant.Holds(refusal is null || (refusal.Length > 0 && steps.Count == 0));
        string written = string.Concat(steps.Select(step => $"{step}\n"));
        (IReadOnlyList<FaultStep> again, refusal) = FaultScenario.Read(Lab, written, Now);
        Invariant.Holds(refusal is null && written == string.Concat(again.Select(step => $"{step}\n")));
        LabFaults faults = new LabArrays().Faults;
        foreach (FaultStep step in steps)
        {
            _ = FaultScenario.Apply(faults, Lab, step);
        }

        (IReadOnlyList<FaultStep> left, refusal) = FaultScenario.Read(Lab, faults.ToText(), Now);
        Invariant.Holds(refusal is null && left.Count == faults.Active.Count);
    }
}
