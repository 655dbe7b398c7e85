namespace VolMgr.Commands.Views;

/// <summary>What listings show of a task. Offsets are bytes, or counts for a parent task.</summary>
internal sealed record TaskView
{
    /// <summary>Number.</summary>
    public required int Id { get; init; }

    /// <summary>Number of the parent task, or null.</summary>
    public int? ParentId { get; init; }

    /// <summary>ATCOPY, RDWRBACK, PARENT ...</summary>
    public required string Type { get; init; }

    /// <summary>R running, P paused, A aborting, K killed, Z ended.</summary>
    public required char State { get; init; }

    /// <summary>Tag, or empty.</summary>
    public string Tag { get; init; } = "";

    /// <summary>PLXATT, VOLSTART, RESYNC ...</summary>
    public required string Operation { get; init; }

    /// <summary>Volume worked on, or empty.</summary>
    public string Volume { get; init; } = "";

    /// <summary>Plex worked on, or empty.</summary>
    public string Plex { get; init; } = "";

    /// <summary>Group, or empty.</summary>
    public string Group { get; init; } = "";

    /// <summary>Where it starts.</summary>
    public long Start { get; init; }

    /// <summary>Where it ends.</summary>
    public long End { get; init; }

    /// <summary>Where it is.</summary>
    public long Current { get; init; }

    /// <summary>Children that have not ended, of a parent task.</summary>
    public int ActiveChildren { get; init; }

    /// <summary>Milliseconds between copies.</summary>
    public int SlowMs { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Time at work, without pauses.</summary>
    public TimeSpan WorkTime { get; init; }

    /// <summary>Time that the rest will take at the rate so far; null while nobody knows.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Whether it only gathers others.</summary>
    public bool IsParent => Type == "PARENT";

    /// <summary>How much is done, 0 to 100.</summary>
    public double Percent => End <= Start ? (State == 'Z' ? 100 : 0) : 100.0 * (Current - Start) / (End - Start);
}
