using VolMgr.Commands.Runbooks;

namespace VolMgr.Commands.Lint;

/// <summary>
/// Finds the typical defects of a migration runbook in its text alone, without a lab: each rule knows one mistake that
/// people make, why it hurts, and what to write instead.
/// </summary>
public static class RunbookLint
{
    private static readonly LintRule[] All =
    [
        CallRules.WrongUsage, CallRules.NotSupported, CallRules.MissingGroup, CallRules.ForcedSetup,
        CallRules.KeptRecord, CallRules.Foreground, NameRules.MixedNames, NameRules.PlexBySuffix,
        OrderRules.MissingBackup, OrderRules.MissingSetup, OrderRules.EarlyUnsetup, OrderRules.DiskInUse,
        OrderRules.LogLeftBehind, MirrorRules.LastPlex, MirrorRules.NoWait, MirrorRules.SameArray,
    ];

    /// <summary>Names of the rules, each with what goes wrong.</summary>
    public static IReadOnlyList<(string Name, string Why)> Rules { get; } =
        [.. All.Select(rule => (rule.Name, rule.Why))];

    /// <summary>All findings, by line.</summary>
    public static IReadOnlyList<Finding> Check(Runbook runbook)
    {
        IReadOnlyList<VxCall> calls = VxCall.Of(runbook);
        return
        [
            .. All.SelectMany(rule => rule.Check(calls)).Distinct()
                .OrderBy(finding => finding.Line).ThenBy(finding => finding.Rule, StringComparer.Ordinal),
        ];
    }
}
