using VolMgr.Blocks;
using VolMgr.Volumes;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Commands;

/// <summary>Waiting in the foreground for work that runs on without the command.</summary>
internal static class Waiting
{
    /// <summary>The exit code of a command whose user stopped waiting, as of a shell.</summary>
    public const int InterruptedCode = 130;

    /// <summary>
    /// Waits until the task has ended, or the user interrupts: then the task goes on. A task that was aborted or failed
    /// is a refusal, since what it was for is not done.
    /// </summary>
    public static async Task<int> ForAsync(Invocation invocation, VolumeTask task)
    {
        if (!await CompletesAsync(task.Completion, invocation.Context.Interrupted))
        {
            return InterruptedCode;
        }

        TaskState last = await task.Completion;
        if (last == TaskState.Completed)
        {
            return 0;
        }

        string subject = task.PlexName.Length > 0
            ? $"Volume {task.VolumeName}, plex {task.PlexName}" : $"Volume {task.VolumeName}";
        string cause = last == TaskState.Aborted ? "Operation was aborted"
            : task.Failure.Length > 0 ? task.Failure : "Operation failed";
        return await invocation.RefuseAsync(new Refusal(ErrorCode.InputOutput, $"{subject}: {cause}", "V-5-1-407"));
    }

    /// <summary>Waits for some time; false when the user interrupts first.</summary>
    public static async Task<bool> PassesAsync(Invocation invocation, TimeSpan time)
    {
        using CancellationTokenSource over = new();
        Task pause = invocation.Context.Host.Engine.DelayAsync(time, over.Token);
        bool goesOn = await CompletesAsync(pause, invocation.Context.Interrupted);
        Stop(over);
        return goesOn;
    }

    /// <summary>Waits for the work; false when the user interrupts first.</summary>
    public static async Task<bool> CompletesAsync(Task work, CancellationToken interrupted)
    {
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration registration = interrupted.Register(() => stop.TrySetResult());
        // The work ends what waits for it on a thread of its own otherwise: the world of a simulation has one thread.
        await Together.AnyAsync(work, stop.Task);
        registration.Unregister();
        return work.IsCompleted;
    }

    private static void Stop(CancellationTokenSource waiting) => waiting.Cancel();
}
