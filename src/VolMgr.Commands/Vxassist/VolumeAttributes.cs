using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary>The attributes that describe a volume, for <c>make</c> and <c>maxsize</c>.</summary>
internal static class VolumeAttributes
{
    /// <summary>Names of the attributes.</summary>
    public static readonly string[] Names =
    [
        "layout", "nmirror", "ncol", "nstripe", "stripeunit", "stripewidth", "stwidth", "stwid", "logtype", "nlog",
        "loglen", "logdisk", "init", "usetype", "user", "group", "mode", "comment", "tag", "alloc", "mirror",
        "wantmirror",
        .. DcoAttributes.Names,
    ];

    /// <summary>Those that mean nothing without a log.</summary>
    public static readonly string[] OfLog = ["nlog", "loglen", "logdisk"];

    /// <summary>Builds the request; the storage operands start at the given place.</summary>
    public static Outcome<VolumeRequest> Parse(Attributes attributes, int start, DiskGroup group, bool isOrdered)
    {
        Outcome<LayoutWords> layout = LayoutWords.Parse(attributes["layout"]);
        Outcome<int?> mirrors = attributes.Count("nmirror");
        Outcome<int?> columns = attributes.Count(attributes["ncol"] is null ? "nstripe" : "ncol");
        Outcome<long?> unit = OneOf(attributes, "stripeunit", "stripewidth", "stwidth", "stwid") is { } name
            ? attributes.Size(name) : (long?)null;
        Outcome<int?> logs = attributes.Count("nlog");
        Outcome<long?> logLength = attributes.Size("loglen");
        Outcome<StorageSpecification> storage = StorageOperands.Parse(attributes, start);
        Outcome<VolumeInit> init = Init(attributes["init"]);
        Refusal? wrong = layout.Refusal ?? mirrors.Refusal ?? columns.Refusal ?? unit.Refusal ?? logs.Refusal
            ?? logLength.Refusal ?? storage.Refusal ?? init.Refusal;
        if (wrong is not null)
        {
            return wrong;
        }

        Outcome<LogKind> log = Log(attributes["logtype"], layout.Value.HasLog);
        Outcome<StorageSpecification?> logStorage = LogStorage(attributes["logdisk"]);
        wrong = log.Refusal ?? logStorage.Refusal
            ?? Contradiction(layout.Value, mirrors.Value, columns.Value, unit.Value) ?? UseType(attributes["usetype"])
            ?? Dco(attributes) ?? OfLogs(log, attributes) ?? Owner(attributes);
        if (wrong is not null)
        {
            return wrong;
        }

        VolumeRequest plain = new();
        bool isStriped = layout.Value.Layout == PlexLayout.Stripe;
        return plain with
        {
            Layout = isStriped ? PlexLayout.Stripe : PlexLayout.Concat,
            ColumnCount = columns.Value,
            StripeUnit = unit.Value ?? plain.StripeUnit,
            MirrorCount = mirrors.Value ?? (layout.Value.IsMirrored == true ? 2 : 1),
            IsLayered = layout.Value.IsLayered,
            Log = log.Value,
            LogsInSequence = attributes["logtype"] is "seqdrl" or "drlseq",
            Comment = attributes["comment"] ?? "",
            LogCount = logs.Value ?? 1,
            LogLength = logLength.Value,
            LogStorage = logStorage.Value,
            Init = init.Value,
            UseType = attributes["usetype"] ?? plain.UseType,
            User = attributes["user"] ?? plain.User,
            Group = attributes["group"] ?? plain.Group,
            Mode = attributes["mode"]?.PadLeft(4, '0') ?? plain.Mode,
            Storage = storage.Value,
            Sites = group.Sites,
            IsContiguous = layout.Value.IsContiguous,
            IsOrdered = isOrdered,
        };
    }

    private static Refusal? Contradiction(LayoutWords layout, int? mirrors, int? columns, long? unit)
    {
        if (layout.IsMirrored == false && mirrors > 1)
        {
            return new Refusal(ErrorCode.Usage, $"nmirror={mirrors}: Contradicts layout=nomirror");
        }

        return layout.Layout != PlexLayout.Stripe && (columns is not null || unit is not null)
            ? new Refusal(ErrorCode.Usage, "ncol= and stripeunit= need layout=stripe")
            : null;
    }

