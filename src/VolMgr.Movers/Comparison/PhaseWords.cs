namespace VolMgr.Movers.Comparison;

/// <summary>What a phase of a move is, and what could be undone in it.</summary>
/// <param name="What">What happens.</param>
/// <param name="Undo">What going back takes while it lasts, and after it.</param>
public sealed record PhaseWords(string What, string Undo)
{
    private const string DropFiles =
        "any time: the new files are deleted, and the machine runs where it was";

    private const string DropDomain =
        "any time: the receiving domain is removed, and the source keeps its domain";

    private static readonly Dictionary<string, PhaseWords> Table = new(StringComparer.Ordinal)
    {
        ["plex attached and copied"] = new(
            "the new plex takes every write from the first moment, and the copier brings over the rest",
            "any time: the new plex is dropped; the volume was never without its old one"),
        ["plex made ACTIVE"] = new(
            "what is in flight ends, the new plex is flushed, one commit makes it ACTIVE; nobody is suspended",
            "any time: both plexes hold everything, so either may be detached"),
        ["plexes compared"] = new(
            "both sides are read and compared while the application works",
            "any time, and for as long as you like: both plexes hold everything"),
        ["old plex detached"] = new(
            "the old plex takes no more writes; it stays as it was at that moment",
            "by mirroring back to the old array, which is this same move the other way round"),
        ["checks"] = new(
            "the rules of disks, datastores and limits are looked at",
            "nothing was changed yet"),
        ["home directory"] = new("configuration, log and swap file are copied to the new datastore", DropFiles),
        ["second machine started"] = new(
            "a second machine is started on the new files and idles until it takes over", DropFiles),
        ["disks copied"] = new(
            "the disk is copied while the guest runs: by tracking in passes, by the mirror driver once", DropFiles),
        ["suspend and resume"] = new(
            "the guest stands still while the rest is copied and the new places are recorded; then it goes on there",
            "until the record is durable: the guest goes on where it was; after that no more"),
        ["old files deleted"] = new(
            "the old files are deleted, as the guest does not use them any more",
            "not at all: going back is a whole move of its own"),
        ["P1 checks"] = new(
            "the control domains agree on what the domain needs; which rules there are depends on its state",
            "nothing was changed yet"),
        ["P2 receiving domain"] = new("the target makes an empty domain that takes the state", DropDomain),
        ["P3 rounds of memory"] = new(
            "memory is copied while the domain runs, and again what it wrote meanwhile", DropDomain),
        ["P3 suspended, state installed; P4 handoff"] = new(
            "the domain stands still while memory, processors and devices arrive; then the source gives it away",
            "until the source has recorded that it gave the domain away: it resumes there; after that no more"),
        ["P4 source destroyed"] = new(
            "the target resumes the domain, and what is left of it at the source is destroyed",
            "not at all: going back is a migration of its own"),
        ["backed out"] = new(
            "the move failed or was cancelled; what it had made is removed",
            "there is nothing to undo: everything runs where it was"),
    };

    /// <summary>The words for a phase of any mover.</summary>
    public static PhaseWords Of(string phase) => Table.TryGetValue(phase, out PhaseWords? words)
        ? words
        : throw new ArgumentException($"nothing is known of a phase '{phase}'", nameof(phase));
}
