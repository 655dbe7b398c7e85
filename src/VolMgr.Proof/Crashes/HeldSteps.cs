using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Crashes;

/// <summary>
/// No random holds: a run is the same up to any place of a crash. A copy waits after its last range until it is told to
/// switch, so that a switch is an operation of its own.
/// </summary>
internal sealed class HeldSteps(Simulator simulator) : JitteredSteps(simulator)
{
    /// <summary>Who waits for the copy itself waits no longer than this.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TaskCompletionSource? gate;

    /// <summary>The end of the volume that copies are held at, or 0 for none.</summary>
    public long HoldAt { get; set; }

    /// <summary>Whether a copy waits.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>The next copy waits before its switch.</summary>
    public void Arm() => gate ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The copy may come to its end.</summary>
    public void Open()
    {
        gate?.TrySetResult();
        gate = null;
    }

    /// <inheritdoc/>
    public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
    {
        Note(step);
        return step == DataPathStep.CopyReleased && gate is not null && offset + length == HoldAt
            ? new ValueTask(HoldAsync(gate))
            : default;
    }

    private async Task HoldAsync(TaskCompletionSource closed)
    {
        IsHeld = true;
        using var opened = new CancellationTokenSource();
        await Together.AnyAsync(closed.Task, Simulator.Engine.DelayAsync(Longest, opened.Token));
        Cancel(opened);
        IsHeld = false;
    }

    // Not CancelAsync: it leaves the simulated scheduler. Nothing but the delay listens.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();
}
