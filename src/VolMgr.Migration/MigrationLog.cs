using VolMgr.Blocks;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Migration;

/// <summary>Writes down what a run does, as it does it. Thread-safe.</summary>
/// <remarks>The whole journal is written each time: many volumes that change it together share a write.</remarks>
internal sealed class MigrationLog(MigrationJournal journal, IMigrationArchive archive, EngineServices engine)
{
    private readonly Lock guard = new();
    private readonly Lock fileGuard = new();
    private readonly List<(long Version, TaskCompletionSource Done)> waiters = [];
    private MigrationJournal current = journal;
    private long version = 1;
    private long written;
    private bool isWriting;

    public MigrationJournal Journal
    {
        get
        {
            lock (guard)
            {
                return current;
            }
        }
    }

    public void Enter(MigrationState state) => Change(now => now with { State = state, Failure = null });

    public void Fail(string why) => Change(now => now with { State = MigrationState.Failed, Failure = why });

    /// <summary>What a migration that is taken up again has still to do.</summary>
    public Outcome<MigrationPlan> PlanAgain(VolumeHost host) =>
        MigrationPlanner.Make(host, Journal.Request, archive);

    /// <summary>Replaces the journal and writes it to the archive.</summary>
    public void Change(Func<MigrationJournal, MigrationJournal> change)
    {
        Note(change);
        WriteNewest();
    }

    /// <summary>The same for one of many: ends when a journal with the change is in the archive.</summary>
    public Task ChangeAsync(Func<MigrationJournal, MigrationJournal> change)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool starts;
        lock (guard)
        {
            current = change(current);
            waiters.Add((++version, done));
            starts = !isWriting;
            isWriting = true;
        }

        if (starts)
        {
            _ = engine.RunBlockingAsync(WriteForAll);
        }

        return done.Task;
    }

    /// <summary>Changes the journal without writing it: for what the next change takes along, and a crash may
    /// lose.</summary>
    public void Note(Func<MigrationJournal, MigrationJournal> change)
    {
        lock (guard)
        {
            current = change(current);
            version++;
        }
    }

    /// <summary>Runs a step and writes down how long it took.</summary>
    public async Task<Outcome> StepAsync(string what, Func<Task<Outcome>> step)
    {
        DateTimeOffset started = engine.Time.GetUtcNow();
        long began = engine.Time.GetTimestamp();
        Outcome outcome = await step();
        double seconds = engine.Time.GetElapsedTime(began).TotalSeconds;
        string told = outcome.IsDone ? what : $"{what}: {outcome.Refusal.Message}";
        await ChangeAsync(
            now => now with { Steps = [.. now.Steps, new JournalStep(now.State, told, started, seconds)] });
        return outcome;
    }

    private bool WriteForAll()
    {
        while (true)
        {
            Exception? failure = null;
            try
            {
                WriteNewest();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                failure = error; // it belongs to those who wait for it
            }

            lock (guard)
            {
                foreach ((_, TaskCompletionSource done) in waiters.Where(waiter => IsServed(waiter.Version)))
                {
                    _ = failure is null ? done.TrySetResult() : done.TrySetException(failure);
                }

                waiters.RemoveAll(waiter => IsServed(waiter.Version));
                isWriting = waiters.Count > 0;
                if (!isWriting)
                {
                    return true;
                }
            }

            bool IsServed(long waiting) => failure is not null || waiting <= written;
        }
    }

    private void WriteNewest()
    {
        lock (fileGuard)
        {
            MigrationJournal newest;
            long taken;
            lock (guard)
            {
                newest = current;
                taken = version;
                if (taken == written)
                {
                    return;
                }
            }

            archive.Write(newest.Request.DiskGroup, newest.ToText());
            lock (guard)
            {
                written = taken;
            }
        }
    }
}
