namespace VolMgr.Movers.Comparison;

/// <summary>The five ways to move what runs that are compared.</summary>
public enum MoverKind
{
    /// <summary>A plex on the new array, attached by the guest's own volume manager.</summary>
    PlexMirror = 1,

    /// <summary>Storage vMotion by changed-block tracking.</summary>
    Tracking = 2,

    /// <summary>Storage vMotion by mirror driver.</summary>
    MirrorDriver = 3,

    /// <summary>Warm migration of a logical domain.</summary>
    WarmDomain = 4,

    /// <summary>Live migration of a logical domain.</summary>
    LiveDomain = 5,
}

/// <summary>What a comparison says of a mover before it runs.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Name">Its name on a command line.</param>
/// <param name="Title">Its name for readers.</param>
/// <param name="Idea">How it works, in a sentence.</param>
/// <param name="MovesDisk">Whether the disk moves; else memory does, and the disk stays on shared storage.</param>
public sealed record MoverCard(MoverKind Kind, string Name, string Title, string Idea, bool MovesDisk)
{
    /// <summary>All of them, in the order of a report.</summary>
    public static IReadOnlyList<MoverCard> All { get; } =
    [
        new(MoverKind.PlexMirror, "plex-mirror", "mirror plex",
            "The guest's own volume manager attaches a plex on the new array, copies once while every write goes to "
                + "both sides, compares both sides and then detaches the old plex.",
            MovesDisk: true),
        new(MoverKind.Tracking, "vmotion-tracking", "Storage vMotion, tracking",
            "The hypervisor copies the disk, then again and again what was written meanwhile, until so little is left "
                + "that it can suspend the machine for the rest.",
            MovesDisk: true),
        new(MoverKind.MirrorDriver, "vmotion-mirror", "Storage vMotion, mirror driver",
            "The hypervisor copies the disk once and sends writes behind the copy to both sides; the machine is "
                + "suspended to change over.",
            MovesDisk: true),
        new(MoverKind.WarmDomain, "domain-warm", "domain migration, warm",
            "The domain is suspended while all of its memory goes to another control domain; the disk stays where it "
                + "is, on storage that both reach.",
            MovesDisk: false),
        new(MoverKind.LiveDomain, "domain-live", "domain migration, live",
            "Memory goes over in rounds while the domain runs, and only the rest while it is suspended; the disk stays "
                + "where it is, on storage that both reach.",
            MovesDisk: false),
    ];

    /// <summary>The card of a mover.</summary>
    public static MoverCard Of(MoverKind kind) => All.First(card => card.Kind == kind);

    /// <summary>The card with that name, or null.</summary>
    public static MoverCard? Find(string name) => All.FirstOrDefault(card => card.Name == name);
}
