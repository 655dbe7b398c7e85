using VolMgr.Proof.Histories;
using VolMgr.Proof.Invariants;

namespace VolMgr.Proof.Tests;

/// <summary>Words for histories written by hand: a volume of eight sectors, request n writes the value n.</summary>
internal static class HandMade
{
    public const int Length = 8;

    public static readonly PlexView Old = new("old", IsReadable: true, IsAttaching: false, ["disk1"])
    {
        Luns = ["array1/lun-old"],
    };

    public static readonly PlexView New = new("new", IsReadable: false, IsAttaching: true, ["disk2"])
    {
        Luns = ["array2/lun-new"],
    };

    public static readonly PlexView Twin = new("new", IsReadable: true, IsAttaching: false, ["disk2"]);

    public static Committed Has(params PlexView[] plexes) => new(View(1, plexes));

    public static ConfigurationView View(long generation, params PlexView[] plexes) => new(generation, Length, plexes);

    public static PlexContent Zeroed(string plex) => new(plex, new long[Length]);

    public static PlexContent Poisoned(string plex) =>
        new(plex, [.. Enumerable.Repeat(Stamp.Garbage, Length)]);

    public static Invoked Write(int request, int first, int count = 1) =>
        new(request, RequestKind.Write, first, count, request);

    public static Invoked Zero(int request, int first) => new(request, RequestKind.Zero, first, 1, Stamp.Zero);

    public static Invoked Read(int request, int first, int count = 1) =>
        new(request, RequestKind.Read, first, count, 0);

    public static Invoked Flush(int request) => new(request, RequestKind.Flush, 0, 0, 0);

    public static Answered Done(int request) => new(request, true, []);

    public static Answered Failed(int request) => new(request, false, []);

    public static Answered Shows(int request, params long[] values) => new(request, true, values);

    public static PlexWritten Put(string plex, int first, params long[] values) =>
        new(plex, "lun-" + plex, first, values);

    public static HistoryEvent[] Flushed(string plex, long flush) =>
        [new FlushIssued("lun-" + plex, flush), new FlushEnded("lun-" + plex, flush, true)];

    public static CopyBegan Copy(int copy, params (int First, int Count)[] claimed) => new(copy, "new", claimed);

    public static DirtyRegions Dirty(params int[] regions) => new(2, regions);

    public static AtRest Rest(params (string Plex, long[] Values)[] plexes) =>
        new(plexes.ToDictionary(plex => plex.Plex, plex => (IReadOnlyList<long>)plex.Values));

    /// <summary>A mirror of two plexes, all zero.</summary>
    public static HistoryEvent[] Mirror => [Has(Old, Twin), Zeroed("old"), Zeroed("new")];

    /// <summary>A plex, and another one that is being attached.</summary>
    public static HistoryEvent[] Attaching => [Has(Old, New), Zeroed("old"), Poisoned("new")];

    /// <summary>Records the events and gives what each checker says, by id.</summary>
    public static Dictionary<string, string> Judge(params HistoryEvent[] events)
    {
        IReadOnlyList<Checker> checkers = CheckerCatalogue.Create();
        var history = new History(Length, checkers);
        foreach (HistoryEvent happened in events)
        {
            history.Record(happened);
        }

        return checkers.Where(checker => checker.Violation is not null)
            .ToDictionary(checker => checker.Id, checker => checker.Violation ?? "");
    }

    /// <summary>The last event breaks that invariant, and nothing before it does.</summary>
    public static void LastBreaks(string id, params HistoryEvent[] events)
    {
        Assert.DoesNotContain(id, Judge(events[..^1]).Keys);
        Assert.Contains(id, Judge(events).Keys);
    }

    /// <summary>The events keep every invariant.</summary>
    public static void Holds(params HistoryEvent[] events) => Assert.Empty(Judge(events));
}
