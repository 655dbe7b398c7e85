namespace VolMgr.Arrays.Faults;

/// <summary>What a fault is put on.</summary>
public enum FaultPlace
{
    /// <summary>A path of a host, as `host1:sdb`.</summary>
    Path = 1,

    /// <summary>A controller of a host, as `host1:c2`.</summary>
    Controller = 2,

    /// <summary>A port of an array, as `emc0:1`, seen from every host.</summary>
    Port = 3,

    /// <summary>An array, as `emc0`.</summary>
    Array = 4,

    /// <summary>A LUN, as `emc0/01f4`, seen from every host.</summary>
    Lun = 5,

    /// <summary>A host, as `host1`.</summary>
    Host = 6,

    /// <summary>Everything, as `lab`.</summary>
    Lab = 7,
}

/// <summary>A fault that can be injected by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Place">What it is put on.</param>
/// <param name="Options">The options that it takes, each with what it means where it is left out.</param>
/// <param name="Summary">What breaks.</param>
/// <param name="Outcome">What is to be expected of the host.</param>
public sealed record FaultDefinition(
    string Name, FaultPlace Place, IReadOnlyDictionary<string, string> Options, string Summary, string Outcome)
{
    /// <summary>Whether it happens once, at injection, and is over then.</summary>
    public bool IsMomentary { get; init; }

    /// <summary>What it does to a mirrored volume under I/O.</summary>
    public MirrorOutcome Mirror => FaultCatalogue.MirrorOf(Name);

    /// <summary><see cref="Mirror"/> in a sentence, with what makes it right.</summary>
    public string MirrorSentence => Mirror switch
    {
        MirrorOutcome.PlexDetached =>
            "Mirrored volume: the plex is DETACHED IOFAIL, I/O goes on; once it is cleared, vxreattach -r.",
        MirrorOutcome.ReadElsewhere =>
            "Mirrored volume: the other plex serves the reads and the data is written back; both plexes stay.",
        MirrorOutcome.PlexesDiffer =>
            "Mirrored volume: the plexes differ, and so do reads; vxplex det and att of the bad plex mend it.",
        MirrorOutcome.ReadsWrong =>
            "Mirrored volume: reads of the plex are wrong while it is at work; what is stored stays right.",
        MirrorOutcome.HostRestarts =>
            "Mirrored volume: recovered at the next boot, with everything that was acknowledged.",
        _ => "Mirrored volume: both plexes stay ENABLED ACTIVE and no I/O fails.",
    };
}

/// <summary>A fault at work.</summary>
/// <param name="Id">Its number in the lab.</param>
/// <param name="Definition">What it is.</param>
/// <param name="Target">What it is put on.</param>
/// <param name="Values">Every option with its value.</param>
public sealed record LabFault(
    int Id, FaultDefinition Definition, string Target, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Its line: name, target, options in the order of their names.</summary>
    public override string ToString() => string.Join(' ', Values
        .OrderBy(option => option.Key, StringComparer.Ordinal)
        .Select(option => $"{option.Key}={option.Value}")
        .Prepend(Target).Prepend(Definition.Name));
}
