using System.Security.Cryptography;
using System.Text;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Scsi;

/// <summary>
/// The answering side of INQUIRY: what a LUN of an emulated array says through one of its ports. A LUN without serial
/// answers standard INQUIRY only, as a virtual disk does whose hypervisor hides its identity.
/// </summary>
internal sealed class EmulatedLun
{
    private readonly ArrayTopology array;
    private readonly LunTopology lun;
    private readonly ArrayKind kind;

    public EmulatedLun(ArrayTopology array, LunTopology lun)
    {
        this.array = array;
        this.lun = lun;
        kind = KindOf(array);
    }

    /// <summary>INQUIRY without EVPD.</summary>
    public byte[] Standard() =>
        new StandardInquiry(array.Vendor, array.Product, array.Revision, kind.Access == ArrayAccess.Alua).ToBytes();

    /// <summary>INQUIRY with EVPD; null is CHECK CONDITION, invalid field in CDB.</summary>
    public byte[]? Page(byte page, int port) => Supports(page)
        ? page switch
        {
            VitalPage.Supported => VitalPage.Build(VitalPage.Supported, SupportedPages()),
            VitalPage.UnitSerial => VitalPage.BuildUnitSerial(lun.Serial),
            VitalPage.DeviceIdentification =>
                new DeviceIdentificationPage(VendorIdentifier(), Naa(), port, port).ToBytes(),
            VitalPage.BlockLimits =>
                new BlockLimitsPage(lun.IsThin ? GranularityBlocks() : 0).ToBytes(),
            VitalPage.Provisioning => ProvisioningPage.Build(),
            VitalPage.Array => new ArrayPage(kind.Access, PreferredPortGroup(), array.Serial, lun.ArrayVolumeId,
                array.Firmware ?? array.Revision).ToBytes(),
            _ => null,
        }
        : null;

    /// <summary>READ CAPACITY (16).</summary>
    public byte[] Capacity() => new CapacityData(lun.Size, lun.IsThin).ToBytes();

    /// <summary>REPORT TARGET PORT GROUPS; null, invalid command, unless the array has ALUA.</summary>
    public byte[]? PortGroups(int owner) => kind.Access == ArrayAccess.Alua
        ? TargetPortGroups.Build(array.PortCount, owner, PreferredPortGroup())
        : null;

    /// <summary>REPORT LUNS of a target that presents these.</summary>
    public static byte[] ReportLuns(IEnumerable<LunTopology> presented) =>
        ReportLunsData.Build(presented.Select(each => each.Number));

    /// <summary>The allocation unit of its pool.</summary>
    private int GranularityBlocks() =>
        array.Pools.FirstOrDefault(pool => pool.Name == lun.Pool) is { } found
            ? (int)Math.Min(found.Unit / 512, int.MaxValue)
            : BlockLimitsPage.ThinGranularityBlocks;

    private bool Supports(byte page) => page switch
    {
        VitalPage.Supported => true,
        VitalPage.UnitSerial or VitalPage.DeviceIdentification => lun.Serial.Length > 0,
        VitalPage.BlockLimits => lun.Serial.Length > 0,
        VitalPage.Provisioning => lun.IsThin,
        VitalPage.Array => kind.HasArrayPage,
        _ => false,
    };

    private byte[] SupportedPages()
    {
        byte[] all =
        [
            VitalPage.Supported, VitalPage.UnitSerial, VitalPage.DeviceIdentification, VitalPage.BlockLimits,
            VitalPage.Provisioning, VitalPage.Array,
        ];
        return [.. all.Where(Supports)];
    }

    private string VendorIdentifier() => $"{array.Vendor,-8}{array.Product,-16}{lun.Serial}";

    /// <summary>The owner of a LUN alternates over the ports by LUN number, unless all ports are equal.</summary>
    private int PreferredPortGroup() => OwnerOf(array, lun);

    /// <summary>How the ports of an array relate to its LUNs.</summary>
    public static ArrayAccess AccessOf(ArrayTopology array) => KindOf(array).Access;

    /// <summary>The port group that owns, or prefers, a LUN from the start; 0 where all are equal.</summary>
    public static int OwnerOf(ArrayTopology array, LunTopology lun)
    {
        ArrayKind kind = KindOf(array);
        return kind.Access is ArrayAccess.ActiveActive or ArrayAccess.Disk || kind.AreAllPortsPreferred
            ? 0
            : 1 + (lun.Number % array.PortCount);
    }

    private static ArrayKind KindOf(ArrayTopology array)
    {
        ArrayKind? known = ArrayKinds.Find(array.Kind);
        Invariant.Holds(known is not null);
        return known;
    }

    /// <summary>
    /// A serial that is itself an NAA identifier (32 hexadecimal digits beginning with 6) is taken as it is. From any
    /// other the identifier is derived: 6, company id, and 100 bits of a hash over array and LUN serial.
    /// </summary>
    private string Naa()
    {
        if (lun.Serial.Length == 32 && lun.Serial[0] == '6' && lun.Serial.All(char.IsAsciiHexDigit))
        {
            return lun.Serial.ToUpperInvariant();
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{array.Vendor}\n{array.Serial}\n{lun.Serial}"));
        return $"6{kind.Company:X6}{Convert.ToHexString(hash)[..25]}";
    }
}
