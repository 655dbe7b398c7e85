namespace VolMgr.Blocks;

/// <summary>
/// A delay to the precision of the clock. <see cref="Task.Delay(TimeSpan, TimeProvider)"/> counts whole milliseconds:
/// it turns the latency of a fast disk into none.
/// </summary>
internal static class TimedWait
{
    public static async Task WaitAsync(TimeProvider time, TimeSpan delay, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ITimer timer = time.CreateTimer(
            static state => Complete(state), source, delay, Timeout.InfiniteTimeSpan);
        await using CancellationTokenRegistration registration = token.UnsafeRegister(
            static (state, cancelled) => Cancel(state, cancelled), source);
        await source.Task;
    }

    private static void Complete(object? source) => (source as TaskCompletionSource)?.TrySetResult();

    private static void Cancel(object? source, CancellationToken token) =>
        (source as TaskCompletionSource)?.TrySetCanceled(token);
}
