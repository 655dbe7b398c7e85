namespace VolMgr.Arrays;

/// <summary>What multipathing reports.</summary>
public enum DmpEventKind
{
    /// <summary>A path failed or was disabled.</summary>
    PathDisabled = 1,

    /// <summary>A path works again or was enabled.</summary>
    PathEnabled = 2,

    /// <summary>A LUN lost its last path and the time for retries is over.</summary>
    NodeDisabled = 3,

    /// <summary>A LUN has a path again.</summary>
    NodeEnabled = 4,

    /// <summary>A LUN was moved to the other controller of an active/passive array.</summary>
    Trespass = 5,

    /// <summary>A LUN has fewer enabled paths than its enclosure's redundancy asks for.</summary>
    RedundancyLost = 6,
}

/// <summary>An event of multipathing.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">Operating system name of the path; empty where a node as a whole is meant.</param>
/// <param name="Node">Name of the node.</param>
public sealed record DmpEvent(DmpEventKind Kind, string Path, string Node)
{
    /// <summary>The line for the host's log (vxvm.md 7: V-5-0-111, -112, -148).</summary>
    public string Text => Kind switch
    {
        DmpEventKind.PathDisabled =>
            $"VxVM vxdmp NOTICE V-5-0-112 disabled path {Path} belonging to the dmpnode {Node}",
        DmpEventKind.PathEnabled => $"VxVM vxdmp NOTICE V-5-0-148 enabled path {Path} belonging to the dmpnode {Node}",
        DmpEventKind.NodeDisabled => $"VxVM vxdmp NOTICE V-5-0-111 disabled dmpnode dmpnode {Node}",
        DmpEventKind.NodeEnabled => $"VxVM vxdmp NOTICE V-5-0-9148 enabled dmpnode {Node}",
        DmpEventKind.Trespass => $"VxVM vxdmp NOTICE V-5-0-9149 dmpnode {Node} failed over to path {Path}",
        DmpEventKind.RedundancyLost =>
            $"VxVM vxdmp WARNING V-5-0-9150 dmpnode {Node} has fewer enabled paths than its redundancy level",
    };
}