    private static Refusal? Dco(Attributes attributes)
    {
        if (attributes["logtype"] == "dco")
        {
            return attributes["init"] == "none"
                ? new Refusal(ErrorCode.Usage, "logtype=dco: Needs a volume that is started; leave init=none out")
                : DcoAttributes.Parse(attributes, "volume", StorageSpecification.Any).Refusal;
        }

        return DcoAttributes.Stray(attributes) is not { } stray ? null
            : stray == "fastresync" && attributes[stray] is "on" or "yes"
                ? Refusals.Unsupported("fastresync=on without logtype=dco", "add logtype=dco")
            : stray == "fastresync" && attributes[stray] is "off" or "no" ? null
            : new Refusal(ErrorCode.Usage, $"{stray}: Needs logtype=dco");
    }

    private static Refusal? OfLogs(Outcome<LogKind> log, Attributes attributes) =>
        log is { IsDone: true, Value: LogKind.None }
        && OfLog.FirstOrDefault(name => attributes[name] is not null) is { } stray
            ? new Refusal(ErrorCode.Usage, $"{stray}=: Needs logtype=drl; a DCO has ndcomirror= and dcologdisk=")
            : null;

    private static Refusal? Owner(Attributes attributes)
    {
        bool isMode = attributes["mode"] is not { } mode
            || (mode.Length is 3 or 4 && mode.All(digit => digit is >= '0' and <= '7'));
        return !isMode ? new Refusal(ErrorCode.Usage, $"mode={attributes["mode"]}: Expected 3 or 4 octal digits")
            : ((string[])["user", "group", "tag"]).FirstOrDefault(name => attributes[name] is "") is { } empty
                ? new Refusal(ErrorCode.Usage, $"{empty}=: Expected a value")
            : null;
    }

    private static Refusal? UseType(string? name) => name is null or "fsgen" or "gen"
        ? null
        : new Refusal(ErrorCode.Usage, $"usetype={name}: Expected fsgen or gen");

    private static string? OneOf(Attributes attributes, params string[] names) =>
        names.FirstOrDefault(name => attributes[name] is not null);

    private static Outcome<VolumeInit> Init(string? text) => text switch
    {
        null or "sync" or "default" => VolumeInit.Sync,
        "active" => VolumeInit.Active,
        "zero" => VolumeInit.Zero,
        "none" => VolumeInit.None,
        _ => new Refusal(ErrorCode.Usage, $"init={text}: Expected active, zero, none or sync"),
    };

    private static Outcome<LogKind> Log(string? type, bool? hasLog) => (type, hasLog) switch
    {
        ("drl" or "region", false) =>
            new Refusal(ErrorCode.Usage, $"logtype={type}: Contradicts layout=nolog"),
        ("dco", false) => new Refusal(ErrorCode.Usage, "logtype=dco: Contradicts layout=nolog"),
        ("dco", _) => LogKind.None, // it follows when the volume is there
        ("drl" or "region" or "seqdrl" or "drlseq", _) or (null, true) => LogKind.DirtyRegion,
        (null or "none", _) => LogKind.None,
        ("regionlog" or "raid5", _) => Refusals.Unsupported($"logtype={type}", "use logtype=drl, seqdrl or dco"),
        _ => new Refusal(ErrorCode.Usage, $"logtype={type}: Expected drl or none"),
    };

    private static Outcome<StorageSpecification?> LogStorage(string? disks)
    {
        if (disks is null)
        {
            return (StorageSpecification?)null;
        }

        if (string.IsNullOrWhiteSpace(disks))
        {
            return new Refusal(ErrorCode.Usage, "logdisk=: Expected a value");
        }

        Outcome<StorageSpecification> storage = StorageSpecification.Parse([disks]);
        return storage.IsDone ? storage.Value : storage.Refusal;
    }
}
