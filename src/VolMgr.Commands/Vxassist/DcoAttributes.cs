using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxassist;

/// <summary>The attributes that describe the DCO of a volume, for <c>make</c>, <c>addlog</c> and <c>vxsnap
/// prepare</c>.</summary>
internal static class DcoAttributes
{
    /// <summary>Names of the attributes that only a DCO has.</summary>
    public static readonly string[] Names =
        ["ndcomirror", "ndcomirs", "regionsize", "drl", "dcoversion", "dcologdisk", "fastresync"];

    /// <summary>Builds the request; null from null attributes means what <c>vxsnap prepare</c> does.</summary>
    public static Outcome<DcoRequest> Parse(Attributes attributes, string volume, StorageSpecification storage)
    {
        Outcome<int?> mirrors = attributes.Count(attributes["ndcomirs"] is null ? "ndcomirror" : "ndcomirs");
        Outcome<long?> region = attributes.Size("regionsize");
        Outcome<(bool HasLog, bool IsSequential)> log = Log(attributes["drl"]);
        Outcome<int> version = Version(attributes["dcoversion"]);
        Outcome<StorageSpecification> disks = attributes["dcologdisk"] is { } named
            ? StorageSpecification.Parse([named]) : storage;
        Refusal? wrong = mirrors.Refusal ?? region.Refusal ?? log.Refusal ?? version.Refusal ?? disks.Refusal
            ?? Tracking(attributes).Refusal;
        return wrong is not null ? wrong : new DcoRequest
        {
            Volume = volume,
            MirrorCount = mirrors.Value,
            RegionSize = region.Value,
            HasLog = log.Value.HasLog,
            IsLogSequential = log.Value.IsSequential,
            Version = version.Value,
            Storage = disks.Value,
        };
    }

    /// <summary>The first attribute that means nothing without a DCO; null where there is none.</summary>
    public static string? Stray(Attributes attributes) => Names.FirstOrDefault(name => attributes[name] is not null);

    /// <summary>Whether plexes that are detached are tracked.</summary>
    public static Outcome<bool> Tracking(Attributes attributes) => attributes["fastresync"] switch
    {
        null or "on" or "yes" => true,
        "off" or "no" => false,
        { } other => new Refusal(ErrorCode.Usage, $"fastresync={other}: Expected on or off"),
    };

    private static Outcome<(bool HasLog, bool IsSequential)> Log(string? text) => text switch
    {
        null or "off" or "no" => (false, false),
        "on" or "yes" => (true, false),
        "sequential" or "seq" => (true, true),
        _ => new Refusal(ErrorCode.Usage, $"drl={text}: Expected on, sequential or off"),
    };

    private static Outcome<int> Version(string? text) => text switch
    {
        null or "20" => 20,
        "30" => 30,
        "0" => Refusals.Unsupported("dcoversion=0", "use dcoversion=20"),
        _ => new Refusal(ErrorCode.Usage, $"dcoversion={text}: Expected 20 or 30"),
    };
}
