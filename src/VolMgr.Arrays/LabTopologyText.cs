using VolMgr.Arrays.Topology;

namespace VolMgr.Arrays;

/// <summary>
/// The text form of a lab topology, `lab.yaml`: YAML without anchors, aliases and tags. The fields are listed in the
/// README of this project.
/// </summary>
public static class LabTopologyText
{
    /// <summary>Longest text that is read, in characters: far above what thousands of LUNs need.</summary>
    public const int LongestText = 8 << 20;

    /// <summary>
    /// Reads a topology, or says everything that is wrong with it; whatever the text is, it never throws. Only what
    /// makes the text unreadable as YAML, and a format newer than this program, end the search for further problems.
    /// </summary>
    public static TopologyReading Read(string yaml)
    {
        ProblemList problems = new();
        LabTopology? topology = YamlTree.Read(yaml, problems) is { } root ? TopologyReader.Read(root, problems) : null;
        return new TopologyReading
        {
            Topology = problems.IsEmpty ? topology : null,
            Problems = problems.InOrder(),
        };
    }

    /// <summary>The text of a topology; reading it gives an equal topology.</summary>
    public static string Write(LabTopology topology) => TopologyWriter.Write(topology);
}
