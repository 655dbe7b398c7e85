namespace VolMgr.Arrays.Libraries;

/// <summary>
/// An array support library from outside: a public class with a public constructor without parameters, in an assembly
/// in the host's folder etc/vx/lib/discovery.d that refers to VolMgr.Arrays. Plug-ins are asked before the libraries
/// that come with the program, in the order of their file names and type names. One that fails to load or throws is
/// reported and left out.
/// </summary>
public interface IArraySupportPlugin
{
    /// <summary>File name that listings show, such as libvxacme.so.</summary>
    string LibraryName { get; }

    /// <summary>Vendor that it knows, for `vxddladm listsupport`.</summary>
    string Vendor { get; }

    /// <summary>Products that it knows, for `vxddladm listsupport`.</summary>
    string Product { get; }

    /// <summary>What the device is, or null when it is not of this family.</summary>
    PluginClaim? Claim(PluginInquiry inquiry);
}

/// <summary>What a device answered to INQUIRY on one path.</summary>
/// <param name="Vendor">Vendor identification, without padding.</param>
/// <param name="Product">Product identification, without padding.</param>
/// <param name="Revision">Product revision, without padding.</param>
/// <param name="Standard">Standard INQUIRY data.</param>
/// <param name="Page">A page of vital product data with its header, empty where the device has none.</param>
public sealed record PluginInquiry(
    string Vendor, string Product, string Revision, ReadOnlyMemory<byte> Standard,
    Func<byte, ReadOnlyMemory<byte>> Page);

/// <summary>What a plug-in says of a device.</summary>
/// <param name="EnclosureType">Type of the enclosure, such as ACME.</param>
/// <param name="CabinetSerial">Serial of the cabinet; not empty.</param>
/// <param name="LunSerial">Serial of the LUN; not empty.</param>
/// <param name="ArrayVolumeId">Index part of the name; empty: numbered by rank.</param>
/// <param name="ArrayType">Array type as listings show it, such as A/A.</param>
/// <param name="PathType">What this path is worth.</param>
public sealed record PluginClaim(
    string EnclosureType, string CabinetSerial, string LunSerial, string ArrayVolumeId, string ArrayType,
    PathType PathType);
