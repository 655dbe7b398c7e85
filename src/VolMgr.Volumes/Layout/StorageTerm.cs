using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>What one storage operand selects by.</summary>
public enum StorageTermKind
{
    /// <summary>A bare word: a disk media name, or a controller such as <c>c2</c> where no disk has that
    /// name.</summary>
    Bare = 1,

    /// <summary>A disk media name.</summary>
    Media = 2,

    /// <summary>A device (DA) name.</summary>
    Device = 3,

    /// <summary>An enclosure.</summary>
    Enclosure = 4,

    /// <summary>A controller.</summary>
    Controller = 5,

    /// <summary>A target: a port of an array as a controller sees it, such as <c>c2t0</c>.</summary>
    Target = 6,

    /// <summary>A kind of medium. All LUNs of the lab are hard disks.</summary>
    Medium = 7,
}

/// <summary>One storage operand without its exclusion mark.</summary>
/// <param name="Kind">What it selects by.</param>
/// <param name="Name">The name.</param>
public sealed record StorageTerm(StorageTermKind Kind, string Name)
{
    private static readonly string[] Refused = ["lun:", "site:", "tag:", "diskgroup:", "dg:"];
    private const string Remedy = "name disks by a disk name, dm:, da:, enclr:, ctlr: or target:";
    private const string HardDisk = "hdd";
    private static readonly (string Prefix, StorageTermKind Kind)[] Prefixes =
    [
        ("dm:", StorageTermKind.Media),
        ("da:", StorageTermKind.Device),
        ("enclr:", StorageTermKind.Enclosure),
        ("ctlr:", StorageTermKind.Controller),
        ("target:", StorageTermKind.Target),
        ("mediatype:", StorageTermKind.Medium),
    ];

    /// <summary>Reads one operand.</summary>
    public static Outcome<StorageTerm> Parse(string text)
    {
        foreach ((string prefix, StorageTermKind kind) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                return Named(kind, text, text[prefix.Length..]);
            }
        }

        if (Refused.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return new Refusal(ErrorCode.Unsupported, $"{text}: Not supported by VolMgr; {Remedy}");
        }

        if (text.Contains('='))
        {
            return new Refusal(ErrorCode.Usage, $"{text}: Attribute is not recognized");
        }

        return ObjectNames.IsLegal(text) && !text.Contains(':')
            ? new StorageTerm(StorageTermKind.Bare, text)
            : new Refusal(
                ErrorCode.Usage,
                $"{(text.Length == 0 ? "!" : text)}: Not a storage specification; use a disk name, dm:, da:, enclr:, "
                    + "ctlr:, target: or mediatype:");
    }

    /// <summary>Whether the disk is one of those selected.</summary>
    public bool Matches(DiskRecord disk, DiskSite? site) => Kind switch
    {
        StorageTermKind.Enclosure => Same(site?.Enclosure),
        StorageTermKind.Controller => site?.Controllers.Any(Same) ?? false,
        StorageTermKind.Target => site?.Targets.Any(Same) ?? false,
        StorageTermKind.Medium => Same(HardDisk),
        StorageTermKind.Bare => Same(disk.Name) || (site?.Controllers.Any(Same) ?? false),
        StorageTermKind.Media or StorageTermKind.Device => Names(disk, site),
    };

    /// <summary>Whether it asks for this very disk.</summary>
    public bool Names(DiskRecord disk, DiskSite? site) => Kind switch
    {
        StorageTermKind.Media or StorageTermKind.Bare => Same(disk.Name),
        StorageTermKind.Device => Same(site?.DeviceName ?? disk.LastDeviceName),
        StorageTermKind.Enclosure or StorageTermKind.Controller or StorageTermKind.Target
            or StorageTermKind.Medium => false,
    };

    /// <inheritdoc/>
    public override string ToString() =>
        Prefixes.FirstOrDefault(prefix => prefix.Kind == Kind).Prefix + Name;

    /// <summary>The identity that <c>vxddladm list targets</c> shows, <c>c2_p0_t0</c>, means <c>c2t0</c>.</summary>
    private static Outcome<StorageTerm> Named(StorageTermKind kind, string text, string name) => name switch
    {
        "" => new Refusal(ErrorCode.Usage, $"{text}: a name must follow"),
        not (HardDisk or "ssd") when kind == StorageTermKind.Medium =>
            new Refusal(ErrorCode.Usage, $"{text}: use mediatype:hdd or mediatype:ssd"),
        _ when kind == StorageTermKind.Target =>
            new StorageTerm(kind, name.Replace("_p0_t", "t", StringComparison.Ordinal)),
        _ => new StorageTerm(kind, name),
    };

    private bool Same(string? name) => string.Equals(Name, name, StringComparison.Ordinal);
}
