using System.Globalization;
using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Proof.Crashes;

/// <summary>
/// Takes the power away at every place of small workloads, with every subset of what was not flushed or still in
/// flight, and lets the host come up again under all checks.
/// </summary>
/// <remarks>
/// A workload runs once; what the disks hold after each loss is made from the log of their writes. Two places, of one
/// workload or of two, that leave the same writes while applications know the same are one crash. Thread-safe.
/// </remarks>
internal sealed class CrashEnumeration
{
    private readonly Lock sync = new();
    private readonly HashSet<CrashIdentity> known = [];

    /// <summary>Enumerates one workload; stops at the first violation.</summary>
    public CrashCounts Run(CrashWorkload workload)
    {
        WorkloadRun run = WorkloadRun.Of(workload);
        string? before = run.Violation is null ? null : $"{run.Violation}\n'{workload}', before any crash";
        CrashCounts counts = new(1, run.Points.Count, 0, 0, before);
        foreach (CrashPoint point in run.Points)
        {
            for (int subset = 0; subset < point.Subsets && counts.Violation is null; subset++)
            {
                if (point.Survivors(subset) is not { } survivors)
                {
                    continue;
                }

                counts = counts with { Subsets = counts.Subsets + 1 };
                if (!IsNew(IdentityOf(workload, point, survivors)))
                {
                    continue;
                }

                string? violation = CrashRestart.Run(run, point, workload.IsMigration, survivors);
                counts = counts with
                {
                    Crashes = counts.Crashes + 1,
                    Violation = violation is null
                        ? null
                        : $"{violation}\nrun it again: volmgr simulate --crash "
                            + $"'{workload} @ {point.Number}/{subset}'",
                };
            }
        }

        return counts;
    }

    /// <summary>One crash, as a violation tells it: the workload, @, the place and the subset.</summary>
    /// <exception cref="FormatException">It is no such line, or there is no such crash.</exception>
    public static string? RunOne(string line)
    {
        string[] halves = line.Split('@');
        string[] numbers = halves.Length == 2 ? halves[1].Split('/') : [];
        if (numbers.Length != 2 || !TryRead(numbers[0], out int place) || !TryRead(numbers[1], out int subset))
        {
            throw new FormatException($"'{line}' is not a crash: it is WORKLOAD @ PLACE/SUBSET");
        }

        CrashWorkload workload = CrashWorkload.Parse(halves[0].Trim());
        WorkloadRun run = WorkloadRun.Of(workload);
        if (run.Violation is not null)
        {
            return run.Violation;
        }

        if (place < 1 || place > run.Points.Count || subset >= run.Points[place - 1].Subsets)
        {
            throw new FormatException($"'{line}': there are {run.Points.Count} places, and no such subset there");
        }

        CrashPoint point = run.Points[place - 1];
        return point.Survivors(subset) is { } survivors
            ? CrashRestart.Run(run, point, workload.IsMigration, survivors)
            : throw new FormatException($"'{line}': one sector cannot be torn");
    }

    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture, out number);

    private bool IsNew(CrashIdentity crash)
    {
        lock (sync)
        {
            return known.Add(crash);
        }
    }

    private static CrashIdentity IdentityOf(
        CrashWorkload workload, CrashPoint point, IReadOnlyList<(LoggedWrite Write, bool IsHalf)> survivors)
    {
        // the length that is asked for is among the events
        CrashIdentity identity = point.Judged.With(new CrashIdentity(workload.IsMigration ? 1u : 0u));
        foreach ((LoggedWrite write, bool isHalf) in survivors)
        {
            identity = identity.With(write.Identity).With(new CrashIdentity(isHalf ? 1u : 0u));
        }

        return identity;
    }

    /// <summary>Whether an exception says that the engine is wrong.</summary>
    public static bool IsViolation(Exception broken) => broken is ProofViolationException or InvariantViolationException
        or SimulationDeadlockException or SimulationStepLimitException;
}
