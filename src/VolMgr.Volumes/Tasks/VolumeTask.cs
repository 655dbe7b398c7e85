using VolMgr.Blocks;

namespace VolMgr.Volumes.Tasks;

/// <summary>
/// A long operation that an administrator can watch, pause, resume, slow down and abort at any time.
/// </summary>
/// <remarks>
/// Progress never goes back and never passes the end. The last state is set once; "completed" is told only when the
/// operation's effect is durable and published. Pausing a parent pauses its children, and so for resume and abort.
/// </remarks>
public sealed class VolumeTask
{
    private const long SectorSize = 512;

    private readonly Lock sync = new();
    private readonly TaskTable table;
    private readonly TaskRequest request;
    private readonly TimeProvider time;
    private readonly long began;
    private readonly CancellationTokenSource aborting = new();
    private readonly TaskCompletionSource<TaskState> completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource? pause;
    private long pausedAt;
    private TimeSpan pausedTime;
    private TimeSpan? endedAfter;
    private long current;
    private long end;
    private int slowMs;
    private volatile bool isSlowSet;
    private long bytesCopied;
    private long bytesSkipped;

    internal VolumeTask(TaskTable table, int id, TaskRequest request, TimeProvider time)
    {
        this.table = table;
        this.request = request;
        this.time = time;
        Id = id;
        State = TaskState.Running;
        Started = time.GetUtcNow();
        began = time.GetTimestamp();
        current = request.Start;
        end = request.End;
        slowMs = request.SlowMs;
    }

    /// <summary>Identity; grows.</summary>
    public int Id { get; }

    /// <summary>The task that it is part of.</summary>
    public int? ParentId => request.ParentId;

    /// <summary>Type word of listings.</summary>
    public string Type => request.Type;

    /// <summary>Operation word of listings.</summary>
    public string Operation => request.Operation;

    /// <summary>The administrator's name for it; empty when none.</summary>
    public string Tag => request.Tag;

    /// <summary>The group; empty when none.</summary>
    public string GroupName => request.GroupName;

    /// <summary>The volume; empty when none.</summary>
    public string VolumeName => request.VolumeName;

    /// <summary>The plex; empty when none.</summary>
    public string PlexName => request.PlexName;

    /// <summary>State.</summary>
    public TaskState State { get; private set; }

    /// <summary>First offset.</summary>
    public long Start => request.Start;

    /// <summary>End offset; for a parent the number of children.</summary>
    public long End => Volatile.Read(ref end);

    /// <summary>Offset reached; for a parent the children that have ended.</summary>
    public long Current => Volatile.Read(ref current);

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Delay for each step in milliseconds.</summary>
    public int SlowMs => Volatile.Read(ref slowMs);

    /// <summary>Why it failed; empty otherwise.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Ends with the last state.</summary>
    public Task<TaskState> Completion => completion.Task;

    /// <summary>Whether it has ended.</summary>
    public bool IsEnded => State is TaskState.Completed or TaskState.Aborted or TaskState.Failed;

    /// <summary>Fires when it is told to abort.</summary>
    public CancellationToken AbortToken => aborting.Token;

    /// <summary>Share done, 0 to 100; 100 only when it has completed.</summary>
    public double Percent => State == TaskState.Completed ? 100
        : End <= Start ? 0
        : Math.Min(99.99, 100.0 * (Current - Start) / (End - Start));

    /// <summary>Time at work, pauses left out.</summary>
    public TimeSpan WorkTime
    {
        get
        {
            lock (sync)
            {
                TimeSpan sincePause = pause is null ? TimeSpan.Zero : time.GetElapsedTime(pausedAt);
                return endedAfter ?? (time.GetElapsedTime(began) - pausedTime - sincePause);
            }
        }
    }

