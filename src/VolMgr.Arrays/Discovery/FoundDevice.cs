using VolMgr.Arrays.Libraries;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Discovery;

/// <summary>A path that the operating system's bus scan found.</summary>
/// <param name="OsName">Operating system device, such as sdc.</param>
/// <param name="Controller">The host's controller.</param>
/// <param name="Array">The array behind it.</param>
/// <param name="Port">The array's port.</param>
/// <param name="Lun">The LUN behind it.</param>
internal sealed record SeenPath(string OsName, string Controller, ArrayTopology Array, int Port, LunTopology Lun);

/// <summary>A seen path with what the array says of it.</summary>
internal sealed record FoundPath(SeenPath Seen, PathType Type);

/// <summary>One LUN with all paths that lead to it, as discovery recognised it from the bytes.</summary>
internal sealed record FoundDevice
{
    public required string Udid { get; init; }

    public required LunTopology Lun { get; init; }

    public required ArrayClaim Claim { get; init; }

    public required StandardInquiry Standard { get; init; }

    public required string ScsiDesignator { get; init; }

    public required bool IsThin { get; init; }

    /// <summary>In the order of the bus scan; never empty.</summary>
    public required IReadOnlyList<FoundPath> Paths { get; init; }

    public EnclosureKey EnclosureKey => new(Claim.EnclosureType, Claim.CabinetSerial);
}

/// <summary>What makes an enclosure the same one again.</summary>
internal readonly record struct EnclosureKey(string Type, string CabinetSerial)
{
    /// <summary>The form in etc/vx/array.info; the slash cannot occur in its parts.</summary>
    public override string ToString() => $"{Discovery.Udid.Encode(Type)}/{Discovery.Udid.Encode(CabinetSerial)}";
}
