using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Migration;

/// <summary>Writes down what a run does, as it does it. Thread-safe.</summary>
internal sealed class MigrationLog(MigrationJournal journal, IMigrationArchive archive, TimeProvider time)
{
    private readonly Lock guard = new();
    private MigrationJournal current = journal;

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
        lock (guard)
        {
            current = change(current);
            archive.Write(current.Request.DiskGroup, current.ToText());
        }
    }

    /// <summary>Changes the journal without writing it: for what the next change takes along, and a crash may
    /// lose.</summary>
    public void Note(Func<MigrationJournal, MigrationJournal> change)
    {
        lock (guard)
        {
            current = change(current);
        }
    }

    /// <summary>Runs a step and writes down how long it took.</summary>
    public async Task<Outcome> StepAsync(string what, Func<Task<Outcome>> step)
    {
        DateTimeOffset started = time.GetUtcNow();
        long began = time.GetTimestamp();
        Outcome outcome = await step();
        double seconds = time.GetElapsedTime(began).TotalSeconds;
        string told = outcome.IsDone ? what : $"{what}: {outcome.Refusal.Message}";
        Change(now => now with { Steps = [.. now.Steps, new JournalStep(now.State, told, started, seconds)] });
        return outcome;
    }
}
