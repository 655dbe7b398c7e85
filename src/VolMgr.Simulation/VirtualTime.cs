using VolMgr.Blocks;

namespace VolMgr.Simulation;

/// <summary>
/// A clock that stands still while anything can run. When nothing can, it jumps to the next timer; timers that are due
/// at the same instant become runnable together, in an order that the scheduler chooses.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 20, 0, 0, TimeSpan.Zero);

    private readonly TaskScheduler _scheduler;
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Firing, (long DueTicks, long Order)> _firings = new();
    private long _nowTicks;
    private long _order;

    public VirtualTime(TaskScheduler scheduler) => _scheduler = scheduler;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _nowTicks));

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Interlocked.Read(ref _nowTicks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        VirtualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next due instant and makes its timers runnable; false when no timer is pending.</summary>
    public bool Advance()
    {
        List<Firing> due = [];
        lock (_lock)
        {
            while (_firings.TryPeek(out Firing firing, out (long DueTicks, long Order) key))
            {
                if (!firing.IsCurrent)
                {
                    _firings.Dequeue();
                    continue;
                }

                if (due.Count > 0 && key.DueTicks > _nowTicks)
                {
                    break;
                }

                Interlocked.Exchange(ref _nowTicks, Math.Max(_nowTicks, key.DueTicks));
                due.Add(_firings.Dequeue());
            }
        }

        foreach (Firing firing in due)
        {
            _ = Task.Factory.StartNew(
                firing.Fire, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);
        }

        return due.Count > 0;
    }

    private void Schedule(VirtualTimer timer, int version, TimeSpan dueTime)
    {
        lock (_lock)
        {
            _firings.Enqueue(new Firing(timer, version), (_nowTicks + dueTime.Ticks, ++_order));
        }
    }

    /// <summary>One planned call of a timer; void once the timer has been changed or disposed.</summary>
    private readonly record struct Firing(VirtualTimer Timer, int Version)
    {
        public bool IsCurrent => Timer.Version == Version;

        public void Fire()
        {
            if (IsCurrent)
            {
                Timer.Fire();
            }
        }
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private bool _isDisposed;

        public int Version { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_isDisposed)
            {
                return false;
            }

            Version++;
            _period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Invariant.Holds(dueTime >= TimeSpan.Zero);
                time.Schedule(this, Version, dueTime);
            }

            return true;
        }

        public void Fire()
        {
            Version++;
            if (_period != Timeout.InfiniteTimeSpan)
            {
                time.Schedule(this, Version, _period);
            }

            callback(state);
        }

        public void Dispose() => Stop();

        public ValueTask DisposeAsync()
        {
            Stop();
            return ValueTask.CompletedTask;
        }

        private void Stop()
        {
            _isDisposed = true;
            Version++;
        }
    }
}
