namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Makes the bitmap of a dirty region log durable: who asks while a write of the log is on its way shares the next one.
/// </summary>
/// <remarks>
/// The lock is that of the table; it is not held while pages are written. Where one write of the log follows another,
/// an application writes all over the volume and would wait for the log as often as there are regions; from the sixth
/// on each one marks ahead, in groups that double, so that soon it has no more to wait for.
/// </remarks>
internal sealed class DirtyRegionCommits(
    Lock sync, DirtyRegionTable table, DirtyRegionLogStorage storage, TimeProvider time)
{
    private const int PatientCommits = 5;
    private const int LargestGroupShift = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<TaskCompletionSource<bool>> waiters = [];
    private long durable;
    private bool isCommitting;
    private int streak;
    private long? ended;

    /// <summary>The volume that loses a log plex when it cannot be written; null before the log is in use.</summary>
    public VolumeCore? Core { get; set; }

    /// <summary>Whether a bitmap of that version is durable, or there is no log any more.</summary>
    public bool IsDurableUnsynchronized(long version) => durable >= version || !storage.IsEnabled;

    /// <summary>The bitmap as it is in memory was read from the log.</summary>
    public void AdoptUnsynchronized()
    {
        durable = table.Version;
        table.TakeChangedPages(storage.LogId);
    }

    /// <summary>Waits until everything that was changed before is durable; who comes first writes for all.</summary>
    public Task<bool> CommitAsync()
    {
        TaskCompletionSource<bool> done;
        bool starts;
        lock (sync)
        {
            done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            waiters.Add(done);
            starts = !isCommitting;
            isCommitting = true;
        }

        return starts ? RunAsync(done.Task) : done.Task;
    }

    private async Task<bool> RunAsync(Task<bool> mine)
    {
        while (true)
        {
            long version;
            List<(int Page, byte[] Sector)> pages;
            int waiting;
            lock (sync)
            {
                MarkAheadUnsynchronized();
                version = table.Version;
                waiting = waiters.Count;
                pages = table.TakeChangedPages(storage.LogId);
            }

            bool isDurable = await storage.WriteAsync(pages, Core);
            lock (sync)
            {
                if (isDurable)
                {
                    durable = Math.Max(durable, version);
                }
                else
                {
                    table.ReturnPages(pages);
                }

                ended = time.GetTimestamp();

                // Every waiter that was there when the pages were taken is served by them.
                waiters[..waiting].ForEach(waiter => waiter.TrySetResult(isDurable));
                waiters.RemoveRange(0, waiting);
                if (waiters.Count == 0)
                {
                    isCommitting = false;
                    break;
                }
            }
        }

        return await mine;
    }

    private void MarkAheadUnsynchronized()
    {
        long now = time.GetTimestamp();
        streak = ended is { } last && time.GetElapsedTime(last, now) < Pause ? streak + 1 : 0;
        int shift = Math.Min(streak - PatientCommits + 1, LargestGroupShift);
        if (shift > 0)
        {
            table.Widen(1 << shift, now);
        }
    }
}
