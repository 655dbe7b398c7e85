using VolMgr.Blocks;

namespace VolMgr.Volumes.InputOutput;

/// <summary>
/// Locks on byte ranges of one volume, rounded out to sectors, taken all at once and granted in the order of arrival.
/// </summary>
/// <remarks>
/// What always holds: of two overlapping requests that conflict, the one that arrived first is granted first, whether
/// the earlier one already holds its range or still waits. So an application write that arrives while the copier waits
/// parks behind it (the copier is not starved), the copier waits for writes in flight, and the wait-for graph follows
/// the order of arrival and has no cycle. A request for bytes that nobody else touches is granted at once and allocates
/// nothing.
/// <para>Inside: a list of entries in the order of arrival. An entry counts the conflicting entries before it and is
/// granted when none is left. The lock around the list is a leaf: nothing is called and nothing is awaited under
/// it.</para>
/// </remarks>
public sealed class RangeLockTable
{
    private const long SectorSize = 512;

    private readonly Lock gate = new();
    private readonly DataPathSteps steps;
    private Entry? first;
    private Entry? last;
    private Entry? free;

    /// <summary>An empty table.</summary>
    public RangeLockTable()
        : this(DataPathSteps.Default)
    {
    }

    internal RangeLockTable(DataPathSteps steps) => this.steps = steps;

    /// <summary>How many requests hold or wait; zero when nothing is in flight.</summary>
    public int Count { get; private set; }

    /// <summary>Who waits for whom, and who waits for nobody, for whoever watches.</summary>
    internal IReadOnlyList<(string Waiter, string? Holder)> Waits()
    {
        List<(string, string?)> waits = [];
        lock (gate)
        {
            Dictionary<Entry, string> names = [];
            for (Entry? entry = first; entry is not null; entry = entry.Next)
            {
                names.Add(entry, $"#{names.Count + 1} {entry.Kind} {entry.Range.Offset}+{entry.Range.Length}");
                if (entry.Blockers == 0)
                {
                    waits.Add((names[entry], null));
                }
            }

            foreach ((Entry holder, string name) in names)
            {
                waits.AddRange(holder.Blocked.Select(waiter => (names[waiter], (string?)name)));
            }
        }

        return waits;
    }

    /// <summary>Takes a range; waits until every conflicting request that arrived earlier has released. A token that
    /// fires first takes the request out of the queue and throws.</summary>
    internal ValueTask<RangeHold> AcquireAsync(long offset, long length, RangeClass kind, CancellationToken token)
    {
        ByteRange range = new ByteRange(offset, length).RoundOut(SectorSize);
        Entry entry;
        lock (gate)
        {
            entry = TakeFreeUnsynchronized(range, kind);
            for (Entry? other = first; other is not null; other = other.Next)
            {
                if (entry.Range.Overlaps(other.Range)
                    && steps.MustWait(entry.Kind, other.Kind, earlierHolds: other.Blockers == 0))
                {
                    entry.Blockers++;
                    other.Blocked.Add(entry);
                }
            }

            AppendUnsynchronized(entry);
            if (entry.Blockers == 0)
            {
                return ValueTask.FromResult(new RangeHold(this, entry, entry.Version));
            }

            entry.Granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return WaitAsync(entry, token);
    }

    internal void Release(Entry entry, int version)
    {
        lock (gate)
        {
            Invariant.Holds(entry.Version == version);
            Invariant.Holds(entry.Blockers == 0);
            RemoveUnsynchronized(entry);
        }
    }

    private async ValueTask<RangeHold> WaitAsync(Entry entry, CancellationToken token)
    {
        int version = entry.Version;
        Task granted = entry.Granted!.Task; // set by the caller before it left the lock
        CancellationTokenRegistration registration = token.UnsafeRegister(
            static (state, cancelled) => ((Waiter)state!).Cancel(cancelled), new Waiter(this, entry, version));
        try
        {
            await granted;
            return new RangeHold(this, entry, version);
        }
        finally
        {
            registration.Unregister();
        }
    }

    private void Cancel(Entry entry, int version, CancellationToken token)
    {
        lock (gate)
        {
            if (entry.Version != version || entry.Blockers == 0)
            {
                return; // granted meanwhile: the grant wins and the holder releases
            }

            TaskCompletionSource granted = entry.Granted!; // a waiting entry has one
            for (Entry? other = first; other is not null; other = other.Next)
            {
                other.Blocked.Remove(entry); // or an earlier entry would wake whoever reuses this one
            }

            entry.Blockers = 0;
            RemoveUnsynchronized(entry);
            granted.TrySetCanceled(token);
        }
    }

    private Entry TakeFreeUnsynchronized(ByteRange range, RangeClass kind)
    {
        Entry entry = free ?? new Entry();
        free = entry.Next;
        entry.Next = null;
        entry.Previous = null;
        entry.Range = range;
        entry.Kind = kind;
        entry.Blockers = 0;
        entry.Blocked.Clear();
        return entry;
    }

    private void AppendUnsynchronized(Entry entry)
    {
        entry.Previous = last;
        if (last is null)
        {
            first = entry;
        }
        else
        {
            last.Next = entry;
        }

        last = entry;
        Count++;
    }

    private void RemoveUnsynchronized(Entry entry)
    {
        if (entry.Previous is null)
        {
            first = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        foreach (Entry waiter in entry.Blocked)
        {
            waiter.Unblock();
        }

        entry.Version = unchecked(entry.Version + 1);
        entry.Granted = null;
        entry.Blocked.Clear();
        entry.Previous = null;
        entry.Next = free;
        free = entry;
        Count--;
    }

    /// <summary>One request in the table. Reused: the version tells a stale hold from a live one.</summary>
    internal sealed class Entry
    {
        internal Entry? Previous { get; set; }

        internal Entry? Next { get; set; }

        internal ByteRange Range { get; set; }

        internal RangeClass Kind { get; set; }

        internal int Blockers { get; set; }

        internal int Version { get; set; }

        internal List<Entry> Blocked { get; } = [];

        internal TaskCompletionSource? Granted { get; set; }

        internal void Unblock()
        {
            Invariant.Holds(Blockers > 0);
            Blockers--;
            if (Blockers == 0)
            {
                Granted!.TrySetResult(); // a waiting entry has one; it continues asynchronously, outside the lock
            }
        }
    }

    private sealed record Waiter(RangeLockTable Table, Entry Entry, int Version)
    {
        internal void Cancel(CancellationToken token) => Table.Cancel(Entry, Version, token);
    }
}
