namespace VolMgr.Volumes.OnDisk;

/// <summary>Runs asynchronous pieces of work one after the other, in the order of the calls. Holds nothing to
/// dispose.</summary>
internal sealed class Turn
{
    /// <summary>Ends when the piece of work that was asked for last has ended.</summary>
    private Task last = Task.CompletedTask;

    public async Task<T> TakeAsync<T>(Func<Task<T>> work)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before = Interlocked.Exchange(ref last, mine.Task);
        await before;
        try
        {
            return await work();
        }
        finally
        {
            mine.SetResult();
        }
    }
}
