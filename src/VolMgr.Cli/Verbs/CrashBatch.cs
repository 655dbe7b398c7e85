using VolMgr.Proof;

namespace VolMgr.Cli.Verbs;

/// <summary>Workloads one after the other on every processor, crashed at every place, until one fails or the time is
/// over.</summary>
internal sealed class CrashBatch(IReadOnlyList<string> workloads, Action<string>? progress, Func<bool> isEnough)
{
    private readonly Lock sync = new();
    private readonly Func<string, CrashCounts> enumerate = ProofRunner.CrashEnumerator();
    private CrashCounts counts;
    private int taken;

    /// <summary>How many workloads there are.</summary>
    public int All => workloads.Count;

    /// <summary>Runs them.</summary>
    public CrashCounts Run()
    {
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return counts;
    }

    private void Work()
    {
        while (!isEnough())
        {
            string workload;
            lock (sync)
            {
                if (taken >= workloads.Count || counts.Violation is not null)
                {
                    return;
                }

                workload = workloads[taken++];
            }

            CrashCounts more = enumerate(workload);
            lock (sync)
            {
                counts = counts.Plus(more);
                progress?.Invoke($"{workload}: {more.Points} places, {more.Crashes} crashes; "
                    + $"{counts.Workloads} of {workloads.Count} workloads, {counts.Crashes} crashes so far");
            }
        }
    }
}
