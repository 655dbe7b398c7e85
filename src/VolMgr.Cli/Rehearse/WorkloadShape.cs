namespace VolMgr.Cli.Rehearse;

/// <summary>What the verified application does to one volume.</summary>
/// <param name="Name">How the option names it.</param>
/// <param name="ReadShare">Share of reads among the operations.</param>
/// <param name="Depth">Operations in flight.</param>
/// <param name="OperationsPerSecond">The pace; 0 for as fast as it goes.</param>
/// <param name="MaximumBlocks">Operations are 1 to this many blocks of 4 KiB long.</param>
/// <param name="IsSequential">Walks through the volume instead of jumping.</param>
/// <param name="FlushEvery">Writes between flushes.</param>
internal sealed record WorkloadShape(
    string Name,
    double ReadShare,
    int Depth,
    int OperationsPerSecond,
    int MaximumBlocks,
    bool IsSequential,
    int FlushEvery)
{
    public static IReadOnlyList<WorkloadShape> All { get; } =
    [
        new("mixed", 0.7, 4, 400, 4, false, 64),
        new("random-write", 0.0, 4, 400, 1, false, 64),
        new("database", 0.5, 2, 300, 2, false, 1),
        new("sequential", 0.2, 2, 200, 16, true, 32),
        new("read-mostly", 0.95, 4, 600, 4, false, 16),
        new("unthrottled", 0.3, 8, 0, 1, false, 256),
    ];

    /// <summary>The shape of that name, or null.</summary>
    public static WorkloadShape? Find(string name) =>
        All.FirstOrDefault(shape => string.Equals(shape.Name, name, StringComparison.Ordinal));
}
