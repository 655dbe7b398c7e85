using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>A subdisk to make by hand (vxmake sd). Bytes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Disk">Disk media name.</param>
/// <param name="Offset">Offset in the public region.</param>
/// <param name="Length">Length.</param>
public sealed record SubdiskMakeRequest(string Name, string Disk, long Offset, long Length)
{
    /// <summary>Comment.</summary>
    public string Comment { get; init; } = "";
}

/// <summary>Where a subdisk goes in a plex: behind the last one, unless column or offset are given.</summary>
/// <param name="Subdisk">Its name.</param>
/// <param name="Column">Zero-based column, or null.</param>
/// <param name="Offset">Byte offset in the column, or null.</param>
public sealed record SubdiskPlace(string Subdisk, int? Column = null, long? Offset = null);

/// <summary>A plex to make by hand of free subdisks (vxmake plex).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Subdisks">Its subdisks; may be empty.</param>
public sealed record PlexMakeRequest(string Name, IReadOnlyList<SubdiskPlace> Subdisks)
{
    /// <summary>Layout.</summary>
    public PlexLayout Layout { get; init; } = PlexLayout.Concat;

    /// <summary>Columns of a striped layout; null: as many as there are subdisks.</summary>
    public int? ColumnCount { get; init; }

    /// <summary>Stripe unit of a striped layout.</summary>
    public long StripeUnit { get; init; } = 64 * 1024;

    /// <summary>Comment.</summary>
    public string Comment { get; init; } = "";
}

/// <summary>A volume to make by hand of free plexes (vxmake vol).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Plexes">Its plexes, by name.</param>
public sealed record VolumeMakeRequest(string Name, IReadOnlyList<string> Plexes)
{
    /// <summary>Length in bytes; null: that of the shortest plex.</summary>
    public long? Length { get; init; }

    /// <summary>Usage type.</summary>
    public string UseType { get; init; } = "fsgen";

    /// <summary>Owner.</summary>
    public string User { get; init; } = "root";

    /// <summary>Group.</summary>
    public string Group { get; init; } = "root";

    /// <summary>Permission bits, octal text.</summary>
    public string Mode { get; init; } = "0600";

    /// <summary>Comment.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Read policy.</summary>
    public ReadPolicy ReadPolicy { get; init; } = ReadPolicy.Select;

    /// <summary>The preferred plex, with <see cref="Configuration.ReadPolicy.Prefer"/>.</summary>
    public string? PreferredPlex { get; init; }
}
