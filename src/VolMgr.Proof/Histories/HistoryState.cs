namespace VolMgr.Proof.Histories;

/// <summary>What follows from the events so far; every checker reads it, none changes it.</summary>
internal sealed class HistoryState
{
    private readonly Dictionary<int, MutationEntry> mutations = [];
    private readonly Dictionary<int, (Invoked Request, long Start)> open = [];
    private readonly Dictionary<int, ConfigurationView> viewsAtStart = [];
    private readonly Dictionary<long, List<(PlexLedger Plex, List<UnflushedContent> Covered)>> flushes = [];
    private readonly SortedDictionary<string, PlexLedger> plexes = new(StringComparer.Ordinal);

    /// <summary>A state of a volume with that many sectors, all zero.</summary>
    public HistoryState(int length) => Sectors.Resize(length, 0);

    /// <summary>The number of the event that is being observed.</summary>
    public long Now { get; private set; }

    /// <summary>The time that has passed, as far as it was told.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>The number of the last crash, or -1.</summary>
    public long LastCrash { get; private set; } = -1;

    /// <summary>Every mutation by sector.</summary>
    public SectorLedger Sectors { get; } = new();

    /// <summary>The durable configuration; none at first.</summary>
    public ConfigurationView View { get; private set; } = new(0, 0, []);

    /// <summary>Configurations whose commit began since the last one that ended.</summary>
    public IReadOnlyList<ConfigurationView> Pending => pending;

    /// <summary>Requests that wait for their answer, with their beginnings.</summary>
    public IReadOnlyDictionary<int, (Invoked Request, long Start)> Open => open;

    /// <summary>The request that the event being observed answers, with its beginning.</summary>
    public (Invoked Request, long Start) Ending { get; private set; }

    /// <summary>The configuration when the request that the event being observed answers was issued.</summary>
    public ConfigurationView ViewAtStart { get; private set; } = new(0, 0, []);

    /// <summary>The plexes that applications read.</summary>
    public IEnumerable<PlexLedger> Readable =>
        View.Plexes.Where(view => view.IsReadable).Select(view => Plex(view.Name));

    /// <summary>The plexes that take the application's writes.</summary>
    public IEnumerable<PlexLedger> Enabled => View.Plexes.Where(view => view.IsEnabled).Select(view => Plex(view.Name));

    private readonly List<ConfigurationView> pending = [];
    private readonly Dictionary<string, long> lastOut = new(StringComparer.Ordinal);

    /// <summary>Whether a plex took the application's writes at the time and ever since.</summary>
    public bool IsEnabledSince(string plex, ConfigurationView then, long time) =>
        then.Find(plex) is { IsEnabled: true } && lastOut.GetValueOrDefault(plex, -1) < time;

    /// <summary>What is known of a plex.</summary>
    public PlexLedger Plex(string name)
    {
        if (!plexes.TryGetValue(name, out PlexLedger? ledger))
        {
            plexes.Add(name, ledger = new PlexLedger(name));
        }

        return ledger;
    }

    /// <summary>Takes an event in, before the checkers see it.</summary>
    public void Apply(HistoryEvent happened)
    {
        Now++;
        switch (happened)
        {
            case Invoked invoked:
                Begin(invoked);
                break;
            case Answered answered:
                End(answered);
                break;
            case PlexWritten written:
                Plex(written.Plex).Write(written);
                break;
            case PlexContent content:
                Plex(content.Plex).Load(content.Values);
                break;
            case FlushIssued issued:
                flushes[issued.Flush] = [.. plexes.Values.Select(plex => (plex, plex.Unflushed(issued.Lun)))];
                break;
            case FlushEnded ended:
                EndFlush(ended);
                break;
            case CommitBegan began:
                pending.Add(began.Next);
                break;
            case Committed committed:
                Commit(committed.View);
                break;
            case Booted booted:
                Commit(booted.View);
                break;
            case Crashed:
                Crash();
                break;
            case TimePassed time:
                Time = time.Elapsed;
                break;
        }
    }

    private void Begin(Invoked invoked)
    {
        open[invoked.Request] = (invoked, Now);
        viewsAtStart[invoked.Request] = View;
        if (invoked.IsMutation)
        {
            var entry = new MutationEntry(invoked, Now);
            mutations[invoked.Request] = entry;
            Sectors.Add(entry);
        }
    }

    private void End(Answered answered)
    {
        if (!open.Remove(answered.Request, out (Invoked Request, long Start) ending))
        {
            return;
        }

        Ending = ending;
        viewsAtStart.Remove(answered.Request, out ConfigurationView? before);
        ViewAtStart = before ?? View;
        if (mutations.TryGetValue(answered.Request, out MutationEntry? entry))
        {
            entry.End = Now;
            entry.IsAcknowledged = answered.IsSuccess;
            entry.IsDurable = answered.IsSuccess && ending.Request.IsForced;
        }
        else if (ending.Request.Kind == RequestKind.Flush && answered.IsSuccess)
        {
            foreach (MutationEntry covered in mutations.Values)
            {
                covered.IsDurable |= covered.IsAcknowledged && covered.End < ending.Start;
            }
        }
    }

    private void EndFlush(FlushEnded ended)
    {
        if (flushes.Remove(ended.Flush, out List<(PlexLedger Plex, List<UnflushedContent> Covered)>? covered)
            && ended.IsSuccess)
        {
            foreach ((PlexLedger plex, List<UnflushedContent> sectors) in covered)
            {
                plex.Flushed(ended.Lun, sectors);
            }
        }
    }

    private void Commit(ConfigurationView view)
    {
        foreach (PlexView plex in view.Plexes.Where(plex => !plex.IsEnabled))
        {
            lastOut[plex.Name] = Now;
        }

        View = view;
        pending.RemoveAll(next => next.Generation <= view.Generation);
        Sectors.Resize(view.Length, Now);
    }

    /// <summary>What was in flight may have landed; what was not durable may be gone. Neither takes anything back.
    /// </summary>
    private void Crash()
    {
        LastCrash = Now;
        open.Clear();
        viewsAtStart.Clear();
        flushes.Clear();
        foreach (MutationEntry entry in mutations.Values)
        {
            entry.End = Math.Min(entry.End, Now);
            entry.IsAcknowledged &= entry.IsDurable;
        }
    }
}
