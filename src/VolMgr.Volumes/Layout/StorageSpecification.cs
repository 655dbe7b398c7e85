using System.Collections.Immutable;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>What must not be shared by two plexes of a volume. Disks are never shared, whatever is asked.</summary>
public enum MirrorSeparation
{
    /// <summary>Different disks.</summary>
    Disk = 1,

    /// <summary>Different enclosures (<c>mirror=enclr</c>).</summary>
    Enclosure = 2,

    /// <summary>Different controllers (<c>mirror=ctlr</c>).</summary>
    Controller = 3,
}

/// <summary>
/// The storage operands of vxassist (vxvm.md 6.4): which disks an operation may use. Several positive terms add up;
/// excluded ones are taken away; no positive term means every disk of the group. A disk that is reserved, spare or
/// failing is used only when a term names it as a disk; a removed one never.
/// </summary>
public sealed record StorageSpecification
{
    private const string Wanted = "wantmirror=";
    private static readonly string[] Separating = ["mirror=", Wanted];

    /// <summary>Every disk of the group.</summary>
    public static StorageSpecification Any { get; } = new();

    /// <summary>What is asked for, in the order given.</summary>
    public ImmutableArray<StorageTerm> Included { get; init; } = [];

    /// <summary>What is excluded by <c>!</c>.</summary>
    public ImmutableArray<StorageTerm> Excluded { get; init; } = [];

    /// <summary>What two plexes of a volume may not share.</summary>
    public MirrorSeparation Separation { get; init; } = MirrorSeparation.Disk;

    /// <summary>What two plexes of a volume do not share where that is possible (<c>wantmirror=</c>); null: no
    /// wish.</summary>
    public MirrorSeparation? WantedSeparation { get; init; }

    /// <summary>Whether no term was given.</summary>
    public bool IsEmpty => Included.IsEmpty && Excluded.IsEmpty;

    /// <summary>
    /// Reads operands: <c>datadg01</c>, <c>dm:datadg01</c>, <c>da:emc0_01f4</c>, <c>enclr:pure0</c>, <c>ctlr:c2</c>,
    /// <c>c2</c>, <c>target:c2t0</c>, <c>mediatype:hdd</c>, each with an optional <c>!</c> (or <c>\!</c>) in front,
    /// <c>alloc=</c> and a list of such, and <c>mirror=disk|enclr|ctlr</c> or <c>wantmirror=</c> the same.
    /// </summary>
    public static Outcome<StorageSpecification> Parse(IEnumerable<string> operands)
    {
        List<StorageTerm> included = [];
        List<StorageTerm> excluded = [];
        MirrorSeparation separation = MirrorSeparation.Disk;
        MirrorSeparation? wanted = null;
        foreach (string word in operands.SelectMany(Words))
        {
            if (Separating.FirstOrDefault(name => word.StartsWith(name, StringComparison.Ordinal)) is { } name)
            {
                Outcome<MirrorSeparation> read = ReadSeparation(name, word[name.Length..]);
                if (!read.IsDone)
                {
                    return read.Refusal;
                }

                (separation, wanted) = name == Wanted ? (separation, read.Value) : (read.Value, wanted);
                continue;
            }

            string text = word.StartsWith('\\') ? word[1..] : word;
            bool isExcluded = text.StartsWith('!');
            Outcome<StorageTerm> term = StorageTerm.Parse(isExcluded ? text[1..] : text);
            if (!term.IsDone)
            {
                return term.Refusal;
            }

            (isExcluded ? excluded : included).Add(term.Value);
        }

        return new StorageSpecification
        {
            Included = [.. included],
            Excluded = [.. excluded],
            Separation = separation,
            WantedSeparation = wanted,
        };
    }

    /// <summary>Whether the disk is not excluded, and asked for if anything is.</summary>
    public bool Selects(DiskRecord disk, DiskSite? site) =>
        !Excluded.Any(term => term.Matches(disk, site))
        && (Included.IsEmpty || Included.Any(term => term.Matches(disk, site)));

    /// <summary>Whether a term asks for this very disk.</summary>
    public bool Names(DiskRecord disk, DiskSite? site) => Included.Any(term => term.Names(disk, site));

    /// <summary>Refuses the first term that matches no disk of the group: it is a typing error, never an empty
    /// wish.</summary>
    public Outcome Check(GroupConfiguration configuration, IReadOnlyList<DiskSite> sites)
    {
        Dictionary<RecordId, DiskSite> known = sites.ToDictionary(site => site.DiskId);
        foreach (StorageTerm term in Included.Concat(Excluded))
        {
            if (!configuration.Disks.Values.Any(disk => term.Matches(disk, known.GetValueOrDefault(disk.Id))))
            {
                return new Refusal(
                    ErrorCode.NotFound,
                    $"{term}: No disk of disk group {configuration.Group.Name} meets this specification",
                    "V-5-1-558");
            }
        }

        return Outcome.Done;
    }

    private static IEnumerable<string> Words(string operand)
    {
        string list = operand.StartsWith("alloc=", StringComparison.Ordinal) ? operand["alloc=".Length..] : operand;
        return list.Split([' ', '\t', ',', '"'], StringSplitOptions.RemoveEmptyEntries);
    }

    private static Outcome<MirrorSeparation> ReadSeparation(string name, string text) => text switch
    {
        "disk" => MirrorSeparation.Disk,
        "enclr" => MirrorSeparation.Enclosure,
        "ctlr" => MirrorSeparation.Controller,
        "site" or "target" or "tag" or "group" =>
            new Refusal(ErrorCode.Unsupported, $"{name}{text}: Not supported by VolMgr; use {name}enclr or {name}ctlr"),
        _ => new Refusal(ErrorCode.Usage, $"{name}{text}: use {name}disk, {name}enclr or {name}ctlr"),
    };
}
