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
}

/// <summary>One storage operand without its exclusion mark.</summary>
/// <param name="Kind">What it selects by.</param>
/// <param name="Name">The name.</param>
public sealed record StorageTerm(StorageTermKind Kind, string Name)
{
    private static readonly string[] Refused = ["target:", "lun:", "mediatype:", "site:", "tag:", "diskgroup:", "dg:"];
    private static readonly (string Prefix, StorageTermKind Kind)[] Prefixes =
    [
        ("dm:", StorageTermKind.Media),
        ("da:", StorageTermKind.Device),
        ("enclr:", StorageTermKind.Enclosure),
        ("ctlr:", StorageTermKind.Controller),
    ];

    /// <summary>Reads one operand.</summary>
    public static Outcome<StorageTerm> Parse(string text)
    {
        foreach ((string prefix, StorageTermKind kind) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                return text.Length > prefix.Length
                    ? new StorageTerm(kind, text[prefix.Length..])
                    : new Refusal(ErrorCode.Usage, $"{text}: a name must follow");
            }
        }

        if (Refused.Any(prefix => text.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return new Refusal(ErrorCode.Unsupported, $"{text}: Not supported by VolMgr");
        }

        if (text.Contains('='))
        {
            return new Refusal(ErrorCode.Usage, $"{text}: Attribute is not recognized");
        }

        return ObjectNames.IsLegal(text) && !text.Contains(':')
            ? new StorageTerm(StorageTermKind.Bare, text)
            : new Refusal(
                ErrorCode.Usage,
                $"{(text.Length == 0 ? "!" : text)}: Not a storage specification; use a disk name, dm:, da:, enclr: "
                    + "or ctlr:");
    }

    /// <summary>Whether the disk is one of those selected.</summary>
    public bool Matches(DiskRecord disk, DiskSite? site) => Kind switch
    {
        StorageTermKind.Enclosure => Same(site?.Enclosure),
        StorageTermKind.Controller => site?.Controllers.Any(Same) ?? false,
        StorageTermKind.Bare => Same(disk.Name) || (site?.Controllers.Any(Same) ?? false),
        StorageTermKind.Media or StorageTermKind.Device => Names(disk, site),
    };

    /// <summary>Whether it asks for this very disk.</summary>
    public bool Names(DiskRecord disk, DiskSite? site) => Kind switch
    {
        StorageTermKind.Media or StorageTermKind.Bare => Same(disk.Name),
        StorageTermKind.Device => Same(site?.DeviceName ?? disk.LastDeviceName),
        StorageTermKind.Enclosure or StorageTermKind.Controller => false,
    };

    /// <inheritdoc/>
    public override string ToString() =>
        Prefixes.FirstOrDefault(prefix => prefix.Kind == Kind).Prefix + Name;

    private bool Same(string? name) => string.Equals(Name, name, StringComparison.Ordinal);
}
