using VolMgr.Volumes;

namespace VolMgr.Commands;

/// <summary>Sentences that several commands share (vxvm.md section 7).</summary>
internal static class Refusals
{
    /// <summary>No group was named, and there is no default disk group.</summary>
    public static Refusal NoDefaultGroup { get; } = new(
        ErrorCode.NoDiskGroup,
        "Specify a disk group with -g <diskgroup> or configure a default disk group. Refer to the vxdctl(1m) man " +
        "page for more details on configuring a default disk group",
        "V-5-1-15324");

    /// <summary>A word, option or attribute of the real command that this program does not have.</summary>
    public static Refusal Unsupported(string what) => new(ErrorCode.Unsupported, $"{what}: Not supported by VolMgr");

    /// <summary>The same with what to do instead, where that is known.</summary>
    public static Refusal Unsupported(string what, string? remedy) => remedy is null
        ? Unsupported(what) : new(ErrorCode.Unsupported, $"{what}: Not supported by VolMgr; {remedy}");

    /// <summary>An operand is missing or one too many was given.</summary>
    public static Refusal Operands(string what) => new(ErrorCode.Usage, what);

    /// <summary>There is no such record in the group.</summary>
    public static Refusal NoRecord(string name) =>
        new(ErrorCode.NotFound, $"Record {name} not in disk group configuration", "V-5-1-926");

    /// <summary>There is no such device.</summary>
    public static Refusal NoDevice(string name) =>
        new(ErrorCode.NotFound, $"Device {name}: Disk device does not exist", "V-5-1-539");
}
