namespace VolMgr.Arrays.Multipath;

/// <summary>How one LUN's paths are used: what the administrator set for its enclosure, or the default.</summary>
/// <param name="Policy">How I/O is spread.</param>
/// <param name="PartitionSize">Bytes of a partition of the balanced policy; null: the tunable's.</param>
/// <param name="RetryCount">Repeats of a busy answer; null: the tunable's.</param>
/// <param name="RetryTime">Time for repeats instead of their number; null: they are counted.</param>
/// <param name="Redundancy">How many enabled paths a LUN should have.</param>
internal sealed record MultipathSettings(
    IoPolicy Policy, long? PartitionSize = null, int? RetryCount = null, TimeSpan? RetryTime = null,
    int Redundancy = 0)
{
    public static IoPolicy DefaultPolicy(string arrayType) => arrayType switch
    {
        Libraries.ArraySupportLibraries.OtherDisks => IoPolicy.Balanced,
        _ when arrayType.Contains("A/P", StringComparison.Ordinal) => IoPolicy.SingleActive,
        _ => IoPolicy.MinimumQueue,
    };
}
