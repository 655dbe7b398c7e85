namespace VolMgr.Arrays.Faults;

/// <summary>A place of the volume manager at which a host can be made to die.</summary>
/// <param name="Name">What `at=` of the fault daemon-kill calls it.</param>
/// <param name="Summary">What has happened there and what has not.</param>
/// <param name="Outcome">What the next boot finds.</param>
public sealed record EnginePoint(string Name, string Summary, string Outcome);

/// <summary>
/// The named points of the engine, in the order in which a request, a copy, a recovery passes them. Whatever the point:
/// no acknowledged write is lost, and once recovery has ended all active plexes are equal. The outcome says what else.
/// </summary>
public static class EnginePoints
{
    private const string NothingHappened = "The write is not there, or as a whole.";
    private const string OldOrNew = "Each sector of the write is old or new, and the same on every plex.";
    private const string Untouched = "Nothing is lost; the request had no effect.";
    private const string CopyGoesOn = "The attach goes on at boot; the source serves.";
    private const string ChangeOrNot = "The change of the configuration is not there.";
    private const string ImportAgain = "The next boot imports the same configuration.";
    private const string ChangeThere = "The change of the configuration is there.";

    /// <summary>All points.</summary>
    public static IReadOnlyList<EnginePoint> All { get; } =
    [
        new("write-entered", "a write has its plex set and not its range", NothingHappened),
        new("write-locked", "a write holds its range and has not marked the dirty region log", NothingHappened),
        new("write-marked", "a write has its dirty bits durable and has sent nothing", NothingHappened),
        new("write-issuing", "a write is about to be sent to the plexes", NothingHappened),
        new("edges-read", "a write inside sectors has read what it does not change", NothingHappened),
        new("write-landed", "a write is on the plexes and misses are not recorded", OldOrNew),
        new("write-miss-recorded", "it is durable which plexes missed a write", "The plex that missed it stays out."),
        new("write-acknowledging", "a write is about to be acknowledged", OldOrNew),
        new("read-entered", "a read has its plex set", Untouched),
        new("read-served", "a read has its data", Untouched),
        new("flush-entered", "a flush has its plex set", OldOrNew),
        new("flush-landed", "a flush has reached all plexes", "What was flushed is there."),
        new("copy-starts", "a copy knows what is left to copy", CopyGoesOn),
        new("copy-loaded", "a copy has its map, with what an earlier run left, and has not begun", CopyGoesOn),
        new("copy-locked", "the copier holds a range and has not read it", CopyGoesOn),
        new("copy-read", "the copier has read the source and not written the target", CopyGoesOn),
        new("copy-written", "the copier has written the target and not marked the map", CopyGoesOn),
        new("copy-marking", "the copier is about to mark the map", CopyGoesOn),
        new("copy-released", "the copier has released a range", CopyGoesOn),
        new("checkpoint-captured", "the record of a copy is made and the target not flushed", CopyGoesOn),
        new("checkpoint-flushed", "the target is flushed and the record of the copy not written", CopyGoesOn),
        new("copy-stopping", "a copy has to end, for its target fails", "The source serves; the attach has ended."),
        new("frozen", "the gate is frozen and not drained", ChangeOrNot),
        new("drained", "the gate is drained and nothing committed", ChangeOrNot),
        new("commit-begins", "a change of the configuration is about to be written", ChangeOrNot),
        new("switch-flushed", "the target of a copy is flushed and the switch not committed", CopyGoesOn),
        new("committed", "a change is durable and not in force", ChangeThere),
        new("published", "a change is in force and the gate still closed", ChangeThere),
        new("area-cleared", "the area that a volume grows into is cleared, the length not committed", ChangeOrNot),
        new("import-chosen", "an import has chosen the newest configuration and started nothing", ImportAgain),
        new("clear-flushed", "data is flushed and its dirty bits are not cleared", "The bits cost a short recovery."),
        new("recovery-locked", "recovery holds a range and has chosen nothing", "Recovery begins again."),
        new("recovery-equalised", "recovery has made a range equal", "Recovery begins again."),
    ];

    /// <summary>Whether there is a point of that name.</summary>
    public static bool Has(string name) => All.Any(point => point.Name == name);
}
