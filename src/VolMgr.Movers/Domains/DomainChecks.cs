using VolMgr.Movers.Hypervisors;

namespace VolMgr.Movers.Domains;

/// <summary>
/// What is checked before a domain is migrated: a table of rules, each with the states of the domain that it is for.
/// </summary>
public static class DomainChecks
{
    /// <summary>The rule that the manager of production does not have: it can only compare paths.</summary>
    public const string SameStorage = "same-storage";

    private static readonly DomainState[] Any = [DomainState.Active, DomainState.Bound, DomainState.Inactive];
    private static readonly DomainState[] WithResources = [DomainState.Active, DomainState.Bound];
    private static readonly DomainState[] Running = [DomainState.Active];

    private static readonly Rule[] Table =
    [
        new("name-free", Any, (domain, _, to) => to.Domains.Contains(domain.Name, StringComparer.Ordinal)
            ? $"{to.Name} has a domain {domain.Name} already" : null, "rename one of the two"),
        new("services", Any, (domain, _, to) =>
            domain.Disks.FirstOrDefault(disk => to.Find(disk) is null) is { } disk
                ? $"{to.Name} exports no {disk.Volume} by {disk.Service}, which disk {disk.Name} needs" : null,
            "add the volume to the service there, on the same storage"),
        new("switches", Any, (domain, _, to) =>
            domain.Switches.FirstOrDefault(name => !to.Switches.Contains(name, StringComparer.Ordinal)) is { } name
                ? $"{to.Name} has no virtual switch {name}" : null, "add the switch there"),
        new(SameStorage, Any, OtherStorage, "export the same storage there: paths may be equal and lead elsewhere"),
        new("memory", WithResources, (domain, _, to) => domain.Memory > to.FreeMemory
            ? $"{to.Name} has {to.FreeMemory} bytes of memory free, and {domain.Name} needs {domain.Memory}" : null,
            "free memory there"),
        new("processors", WithResources, (domain, _, to) => domain.Processors > to.FreeProcessors
            ? $"{to.Name} has {to.FreeProcessors} processors free, and {domain.Name} needs {domain.Processors}" : null,
            "free processors there"),
        new("processor-kind", Running, (_, from, to) => from.Processor != to.Processor
            ? $"{to.Name} has {to.Processor} processors, and {from.Name} has {from.Processor}" : null,
            "stop the domain, or set the generic processor kind"),
        new("cluster-node", Running, (domain, _, to) =>
            domain.ClusterStorage.Length > 0 && domain.ClusterStorage != to.Cluster
                ? $"{domain.Name} is on storage of cluster {domain.ClusterStorage}, and {to.Name} is no node of it"
                : null, "choose a node of that cluster, or stop the domain"),
    ];

    /// <summary>The rules for a domain in that state, in order: what a dry run lists.</summary>
    public static IReadOnlyList<string> NamesFor(DomainState state, bool trustsPaths = false) =>
        [.. Table.Where(rule => rule.States.Contains(state) && !(trustsPaths && rule.Name == SameStorage))
            .Select(rule => rule.Name)];

    /// <summary>Every rule that forbids the migration.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="from">Where it is.</param>
    /// <param name="to">Where it shall go.</param>
    /// <param name="trustsPaths">As the manager of production: equal paths are taken for the same storage.</param>
    public static IReadOnlyList<MoveRefusal> Check(
        LogicalDomain domain, ControlDomain from, ControlDomain to, bool trustsPaths) =>
        [.. Table
            .Where(rule => rule.States.Contains(domain.State) && !(trustsPaths && rule.Name == SameStorage))
            .Select(rule => (rule, Reason: rule.About(domain, from, to)))
            .Where(found => found.Reason is not null)
            .Select(found => new MoveRefusal(found.rule.Name, found.Reason!, found.rule.Remedy))]; // chosen above

    private static string? OtherStorage(LogicalDomain domain, ControlDomain from, ControlDomain to)
    {
        foreach (DomainDisk disk in domain.Disks)
        {
            if (from.Find(disk) is { } here && to.Find(disk) is { } there && here.Udid != there.Udid)
            {
                return $"disk {disk.Name}: {there.Path} of {to.Name} leads to {there.Udid}, and {here.Path} of "
                    + $"{from.Name} to {here.Udid}";
            }
        }

        return null;
    }

    private sealed record Rule(
        string Name,
        DomainState[] States,
        Func<LogicalDomain, ControlDomain, ControlDomain, string?> About,
        string Remedy);
}
