using VolMgr.Blocks;

namespace VolMgr.Arrays.Multipath;

/// <summary>
/// What all LUNs of a host share in multipathing: tunables, clock, statistics, who is told of events, the daemon.
/// </summary>
internal sealed class MultipathHost(string name, EngineServices engine)
{
    private volatile bool isGathering;

    /// <summary>The host, as the initiator of commands.</summary>
    public string Name => name;

    public EngineServices Engine => engine;

    public TimeProvider Time => engine.Time;

    public DmpTunables Tunables { get; } = new();

    /// <summary>Whether I/O is counted and timed (`vxdmpadm iostat start`).</summary>
    public bool IsGathering
    {
        get => isGathering;
        set => isGathering = value;
    }

    /// <summary>Told of paths and nodes that are disabled and enabled; never from the fast path.</summary>
    public Action<DmpEvent>? OnEvent { get; set; }

    /// <summary>Told when there is a failed path to watch.</summary>
    public Action? OnPathFailed { get; set; }

    public void Tell(DmpEventKind kind, string subject, string node) => OnEvent?.Invoke(new(kind, subject, node));
}
