using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Proof;

/// <summary>How many crashes were tried.</summary>
/// <param name="Workloads">Lists of operations.</param>
/// <param name="Points">Places of a crash: after each device write and each flush of each workload.</param>
/// <param name="Crashes">Places times subsets of unflushed writes that survive.</param>
/// <param name="Violation">The first thing that was wrong, with workload, place and subset; or null.</param>
public readonly record struct CrashCounts(int Workloads, long Points, long Crashes, string? Violation);

/// <summary>
/// Crashes small workloads after every single device write and flush, with every subset of what was not flushed, and
/// lets the host come up again under all checks.
/// </summary>
/// <remarks>
/// A first run counts the device operations of a workload. Then for each of them the same run is made again, the power
/// is cut right behind it, and the unflushed writes of all disks are numbered in the order of coming: up to eight of
/// them survive in every subset; of more survive every prefix, all but each one, and each one torn in its middle. A
/// write is one device write of any number of sectors, so a subset is over writes, and sectors inside one are torn only
/// where this says so.
/// </remarks>
internal sealed class CrashEnumeration(Action<string>? progress, Func<bool>? isEnough)
{
    private const int AllSubsetsUpTo = 8;

    private static readonly Operation[] Alphabet =
    [
        new(OperationKind.Write, 3, 20), new(OperationKind.Attach, 1, 1), new(OperationKind.AwaitTasks, 0, 0),
        new(OperationKind.Detach, 1, 0), new(OperationKind.Grow, 0, 0), new(OperationKind.Flush, 0, 0),
    ];

    // four regions of the log, two plexes
    private static readonly LabShape Volume = new()
    {
        MirrorCount = 2,
        HasLog = true,
        LengthKib = 256,
        Workers = 1,
        Depth = 1,
    };

    private CrashCounts counts;

    /// <summary>All workloads of up to so many operations, as far as there is time.</summary>
    public CrashCounts Run(int mostOperations)
    {
        for (int length = 1; length <= mostOperations; length++)
        {
            foreach (ProofCase workload in Workloads(length))
            {
                if (counts.Violation is not null || isEnough?.Invoke() == true)
                {
                    return counts;
                }

                Enumerate(workload);
                counts = counts with { Workloads = counts.Workloads + 1 };
                progress?.Invoke($"{workload}: {counts.Points} places, {counts.Crashes} crashes so far");
            }
        }

        return counts;
    }

    /// <summary>Runs one workload with one crash; for whoever repeats a violation.</summary>
    public static string? RunOne(ProofCase workload, long place, long subset) =>
        Crash(workload, place, subset).Violation;

    private static IEnumerable<ProofCase> Workloads(int length)
    {
        int count = (int)Math.Pow(Alphabet.Length, length);
        for (int number = 0; number < count; number++)
        {
            List<Operation> operations = [];
            for (int rest = number, index = 0; index < length; index++, rest /= Alphabet.Length)
            {
                operations.Add(Alphabet[rest % Alphabet.Length]);
            }

            yield return new ProofCase(1, Volume, operations);
        }
    }

    private void Enumerate(ProofCase workload)
    {
        for (long place = 1; counts.Violation is null; place++)
        {
            long subsets = 1;
            for (long subset = 0; subset < subsets && counts.Violation is null; subset++)
            {
                CrashResult result = Crash(workload, place, subset);
                if (result.Unflushed < 0)
                {
                    return; // the workload ended before that place
                }

                subsets = Subsets(result.Unflushed);
                counts = counts with
                {
                    Points = counts.Points + (subset == 0 ? 1 : 0),
                    Crashes = counts.Crashes + 1,
                    Violation = result.Violation is null
                        ? null
                        : $"{result.Violation}\n{workload}, crash after operation {place} of the disks, subset "
                            + $"{subset}",
                };
            }
        }
    }

    private static long Subsets(int unflushed) =>
        unflushed <= AllSubsetsUpTo ? 1L << unflushed : (3L * unflushed) + 1;

    /// <summary>Whether a write survives, by the number of the subset; a torn one keeps its first half.</summary>
    private static bool Survives(long subset, int count, int index, bool isFirstHalf)
    {
        if (count <= AllSubsetsUpTo)
        {
            return (subset & (1L << index)) != 0;
        }

        if (subset <= count)
        {
            return index < subset; // a prefix
        }

        int chosen = (int)((subset - count - 1) % count);
        return subset <= 2L * count ? index != chosen : index < chosen || (index == chosen && isFirstHalf);
    }

    private static CrashResult Crash(ProofCase workload, long place, long subset)
    {
        var simulator = new Simulator(workload.Seed) { StepLimit = 1_000_000 };
        var steps = new QuietSteps(simulator);
        var lab = new SimulatedLab(simulator, workload.Shape, steps, ignoresFlush: false);
        var run = new ProofRun(lab, workload);
        int unflushed = -1;
        try
        {
            simulator.Run(() => run.RunToCrashAsync(place, () =>
            {
                List<(SimulatedDisk Disk, UnflushedSector First, int Sectors)> writes = [.. Unflushed(lab)];
                unflushed = writes.Count;
                lab.Crash((disk, sector) =>
                {
                    int index = writes.FindIndex(write => write.Disk == disk && write.First.Write == sector.Write);
                    (_, UnflushedSector first, int sectors) = writes[index];
                    bool isFirstHalf = sector.Offset - first.Offset < sectors / 2 * Stamp.SectorSize;
                    return Survives(subset, writes.Count, index, isFirstHalf);
                });
            }));
            return new CrashResult(unflushed, null);
        }
        catch (Exception broken) when (broken is ProofViolationException or InvariantViolationException
            or SimulationDeadlockException or SimulationStepLimitException)
        {
            return new CrashResult(Math.Max(unflushed, 0), lab.Feed.Violation ?? broken.Message);
        }
    }

    private static IEnumerable<(SimulatedDisk Disk, UnflushedSector First, int Sectors)> Unflushed(SimulatedLab lab) =>
        lab.Disks.Values.SelectMany(disk => disk.Unflushed.GroupBy(sector => sector.Write).OrderBy(write => write.Key)
            .Select(write => (disk, write.MinBy(sector => sector.Offset), write.Count())));

    private readonly record struct CrashResult(int Unflushed, string? Violation);

    /// <summary>No holds: every run of a workload is the same up to its crash.</summary>
    private sealed class QuietSteps(Simulator simulator) : JitteredSteps(simulator)
    {
        public override ValueTask ReachedAsync(Volumes.InputOutput.DataPathStep step, long offset, long length)
        {
            Note(step, offset);
            return default;
        }
    }
}
