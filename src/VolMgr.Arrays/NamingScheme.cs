namespace VolMgr.Arrays;

/// <summary>How a host names devices (`vxddladm set namingscheme`).</summary>
public sealed record NamingScheme
{
    /// <summary>By enclosure and volume id or index; else by the operating system's name of the first path.</summary>
    public bool IsEnclosureBased { get; init; } = true;

    /// <summary>Whether names are kept in etc/vx/disk.info; if not, each scan makes them anew.</summary>
    public bool IsPersistent { get; init; } = true;

    /// <summary>Whether the enclosure's part is in lower case.</summary>
    public bool IsLowerCase { get; init; } = true;

    /// <summary>Whether the array's volume id is the index where there is one.</summary>
    public bool UsesVolumeId { get; init; } = true;
}
