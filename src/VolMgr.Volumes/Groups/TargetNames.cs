using VolMgr.Arrays;

namespace VolMgr.Volumes.Groups;

/// <summary>Names of targets, such as <c>c2t0</c>: the ports that a controller sees are counted in the order of array
/// and port.</summary>
internal sealed class TargetNames
{
    private readonly Dictionary<(string Controller, string Array, int Port), string> names = [];

    private TargetNames()
    {
    }

    /// <summary>The names of everything that the host sees.</summary>
    public static TargetNames Of(IReadOnlyList<DmpNode> nodes)
    {
        TargetNames all = new();
        IEnumerable<(string Controller, string Array, int Port)> seen = nodes.SelectMany(node => node.Paths)
            .Select(path => (path.Controller, path.ArrayName, path.Port)).Distinct();
        foreach (IGrouping<string, (string Controller, string Array, int Port)> controller
            in seen.GroupBy(each => each.Controller))
        {
            foreach ((string Controller, string Array, int Port) target in controller
                .OrderBy(each => each.Array, StringComparer.Ordinal).ThenBy(each => each.Port))
            {
                int number = all.names.Keys.Count(each => each.Controller == target.Controller);
                all.names.Add(target, $"{target.Controller}t{number}");
            }
        }

        return all;
    }

    /// <summary>The name of the target that a path ends at.</summary>
    public string Of(DevicePath path) => names.GetValueOrDefault((path.Controller, path.ArrayName, path.Port), "");
}
