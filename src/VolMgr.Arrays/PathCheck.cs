namespace VolMgr.Arrays;

/// <summary>The check before a migration that every LUN has the paths it should have.</summary>
public static class PathCheck
{
    /// <summary>
    /// A sentence for each LUN with fewer enabled paths than required, or than its enclosure's redundancy asks for.
    /// </summary>
    public static IReadOnlyList<string> Run(IEnumerable<DmpNode> nodes, int required) =>
        [.. nodes.Select(node => Describe(node, Math.Max(required, node.Redundancy))).OfType<string>()];

    private static string? Describe(DmpNode node, int required)
    {
        int enabled = node.Paths.Count(path => path.State == PathState.Enabled);
        if (enabled >= required)
        {
            return null;
        }

        string disabled = string.Join(
            ", ", node.Paths.Where(path => path.State == PathState.Disabled).Select(path => path.Name));
        string verb = enabled == 1 ? "is" : "are";
        return $"{node.Name}: {enabled} of {node.Paths.Count} paths {verb} enabled and {required} are required"
            + (disabled.Length > 0 ? $"; disabled: {disabled}" : "; no path is disabled, more have to be zoned");
    }
}
