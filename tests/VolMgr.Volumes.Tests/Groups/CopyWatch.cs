using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>Sees copies begin, does something or waits at a step, or answers instead of the flush before the
/// switch.</summary>
internal sealed class CopyWatch : DataPathSteps
{
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<PlexCopyOptions> Copies { get; } = [];

    /// <summary>How often a copier has read a piece.</summary>
    public int Reads { get; private set; }

    public (DataPathStep Step, Action Do)? At { get; set; }

    /// <summary>The step at which everybody waits until <see cref="Release"/>.</summary>
    public DataPathStep? HoldAt { get; set; }

    /// <summary>Ends when somebody waits at the step.</summary>
    public Task Held => held.Task;

    public Func<PlexDevice, IoStatus>? FlushesTarget { get; set; }

    public void Release() => released.TrySetResult();

    public override void CopyStarts(PlexCopyOptions options, CopyMap map) => Copies.Add(options);

    public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
    {
        Reads += step == DataPathStep.CopyRead ? 1 : 0;
        if (At is { } at && at.Step == step)
        {
            at.Do();
        }
        if (HoldAt != step)
        {
            return default;
        }
        held.TrySetResult();
        return new ValueTask(released.Task);
    }

    public override ValueTask<IoStatus> FlushBeforeSwitchAsync(PlexDevice target) =>
        FlushesTarget is { } instead ? ValueTask.FromResult(instead(target)) : base.FlushBeforeSwitchAsync(target);
}
