namespace VolMgr.Commands.Lint;

/// <summary>A defect that runbooks typically have, and how to see it in the text.</summary>
/// <param name="Name">What findings call it.</param>
/// <param name="Why">What goes wrong, for people who ask.</param>
/// <param name="Check">Finds it; the calls are in the order in which they are written.</param>
internal sealed record LintRule(string Name, string Why, Func<IReadOnlyList<VxCall>, IEnumerable<Finding>> Check);