    /// <summary>Time that the rest will take at the rate so far; null while there is none.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            long done = Current - Start;
            return done <= 0 ? null : WorkTime * ((End - Current) / (double)done);
        }
    }

    /// <summary>Stops it at its next step. False when it is not running.</summary>
    public bool Pause()
    {
        lock (sync)
        {
            if (State != TaskState.Running)
            {
                return false;
            }

            State = TaskState.Paused;
            pause = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            pausedAt = time.GetTimestamp();
        }

        table.NoteChange();
        return ForChildren(child => child.Pause());
    }

    /// <summary>Lets it go on. False when it is not paused.</summary>
    public bool Resume()
    {
        lock (sync)
        {
            if (State != TaskState.Paused)
            {
                return false;
            }

            State = TaskState.Running;
            EndPauseUnsynchronized();
        }

        table.NoteChange();
        return ForChildren(child => child.Resume());
    }

    /// <summary>Makes it back out, paused or not. False when it has ended or is doing so.</summary>
    public bool Abort()
    {
        lock (sync)
        {
            if (IsEnded || State == TaskState.Aborting)
            {
                return false;
            }

            State = TaskState.Aborting;
            EndPauseUnsynchronized();
        }

        aborting.Cancel();
        table.NoteChange();
        return ForChildren(child => child.Abort());
    }

    private bool IsPaused()
    {
        lock (sync)
        {
            return State == TaskState.Paused;
        }
    }

    /// <summary>Sets the delay for each step; takes effect at the next one.</summary>
    public void SetSlow(int milliseconds)
    {
        Invariant.Holds(milliseconds >= 0);
        Volatile.Write(ref slowMs, milliseconds);
        isSlowSet = true;
        ForChildren(child =>
        {
            child.SetSlow(milliseconds);
            return true;
        });
        table.NoteChange();
    }

    /// <summary>What was told to the whole while this part was not there yet holds for it too.</summary>
    internal void Follow(VolumeTask parent)
    {
        if (parent.isSlowSet)
        {
            SetSlow(parent.SlowMs);
        }

        // whoever resumes the parent finds this part paused, or is seen here
        if (parent.IsPaused() && Pause() && !parent.IsPaused())
        {
            Resume();
        }
    }

    /// <summary>Where the operation may be stopped: completes at once unless the task is paused.</summary>
    public ValueTask PausePointAsync()
    {
        lock (sync)
        {
            return pause is null ? default : new ValueTask(pause.Task);
        }
    }

    /// <summary>Bytes written by the copy; for people and reports.</summary>
    public long BytesCopied => Volatile.Read(ref bytesCopied);

    /// <summary>Bytes of holes that were skipped.</summary>
    public long BytesSkipped => Volatile.Read(ref bytesSkipped);

    /// <summary>Reports what a copy wrote and skipped; set once, when it ends.</summary>
    public void ReportBytes(long copied, long skipped)
    {
        Volatile.Write(ref bytesCopied, copied);
        Volatile.Write(ref bytesSkipped, skipped);
    }

    /// <summary>Reports progress; going back is ignored. The last sector is done only when the task has completed, so
    /// that nobody takes "all copied" for "attached".</summary>
    public void Report(long reached)
    {
        lock (sync)
        {
            long bounded = Math.Min(reached, end - Start > SectorSize ? end - SectorSize : end);
            if (bounded > current)
            {
                Volatile.Write(ref current, bounded);
            }
        }
    }

    /// <summary>Ends it; only the first call counts. It leaves the list, and who waits gets the state.</summary>
    public void Finish(TaskState last, string failure = "")
    {
        Invariant.Holds(last is TaskState.Completed or TaskState.Aborted or TaskState.Failed);
        lock (sync)
        {
            if (IsEnded)
            {
                return;
            }

            EndPauseUnsynchronized();
            endedAfter = time.GetElapsedTime(began) - pausedTime;
            Failure = failure;
            if (last == TaskState.Completed)
            {
                Volatile.Write(ref current, end);
            }

            State = last;
        }

        table.Remove(this);
        completion.TrySetResult(last);
    }

    private void EndPauseUnsynchronized()
    {
        if (pause is not null)
        {
            pausedTime += time.GetElapsedTime(pausedAt);
            pause.TrySetResult();
            pause = null;
        }
    }

    private bool ForChildren(Func<VolumeTask, bool> action)
    {
        foreach (VolumeTask child in table.List)
        {
            if (child.ParentId == Id)
            {
                action(child);
            }
        }

        return true;
    }
}
