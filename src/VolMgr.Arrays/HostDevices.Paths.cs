using VolMgr.Arrays.Multipath;

namespace VolMgr.Arrays;

/// <summary>How a command that enables or disables a path ended.</summary>
public enum PathChange
{
    /// <summary>The state changed.</summary>
    Changed = 1,

    /// <summary>It was so already.</summary>
    AlreadySo = 2,

    /// <summary>There is no path or controller of that name.</summary>
    NotFound = 3,

    /// <summary>Refused: it would disable the last enabled path of a LUN.</summary>
    LastPath = 4,

    /// <summary>Refused: the LUN cannot be reached through it.</summary>
    NotReachable = 5,
}

/// <summary>The paths: enabled and disabled by command, and what the lab does to them.</summary>
public sealed partial class HostDevices
{
    private readonly Lock troubling = new();
    private readonly Dictionary<string, PathTrouble?> troubles = new(StringComparer.Ordinal);

    /// <summary>
    /// Disables by command the path of that operating system name, or every path of that controller. Refused when a LUN
    /// would lose its last path, unless forced.
    /// </summary>
    public PathChange DisablePath(string pathOrController, bool force) =>
        DisablePaths(Named(pathOrController), force);

    /// <summary>Disables by command the paths that are meant, as <see cref="DisablePath"/> does.</summary>
    public PathChange DisablePaths(PathSelector selector, bool force)
    {
        IReadOnlyList<(DmpNode Node, DevicePath Path)> chosen = PathsOf(selector);
        if (chosen.Count == 0)
        {
            return PathChange.NotFound;
        }

        if (chosen.All(item => item.Path.IsDisabledByHand))
        {
            return PathChange.AlreadySo;
        }

        bool isLast = chosen.Select(item => item.Node).Distinct().Any(node =>
            node.HasEnabledPath
            && node.Paths.All(path => path.State == PathState.Disabled || selector.Matches(node, path)));
        if (isLast && !force)
        {
            return PathChange.LastPath;
        }

        foreach ((DmpNode node, DevicePath path) in chosen)
        {
            bool wasEnabled = path.State == PathState.Enabled;
            path.SetDisabledByHand(true);
            node.Multipath.Choose();
            if (wasEnabled)
            {
                multipath.Tell(DmpEventKind.PathDisabled, path.Name, node.Name);
            }
        }

        return PathChange.Changed;
    }

    /// <summary>Enables a path, or every path of a controller, after a successful probe.</summary>
    public PathChange EnablePath(string pathOrController) => EnablePaths(Named(pathOrController));

    /// <summary>Enables the paths that are meant, those that answer a probe.</summary>
    public PathChange EnablePaths(PathSelector selector)
    {
        IReadOnlyList<(DmpNode Node, DevicePath Path)> chosen = PathsOf(selector);
        if (chosen.Count == 0)
        {
            return PathChange.NotFound;
        }

        if (chosen.All(item => item.Path.State == PathState.Enabled))
        {
            return PathChange.AlreadySo;
        }

        foreach ((DmpNode node, DevicePath path) in chosen.Where(item => item.Path.State != PathState.Enabled))
        {
            if (MultipathDevice.IsAnswering(path))
            {
                bool wasFailed = path.HasFailed;
                path.SetDisabledByHand(false);
                node.Multipath.Restore(path);
                if (!wasFailed)
                {
                    multipath.Tell(DmpEventKind.PathEnabled, path.Name, node.Name);
                }
            }
            else
            {
                node.Multipath.Fail(path);
            }
        }

        return chosen.Any(item => item.Path.State == PathState.Enabled) ? PathChange.Changed : PathChange.NotReachable;
    }

    /// <summary>
    /// A fault of the lab: the cable of a path, or of every path of a controller or array port (`emc0:1`), is pulled or
    /// put back. The host learns of a pulled cable by its next I/O on the path or by a scan, and of a repaired one by a
    /// scan, an enable command or the restore daemon.
    /// </summary>
    public void SetLink(string place, bool isUp) => SetTrouble(place, isUp ? null : PathTrouble.LinkDown);

    /// <summary>A fault of the lab: commands on the path get no answer.</summary>
    internal void SetTrouble(string place, PathTrouble? trouble)
    {
        lock (troubling)
        {
            if (trouble is null)
            {
                troubles.Remove(place);
            }
            else
            {
                troubles[place] = trouble;
            }
        }

        foreach (DmpNode node in KnownNodes())
        {
            foreach (DevicePath path in node.Paths.Where(path => IsAt(path, place)))
            {
                ShowTrouble(path);
            }

            node.Multipath.Choose();
        }
    }

    private static bool IsAt(DevicePath path, string place) =>
        path.Name == place || path.Controller == place || $"{path.ArrayName}:{path.Port}" == place
        || path.ArrayName == place;

    /// <summary>Shows a path what is wrong with it: the link first, then the newest trouble.</summary>
    private void ShowTrouble(DevicePath path)
    {
        PathTrouble?[] there;
        lock (troubling)
        {
            there = [.. troubles.Where(item => IsAt(path, item.Key)).Select(item => item.Value),
                .. arrays.Faults.TroublesOf(host, path)];
        }

        path.SetLink(!Array.Exists(there, each => each is { IsLinkDown: true }));
        path.SetTrouble(Array.FindLast(there, each => each is { IsLinkDown: false }));
    }

    private PathSelector Named(string name) => PathSelector.Named(
        nodes.SelectMany(node => node.Paths).FirstOrDefault(path => path.Name == name), name);

    private IReadOnlyList<(DmpNode Node, DevicePath Path)> PathsOf(PathSelector selector) =>
        [.. nodes.SelectMany(node => node.Paths
            .Where(path => selector.Matches(node, path))
            .Select(path => (node, path)))];

    /// <summary>Changes paths, of nodes that are gone too, and lets their nodes choose anew.</summary>
    private void ForEachPath(Func<DevicePath, bool> isMeant, Action<DevicePath> change)
    {
        foreach (DmpNode node in KnownNodes())
        {
            foreach (DevicePath path in node.Paths.Where(isMeant))
            {
                change(path);
            }

            node.Multipath.Choose();
        }
    }
}
