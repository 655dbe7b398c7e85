using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.Layout;

/// <summary>The unit of offsets and lengths in a group: 8 KiB where it is CDS, else a sector (vxvm.md 1.3).</summary>
public static class Alignment
{
    /// <summary>The unit of a group's subdisk offsets and of all lengths.</summary>
    public const long Cds = 8192;

    /// <summary>A sector.</summary>
    public const long Sector = 512;

    /// <summary>The group's unit in bytes.</summary>
    public static long Of(GroupConfiguration configuration) => configuration.Group.IsCds ? Cds : Sector;

    /// <summary>The smallest multiple of the unit that is not below the value; the value must leave room for
    /// it.</summary>
    public static long Up(long value, long unit) => (value / unit * unit) + (value % unit == 0 ? 0 : unit);

    /// <summary>The largest multiple of the unit that is not above the value.</summary>
    public static long Down(long value, long unit) => value / unit * unit;
}
