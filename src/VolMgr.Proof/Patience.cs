using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Proof;

/// <summary>Waits that end: who is not done after ten minutes of virtual time hangs.</summary>
internal static class Patience
{
    public static async Task AwaitAsync(Simulator simulator, Task task, string complaint)
    {
        if (!task.IsCompleted)
        {
            using var enough = new CancellationTokenSource();
            Task limit = simulator.Engine.DelayAsync(TimeSpan.FromMinutes(10), enough.Token);
            await Together.AnyAsync(task, limit);
            Cancel(enough);
        }

        if (!task.IsCompleted)
        {
            throw new ProofViolationException(complaint);
        }

        await task;
    }

    // Not CancelAsync: it leaves the simulated scheduler. Nothing but the delay listens.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();
}
