namespace VolMgr.Commands.Vxassist;

/// <summary>Why words of vxassist are refused, and what does the same.</summary>
internal static class VxassistRemedies
{
    private const string Logs =
        "a log has room for the longest volume; for another length remove the log and add one with loglen=";

    private const string Snapshots =
        "for a copy of a moment add a mirror, stop writing, and take it off with vxplex dis";

    private const string Newer =
        "add a mirror with the new layout (vxassist mirror volume layout=stripe ncol=n), then remove the old one";

    private const string Display = "see vxprint -ht, and vxassist maxsize for what there is room for";

    private const string Attached = "a mirror is attached as it is added: leave it out";

    /// <summary>Columns of a plex that exists do not change.</summary>
    public const string Columns = Newer;

    /// <summary>Keywords and options.</summary>
    public static IReadOnlyDictionary<string, string> Words { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["growlogby"] = Logs,
            ["growlogto"] = Logs,
            ["relayout"] = Newer,
            ["list"] = Display,
            ["listattrs"] = Display,
            ["snapabort"] = Snapshots,
            ["snapback"] = Snapshots,
            ["snapclear"] = Snapshots,
            ["snapprint"] = Snapshots,
            ["snapshot"] = Snapshots,
            ["snapstart"] = Snapshots,
            ["snapwait"] = Snapshots,
            ["-n"] = Attached,
            ["-U"] = "the usage type of a new volume is said by usetype=",
            ["-V"] = "nothing is shown beforehand: ask vxassist maxsize, or rehearse in a copy of the lab",
        };

    /// <summary>What to do in the place of an attribute.</summary>
    public static string? OfAttribute(string name) => name switch
    {
        "site" => "name the enclosure: enclr:name",
        "use_storage" or "require_storage" or "prefer_storage" or "use" or "require" or "prefer" =>
            "name storage by operands or alloc=, leave some out by !",
        "mediatype" => "use the operand mediatype:hdd",
        "dcolen" => "the length of a DCO follows from regionsize=",
        "fixed" => "lengths are rounded up to the alignment of the group: give a multiple of 16 sectors",
        "volmap" or "cache" => "there are no caches and no space-optimised volumes",
        _ => null,
    };
}
