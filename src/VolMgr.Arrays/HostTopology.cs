namespace VolMgr.Arrays;

/// <summary>One emulated host of a lab.</summary>
public sealed record HostTopology
{
    /// <summary>The lab's name of the host, such as host1; also the folder of its state.</summary>
    public required string Name { get; init; }

    /// <summary>What `hostname` says there; part of disk ids, host locks and of some device identities.</summary>
    public required string HostName { get; init; }

    /// <summary>The host bus adapters.</summary>
    public required IReadOnlyList<HbaTopology> Hbas { get; init; }

    /// <summary>
    /// For a virtual machine: disk.EnableUUID. Without it the virtual disks tell no serial. A running machine goes by
    /// the value of its last power-on.
    /// </summary>
    public bool EnablesDiskUuid { get; init; } = true;

    /// <summary>
    /// Full name of the LUN that the host boots from, out of the volume manager's reach; empty for a disk of its own.
    /// </summary>
    public string BootLun { get; init; } = "";

    /// <summary>
    /// Full names of the LUNs that the arrays hide from this host. Every other reachable LUN is presented.
    /// </summary>
    public IReadOnlyList<string> Unpresented { get; init; } = [];

    /// <summary>The same host with a LUN presented or hidden.</summary>
    public HostTopology WithLun(string lun, bool isPresented)
    {
        bool wasPresented = !Unpresented.Contains(lun, StringComparer.Ordinal);
        if (wasPresented == isPresented)
        {
            return this;
        }

        return this with
        {
            Unpresented = isPresented
                ? [.. Unpresented.Where(name => !string.Equals(name, lun, StringComparison.Ordinal))]
                : [.. Unpresented.Append(lun).Order(StringComparer.Ordinal)],
        };
    }
}

/// <summary>One host bus adapter: a controller of its host, and the array ports that it is zoned to.</summary>
public sealed record HbaTopology
{
    /// <summary>Controller name, such as c2.</summary>
    public required string Controller { get; init; }

    /// <summary>The array ports that it reaches; each gives one path to each presented LUN of that array.</summary>
    public required IReadOnlyList<PortTarget> Targets { get; init; }
}

/// <summary>
/// An array port that an adapter reaches, written `emc0:1`, or all ports of an array, written `emc0`.
/// </summary>
/// <param name="Array">Lab name of the array.</param>
/// <param name="Port">Port number from 1, or null for every port.</param>
public readonly record struct PortTarget(string Array, int? Port)
{
    /// <inheritdoc/>
    public override string ToString() => Port is null ? Array : $"{Array}:{Port}";
}
