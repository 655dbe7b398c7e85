namespace VolMgr.Arrays.Faults;

/// <summary>What a fault does to a mirrored volume under I/O that has one plex on what the fault is put on.</summary>
public enum MirrorOutcome
{
    /// <summary>Both plexes stay, no I/O fails.</summary>
    Unaffected = 1,

    /// <summary>The plex is detached as IOFAIL and no I/O of the volume fails.</summary>
    PlexDetached = 2,

    /// <summary>The other plex serves the reads, both plexes stay.</summary>
    ReadElsewhere = 3,

    /// <summary>The plex holds something else than the other one and nothing shows it but a verify.</summary>
    PlexesDiffer = 4,

    /// <summary>Reads may return something else while it is at work; nothing wrong is stored.</summary>
    ReadsWrong = 5,

    /// <summary>The host goes down; its next boot recovers the volume.</summary>
    HostRestarts = 6,
}
