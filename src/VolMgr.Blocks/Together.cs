namespace VolMgr.Blocks;

/// <summary>
/// Waits for several tasks on the scheduler of the caller. <see cref="Task.WhenAny(Task, Task)"/> and
/// <see cref="Task.WhenAll(Task[])"/> end on the thread pool when the task that decides belongs to a completion source
/// that runs its continuations asynchronously, whatever scheduler the caller is on; here each task is awaited first.
/// </summary>
public static class Together
{
    /// <summary>Ends when one of the two has ended, however.</summary>
    public static Task AnyAsync(Task first, Task second) => Task.WhenAny(FollowAsync(first), FollowAsync(second));

    /// <summary>Ends when all have ended; throws what the first one that failed threw.</summary>
    public static Task AllAsync(IEnumerable<Task> tasks) => Task.WhenAll(tasks.Select(FollowAsync));

    /// <summary>Ends when all have ended, with their results in order.</summary>
    public static Task<T[]> AllAsync<T>(IEnumerable<Task<T>> tasks) => Task.WhenAll(tasks.Select(FollowAsync));

    private static async Task FollowAsync(Task task) => await task;

    private static async Task<T> FollowAsync<T>(Task<T> task) => await task;
}
