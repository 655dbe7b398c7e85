using System.ComponentModel;

namespace VolMgr.Cli.Service.Replies;

/// <summary>A long operation. Tasks that have ended are not listed; the event stream tells how they ended.</summary>
internal sealed record TaskReply(
    string Host,
    int Id,
    int? ParentId,
    [property: Description("ATCOPY, RDWRBACK, PARENT and so on, as vxtask list says.")] string Type,
    string Operation,
    string? Tag,
    string? Group,
    string? Volume,
    string? Plex,
    [property: Description("running, paused, aborting, completed, aborted or failed.")] string State,
    [property: Description("First byte; for a parent 0.")] long Start,
    [property: Description("End in bytes; for a parent the number of children.")] long End,
    [property: Description("Reached so far.")] long Current,
    double Percent,
    DateTimeOffset Started,
    [property: Description("Pauses left out.")] double WorkSeconds,
    [property: Description("At the rate so far; null while there is none.")] double? RemainingSeconds,
    int SlowMs,
    string? Failure);
