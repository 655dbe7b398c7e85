using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Proof.Crashes;

/// <summary>
/// Takes the power away at every place of small workloads, with every subset of what was not flushed or still in
/// flight, and lets the host come up again under all checks.
/// </summary>
/// <remarks>
/// A workload runs once; what the disks hold after each loss is made from the log of their writes. Two places that leave
/// the same writes while applications know the same are one crash.
/// </remarks>
internal static class CrashEnumeration
{
    /// <summary>Enumerates one workload; stops at the first violation.</summary>
    public static CrashCounts Run(CrashWorkload workload)
    {
        WorkloadRun run = WorkloadRun.Of(workload);
        CrashCounts counts = new(1, run.Points.Count, 0, 0, run.Violation is null
            ? null
            : $"{run.Violation}\n{workload}, before any crash");
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (CrashPoint point in run.Points)
        {
            for (int subset = 0; subset < point.Subsets && counts.Violation is null; subset++)
            {
                if (point.Survivors(subset) is not { } survivors)
                {
                    continue;
                }

                counts = counts with { Subsets = counts.Subsets + 1 };
                if (!known.Add($"{point.Judged}:" + string.Join(
                    ',', survivors.Select(entry => entry.IsHalf ? -entry.Write.Number : entry.Write.Number))))
                {
                    continue;
                }

                string? violation = CrashRestart.Run(run, point, workload.IsMigration, survivors);
                counts = counts with
                {
                    Crashes = counts.Crashes + 1,
                    Violation = violation is null
                        ? null
                        : $"{violation}\n'{workload}', place {point.Number}, subset {subset}",
                };
            }
        }

        return counts;
    }

    /// <summary>One crash of a workload; for whoever repeats a violation.</summary>
    public static string? RunOne(CrashWorkload workload, int place, int subset)
    {
        WorkloadRun run = WorkloadRun.Of(workload);
        CrashPoint point = run.Points[place - 1];
        return run.Violation ?? (point.Survivors(subset) is { } survivors
            ? CrashRestart.Run(run, point, workload.IsMigration, survivors)
            : null);
    }

    /// <summary>Whether an exception says that the engine is wrong.</summary>
    public static bool IsViolation(Exception broken) => broken is ProofViolationException or InvariantViolationException
        or SimulationDeadlockException or SimulationStepLimitException;
}
