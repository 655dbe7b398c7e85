using VolMgr.Simulation;

namespace VolMgr.Proof.Histories;

/// <summary>
/// Something that happened, told in the words of the field and without the engine's types: a history can be recorded
/// from a run or written by hand. Places are sectors of the volume, contents are <see cref="Stamp"/>s, plexes, LUNs and
/// copies are names.
/// </summary>
internal abstract record HistoryEvent;

/// <summary>What a client asks for.</summary>
internal enum RequestKind
{
    /// <summary>Sectors are read.</summary>
    Read = 1,

    /// <summary>Sectors are written.</summary>
    Write = 2,

    /// <summary>Sectors become zeroes.</summary>
    Zero = 3,

    /// <summary>Sectors are not needed any more, and read as zeroes.</summary>
    Discard = 4,

    /// <summary>What was acknowledged becomes durable.</summary>
    Flush = 5,
}

/// <summary>A client issues a request; a mutation brings its value to each of its sectors.</summary>
internal sealed record Invoked(int Request, RequestKind Kind, int First, int Count, long Value) : HistoryEvent
{
    /// <summary>Whether it has to be durable when it is answered.</summary>
    public bool IsForced { get; init; }

    /// <summary>Whether its sectors are changed.</summary>
    public bool IsMutation => Kind is RequestKind.Write or RequestKind.Zero or RequestKind.Discard;

    /// <summary>The first sector behind it.</summary>
    public int End => First + Count;

    /// <summary>Whether it touches a range.</summary>
    public bool Overlaps(int first, int count) => First < first + count && first < End;
}

/// <summary>A client has its answer; a read that succeeded has the stamps of its sectors.</summary>
internal sealed record Answered(int Request, bool IsSuccess, IReadOnlyList<long> Values) : HistoryEvent;

/// <summary>Sectors of a plex have a new content on its disk, perhaps in a volatile cache.</summary>
internal sealed record PlexWritten(string Plex, string Lun, int First, IReadOnlyList<long> Values) : HistoryEvent
{
    /// <summary>Whether it is durable at once.</summary>
    public bool IsForced { get; init; }

    /// <summary>Whether the write was answered with an error, so that part of this may be what was there before.
    /// </summary>
    public bool HasFailed { get; init; }
}

/// <summary>A write to sectors of a plex was answered with an error.</summary>
internal sealed record PlexWriteFailed(string Plex, int First, int Count) : HistoryEvent;

/// <summary>Sectors of a plex are read on behalf of a client or as the source of a copy.</summary>
internal sealed record PlexRead(string Plex, int First, int Count) : HistoryEvent
{
    /// <summary>Its number, for <see cref="PlexReadEnded"/>; those of one read of a disk share it.</summary>
    public long Read { get; init; }
}

/// <summary>A disk has answered a read with data.</summary>
internal sealed record PlexReadEnded(string Plex, int First, int Count, long Read) : HistoryEvent;

/// <summary>A disk has answered a read with an error.</summary>
internal sealed record PlexReadFailed(string Plex, int First, int Count) : HistoryEvent;

/// <summary>So much time has passed since the beginning.</summary>
internal sealed record TimePassed(TimeSpan Elapsed) : HistoryEvent;

/// <summary>Something that the workload wrote goes to a place of a disk that belongs to no plex.</summary>
internal sealed record StrayWritten(string Lun, long Offset, string Owner) : HistoryEvent;

/// <summary>What the disks hold for a plex now: after it came, grew, or after a crash.</summary>
internal sealed record PlexContent(string Plex, IReadOnlyList<long> Values) : HistoryEvent;

/// <summary>A disk is told to flush.</summary>
internal sealed record FlushIssued(string Lun, long Flush) : HistoryEvent;

/// <summary>A disk has answered a flush.</summary>
internal sealed record FlushEnded(string Lun, long Flush, bool IsSuccess) : HistoryEvent;

/// <summary>A plex as the durable configuration has it.</summary>
internal sealed record PlexView(string Name, bool IsReadable, bool IsAttaching, IReadOnlyList<string> Disks)
{
    /// <summary>Whether it may be the truth after a restart: readable, or stopped in good order.</summary>
    public bool IsComplete { get; init; } = IsReadable;

    /// <summary>Whether it is out, or on its way back, and what it misses is in a map.</summary>
    public bool IsTracked { get; init; }

    /// <summary>Whether it was given up because of an error.</summary>
    public bool HasFailed { get; init; }

    /// <summary>The LUNs that it lies on.</summary>
    public IReadOnlyList<string> Luns { get; init; } = [];

    /// <summary>What of which disks it has: bytes from an offset on.</summary>
    public IReadOnlyList<(string Disk, long Offset, long Length)> Places { get; init; } = [];

    /// <summary>Whether it takes the application's writes.</summary>
    public bool IsEnabled => IsReadable || IsAttaching;
}

/// <summary>The volume as the durable configuration has it.</summary>
internal sealed record ConfigurationView(long Generation, int Length, IReadOnlyList<PlexView> Plexes)
{
    /// <summary>Whether the volume logs its dirty regions.</summary>
    public bool HasLog { get; init; }

    /// <summary>What administrators set of the volume and not of its plexes: read policy, owner, permissions.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Records that a command or a copy has locked.</summary>
    public IReadOnlyList<string> Locked { get; init; } = [];

