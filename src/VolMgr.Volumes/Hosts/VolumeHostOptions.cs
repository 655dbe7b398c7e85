using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Volumes.Hosts;

/// <summary>What a host is made of.</summary>
public sealed record VolumeHostOptions
{
    /// <summary>The host's name; also the host id in the headers of disks whose groups it has imported.</summary>
    public required string Name { get; init; }

    /// <summary>The devices that it sees. They belong to the caller.</summary>
    public required HostDevices Devices { get; init; }

    /// <summary>The host's small files.</summary>
    public required IHostFiles Files { get; init; }

    /// <summary>Schedulers, clock, identities.</summary>
    public required EngineServices Engine { get; init; }

    /// <summary>The tasks of the host; null for a table of its own.</summary>
    public TaskTable? Tasks { get; init; }

    /// <summary>How long a LUN may take to answer an operation on its private region. After that its disk counts as
    /// failed and is left alone until the next rescan or import.</summary>
    public TimeSpan PrivateRegionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How copies run that say nothing themselves.</summary>
    public CopyOptions Copy { get; init; } = new();

    /// <summary>At boot volumes are started and nothing of them is recovered until somebody asks for it
    /// (vxrecover).</summary>
    public bool LeavesUnrecovered { get; init; }

    /// <summary>The steps of the data path of every volume.</summary>
    internal DataPathSteps Steps { get; init; } = DataPathSteps.Default;
}
