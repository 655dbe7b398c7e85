using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Runbooks;

/// <summary>How a runbook is rehearsed.</summary>
/// <param name="File">The runbook.</param>
/// <param name="Lab">The lab; null: a temporary one that is removed.</param>
/// <param name="Group">The disk group whose started volumes the application uses; null: no application.</param>
/// <param name="Seed">Seed of the application.</param>
/// <param name="Shape">What the application does.</param>
/// <param name="KeepsGoing">Goes on after a step that fails; a gate that fails ends it all the same.</param>
/// <param name="IsJson">Report as one JSON object.</param>
internal sealed record RunbookOptions(
    string File, string? Lab, string? Group, int Seed, WorkloadShape Shape, bool KeepsGoing, bool IsJson)
{
    /// <summary>The template of the lab that is made where none is given: group datadg with vol01 on emc0, and an
    /// empty pure0.</summary>
    public const string Template = "populated";

    /// <summary>Its group.</summary>
    public const string TemplateGroup = "datadg";

    /// <summary>How much of each volume the application uses, from its beginning; bytes.</summary>
    public const long Span = 256 << 20;
}
