namespace VolMgr.Proof;

/// <summary>How many crashes were tried.</summary>
/// <param name="Workloads">Lists of operations.</param>
/// <param name="Points">Places of a crash: after each device write and each flush of each workload.</param>
/// <param name="Subsets">Places times subsets of unflushed writes that survive.</param>
/// <param name="Crashes">Those of them that differ in what survives or in what was acknowledged: so often the host came
/// up again.</param>
/// <param name="Violation">The first thing that was wrong, with workload, place and subset; or null.</param>
public readonly record struct CrashCounts(int Workloads, long Points, long Subsets, long Crashes, string? Violation)
{
    /// <summary>Both together; the first violation.</summary>
    public CrashCounts Plus(CrashCounts more) => new(
        Workloads + more.Workloads, Points + more.Points, Subsets + more.Subsets, Crashes + more.Crashes,
        Violation ?? more.Violation);
}
