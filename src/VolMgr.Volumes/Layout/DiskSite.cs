using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>
/// What the host knows about the device of a disk of the group. A list of sites that is empty means that nothing is
/// known of any disk: then every disk counts as usable, and enclosures and controllers match nothing. In a list that is
/// not empty, a disk without a site has no device.
/// </summary>
/// <param name="DiskId">The disk record.</param>
/// <param name="DeviceName">The DA name, such as <c>emc0_01f4</c>.</param>
/// <param name="Enclosure">The enclosure's name.</param>
/// <param name="Controllers">The controllers that reach it.</param>
/// <param name="IsUsable">Whether the device answers.</param>
public sealed record DiskSite(
    RecordId DiskId, string DeviceName, string Enclosure, IReadOnlyList<string> Controllers, bool IsUsable)
{
    /// <summary>The targets that it is seen behind, such as <c>c2t0</c>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];
}