    /// <summary>The plex of that name, or null.</summary>
    public PlexView? Find(string plex) => Plexes.FirstOrDefault(view => view.Name == plex);
}

/// <summary>A change of the configuration is about to be written.</summary>
internal sealed record CommitBegan(ConfigurationView Next) : HistoryEvent;

/// <summary>The configuration is another one, durably.</summary>
internal sealed record Committed(ConfigurationView View) : HistoryEvent;

/// <summary>The volume is asked to have that many sectors.</summary>
internal sealed record LengthAsked(int Length) : HistoryEvent;

/// <summary>An administrator sets something of the volume.</summary>
internal sealed record SettingsAsked : HistoryEvent;

/// <summary>A copy begins; of an earlier run it takes what is claimed as done.</summary>
internal sealed record CopyBegan(int Copy, string Plex, IReadOnlyList<(int First, int Count)> Claimed) : HistoryEvent
{
    /// <summary>Ranges that it may have in work at once.</summary>
    public int Workers { get; init; } = int.MaxValue;

    /// <summary>Sectors that it may bring to its target in a second; 0 for any number.</summary>
    public long SectorsPerSecond { get; init; }

    /// <summary>Sectors of one step.</summary>
    public int Step { get; init; }
}

/// <summary>A copy has a range in work.</summary>
internal sealed record CopyHeld(int Copy, int First, int Count) : HistoryEvent;

/// <summary>A copy has a range no longer in work.</summary>
internal sealed record CopyReleased(int Copy, int First, int Count) : HistoryEvent;

/// <summary>A copy says that a range is on its target; in all, that many sectors are marked then.</summary>
internal sealed record CopyMarked(int Copy, int First, int Count, int Total) : HistoryEvent;

/// <summary>How a copy may end.</summary>
internal enum CopyEnding
{
    /// <summary>The plex is ACTIVE.</summary>
    Completed = 1,

    /// <summary>Somebody ended it.</summary>
    Aborted = 2,

    /// <summary>It failed, or goes on at the next start.</summary>
    Failed = 3,
}

/// <summary>Those who wait for a copy are told that it has ended.</summary>
internal sealed record CopyEnded(int Copy, string Plex, CopyEnding Ending) : HistoryEvent;

/// <summary>What a copy tells about itself.</summary>
internal sealed record CopyProgressed(int Copy, long Done, long Total) : HistoryEvent;

/// <summary>A copy has not come forward for that long while it could, and clients did.</summary>
internal sealed record CopyStarved(int Copy, TimeSpan Time) : HistoryEvent;

/// <summary>These regions of the log are durably dirty, and no others.</summary>
internal sealed record DirtyRegions(int RegionSize, IReadOnlyCollection<int> Regions) : HistoryEvent
{
    /// <summary>Bits that are set behind those of the volume's regions.</summary>
    public int Padding { get; init; }
}

/// <summary>These regions are durably marked in the map of what a plex misses, and no others.</summary>
internal sealed record DetachMarks(string Plex, int RegionSize, IReadOnlyCollection<int> Regions) : HistoryEvent;

/// <summary>An administrator's command that takes an object away was carried out.</summary>
internal sealed record ObjectRemoved(string Name) : HistoryEvent;

/// <summary>An administrator gives a command on the volume.</summary>
internal sealed record CommandBegan(int Command) : HistoryEvent;

/// <summary>A command was carried out, or refused.</summary>
internal sealed record CommandEnded(int Command, bool IsDone) : HistoryEvent;

/// <summary>A LUN fails from now on, or now and then; a name that ends in a slash is that of an array.</summary>
internal sealed record FaultBegan(string Lun) : HistoryEvent
{
    /// <summary>Whether it is not a LUN: the host or the volume goes away, or a part of it.</summary>
    public bool IsOfHost { get; init; }
}

/// <summary>Everything works again.</summary>
internal sealed record FaultsEnded : HistoryEvent;

/// <summary>The host is dead, and what was not flushed may be lost.</summary>
internal sealed record Crashed : HistoryEvent;

/// <summary>The host is up and has found its group; of its configuration copies that many were valid.</summary>
internal sealed record Booted(ConfigurationView View, int ValidCopies) : HistoryEvent;

/// <summary>Nobody goes on, or somebody waits in a circle.</summary>
internal sealed record Stuck(string Who, WaitForGraph? Waits = null) : HistoryEvent;

/// <summary>Nothing is in flight, nothing is broken, nothing is being copied or recovered.</summary>
internal sealed record AtRest(IReadOnlyDictionary<string, IReadOnlyList<long>> Plexes) : HistoryEvent
{
    /// <summary>Requests inside the gate.</summary>
    public int InFlight { get; init; }

    /// <summary>Ranges that are locked.</summary>
    public int Locks { get; init; }

    /// <summary>Whether the gate is closed.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Regions that the log counts as dirty, or null where there is no log.</summary>
    public int? DirtyCount { get; init; }

    /// <summary>Bits that are set in the log's bitmap in memory.</summary>
    public int DirtyBits { get; init; }

    /// <summary>Regions that the log holds for in use.</summary>
    public int BusyRegions { get; init; }

    /// <summary>Tasks of the volume that run.</summary>
    public int Tasks { get; init; }
}
