using VolMgr.Arrays;

namespace VolMgr.Cli.Labs;

/// <summary>Which host of a lab a user means.</summary>
internal static class LabHostNames
{
    /// <summary>
    /// The host of that name; the lab's first one for an empty name. Refuses a name that the lab has not.
    /// </summary>
    public static string Resolve(LabPaths lab, LabTopology topology, string name)
    {
        if (name.Length == 0)
        {
            return topology.Hosts[0].Name;
        }

        return topology.FindHost(name)?.Name ?? throw UserErrorException.Refused(
            $"lab {lab.Root} has no host {name}; it has {string.Join(", ", topology.Hosts.Select(host => host.Name))}");
    }
}
