namespace VolMgr.Arrays;

/// <summary>Which paths a command means; what is null does not matter, and at least one is given.</summary>
public sealed record PathSelector
{
    /// <summary>Operating system name.</summary>
    public string? Path { get; init; }

    /// <summary>Controller.</summary>
    public string? Controller { get; init; }

    /// <summary>Name of the enclosure.</summary>
    public string? Enclosure { get; init; }

    /// <summary>Number of the array port.</summary>
    public int? Port { get; init; }

    /// <summary>World wide name of the array port.</summary>
    public string? PortWwn { get; init; }

    /// <summary>Name of the node.</summary>
    public string? Node { get; init; }

    /// <summary>The path or controller of that name.</summary>
    internal static PathSelector Named(DevicePath? first, string name) =>
        first is not null ? new PathSelector { Path = name } : new PathSelector { Controller = name };

    internal bool Matches(DmpNode node, DevicePath path) =>
        Same(Path, path.Name)
        && Same(Controller, path.Controller)
        && Same(Enclosure, node.Enclosure.Name)
        && Same(PortWwn, path.PortWwn)
        && Same(Node, node.Name)
        && (Port is null || Port == path.Port);

    private static bool Same(string? wanted, string actual) =>
        wanted is null || string.Equals(wanted, actual, StringComparison.Ordinal);
}
