namespace VolMgr.Arrays;

/// <summary>One thing wrong in a lab topology.</summary>
/// <param name="Line">Line of the text, from 1.</param>
/// <param name="Field">Where in the document, such as arrays[0].luns[2].size; empty for the document itself.</param>
/// <param name="Message">What is wrong and what to write instead, one sentence without the place.</param>
public sealed record TopologyProblem(int Line, string Field, string Message)
{
    /// <summary>The whole sentence: line, field, message.</summary>
    public override string ToString() =>
        Field.Length == 0 ? $"line {Line}: {Message}" : $"line {Line}, {Field}: {Message}";
}

/// <summary>What reading a lab topology gave: the topology, or everything that is wrong with the text.</summary>
public sealed record TopologyReading
{
    /// <summary>The topology; null when there are problems.</summary>
    public required LabTopology? Topology { get; init; }

    /// <summary>The problems in the order of the text; empty when there is a topology.</summary>
    public required IReadOnlyList<TopologyProblem> Problems { get; init; }
}
