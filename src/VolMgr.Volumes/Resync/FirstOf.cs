namespace VolMgr.Volumes.Resync;

/// <summary>
/// Waits for the first of two events. Task.WhenAny over a task whose continuations run asynchronously hops to the pool;
/// an await of each keeps both on the injected scheduler.
/// </summary>
internal static class FirstOf
{
    public static Task WaitAsync(Task left, Task right) => Task.WhenAny(AwaitAsync(left), AwaitAsync(right));

    private static async Task AwaitAsync(Task task) => await task;
}
