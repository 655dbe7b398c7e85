using System.Globalization;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxmake;

/// <summary>Reads the attributes of one record to make, of a command line or of a description file.</summary>
internal static class MakeAttributes
{
    private static readonly string[] SubdiskKeys =
        ["disk", "dm", "dm_name", "offset", "dm_offset", "dev_offset", "len", "comment"];

    private static readonly string[] PlexKeys =
        ["sd", "layout", "ncolumn", "nstripe", "stwidth", "st_width", "stripeunit", "comment"];

    private static readonly string[] VolumeKeys =
        ["plex", "len", "usetype", "use_type", "user", "group", "mode", "read_pol", "pref_name", "comment"];

    /// <summary>What other attributes say, in the form that <c>vxprint -m</c> prints: made anew.</summary>
    private static readonly string[] Derived =
    [
        "rid", "tutil0", "tutil1", "tutil2", "putil0", "putil1", "putil2", "kstate", "state", "dm_rid", "plex_rid",
        "column", "pl_offset", "iomode", "vol_rid", "dirty", "pref_plex_rid", "minor",
    ];

    /// <summary>A subdisk.</summary>
    public static Outcome<SubdiskMakeRequest> Subdisk(string name, IReadOnlyDictionary<string, string> values)
    {
        string? disk = First(values, "dm_name", "disk", "dm");
        Outcome<long> offset = Size(values, 0, "dm_offset", "offset", "dev_offset");
        Outcome<long> length = Size(values, null, "len");
        Refusal? wrong = Unknown(name, values, SubdiskKeys) ?? offset.Refusal ?? length.Refusal;
        if (wrong is not null)
        {
            return wrong;
        }

        return disk is null
            ? new Refusal(ErrorCode.Usage, $"Subdisk {name}: A disk must be given")
            : new SubdiskMakeRequest(name, disk, offset.Value, length.Value)
            {
                Comment = First(values, "comment") ?? "",
            };
    }

    /// <summary>A plex.</summary>
    public static Outcome<PlexMakeRequest> Plex(string name, IReadOnlyDictionary<string, string> values)
    {
        string layout = (First(values, "layout") ?? "concat").ToLowerInvariant();
        Outcome<int?> columns = Columns(name, values, layout == "stripe");
        Outcome<long> unit = layout == "stripe"
            ? Size(values, 64 * 1024, "stwidth", "st_width", "stripeunit") : 64L * 1024;
        Refusal? wrong = values.GetValueOrDefault("log") == "on" ? Refusals.Unsupported($"Plex {name}: log=on")
            : Unknown(name, values, [.. PlexKeys, "log"]) ?? columns.Refusal ?? unit.Refusal;
        if (wrong is not null)
        {
            return wrong;
        }

        if (layout is not ("concat" or "stripe"))
        {
            return layout == "raid5"
                ? Refusals.Unsupported($"layout={layout}")
                : new Refusal(ErrorCode.Usage, $"layout={layout}: Expected concat or stripe");
        }

        List<SubdiskPlace> places = [];
        foreach (string word in List(First(values, "sd")))
        {
            Outcome<SubdiskPlace> place = SubdiskPlaces.Parse(word);
            if (!place.IsDone)
            {
                return place.Refusal;
            }

            places.Add(place.Value);
        }

        return new PlexMakeRequest(name, places)
        {
            Layout = layout == "stripe" ? PlexLayout.Stripe : PlexLayout.Concat,
            ColumnCount = columns.Value,
            StripeUnit = unit.Value,
            Comment = First(values, "comment") ?? "",
        };
    }

    /// <summary>A volume.</summary>
    public static Outcome<VolumeMakeRequest> Volume(
        string name, IReadOnlyDictionary<string, string> values, string? useType)
    {
        string type = First(values, "usetype", "use_type") ?? useType ?? "fsgen";
        string policy = (First(values, "read_pol") ?? "select").ToLowerInvariant();
        Outcome<long> length = Size(values, 0, "len");
        Refusal? wrong = Unknown(name, values, VolumeKeys) ?? length.Refusal;
        if (wrong is not null)
        {
            return wrong;
        }

        if (type is not ("fsgen" or "gen"))
        {
            return type is "raid5" or "root" or "swap"
                ? Refusals.Unsupported($"usetype={type}")
                : new Refusal(ErrorCode.Usage, $"usetype={type}: Expected fsgen or gen");
        }

        if (policy is not ("select" or "round" or "prefer"))
        {
            return policy == "siteread"
                ? Refusals.Unsupported("read_pol=siteread")
                : new Refusal(ErrorCode.Usage, $"read_pol={policy}: Expected select, round or prefer");
        }

        VolumeMakeRequest plain = new(name, List(First(values, "plex")));
        return plain with
        {
            Length = length.Value == 0 ? null : length.Value,
            UseType = type,
            User = First(values, "user") ?? plain.User,
            Group = First(values, "group") ?? plain.Group,
            Mode = First(values, "mode") ?? plain.Mode,
            Comment = First(values, "comment") ?? "",
            ReadPolicy = policy == "round" ? ReadPolicy.Round
                : policy == "prefer" ? ReadPolicy.Prefer : ReadPolicy.Select,
            PreferredPlex = First(values, "pref_name"),
        };
    }

    private static Outcome<int?> Columns(string name, IReadOnlyDictionary<string, string> values, bool isStriped) =>
        First(values, "ncolumn", "nstripe") is not { } text || !isStriped ? (int?)null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 64
            ? count
            : new Refusal(ErrorCode.Usage, $"Plex {name}: ncolumn={text}: Expected a number from 1 to 64");

    private static string? First(IReadOnlyDictionary<string, string> values, params string[] keys) =>
        keys.Select(key => values.GetValueOrDefault(key)).FirstOrDefault(value => !string.IsNullOrEmpty(value));

    private static List<string> List(string? text) =>
        [.. (text ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>A size; without a value the absent one, or a refusal where there is none.</summary>
    private static Outcome<long> Size(
        IReadOnlyDictionary<string, string> values, long? absent, params string[] keys)
    {
        if (First(values, keys) is { } text)
        {
            Outcome<long> size = Sizes.Parse(text);
            return size.IsDone ? size : size.Refusal with { Message = $"{keys[0]}={size.Refusal.Message}" };
        }

        return absent is { } value ? value : new Refusal(ErrorCode.Usage, $"{keys[0]}: Attribute must be given");
    }

    private static Refusal? Unknown(
        string name, IReadOnlyDictionary<string, string> values, IReadOnlyList<string> known) =>
        values.Keys.FirstOrDefault(key => !known.Contains(key) && !Derived.Contains(key)) is { } unknown
            ? new Refusal(ErrorCode.Usage, $"{name}: {unknown}: Attribute is unknown or not supported here")
            : null;
}
