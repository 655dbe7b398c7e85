using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Commands.Vxdisksetup;

/// <summary>How disks are set up where the command line says nothing: <c>etc/default/vxdisk</c> of the host, item 21 of
/// <c>vxdiskadm</c>.</summary>
internal static class DiskDefaults
{
    /// <summary>The only format.</summary>
    public const string Format = "cdsdisk";

    private const string Length = "privlen";

    private static readonly HostValues Values = new("etc/default/vxdisk");

    /// <summary>The length of a private region in sectors, as text, that is used without any default.</summary>
    public static string PlainLength { get; } = $"{PrivateRegion.DefaultLength / Sizes.Sector}";

    /// <summary>The default length of a private region as it was set; null for none.</summary>
    public static async Task<string?> LengthTextAsync(VolumeHost host) =>
        (await Values.ReadAsync(host)).GetValueOrDefault(Length);

    /// <summary>The length that the command line asks for, else the default; null for none.</summary>
    public static async Task<Outcome<long?>> LengthAsync(VolumeHost host, Attributes attributes)
    {
        if (attributes[Length] is not null || await LengthTextAsync(host) is not { } text)
        {
            return attributes.Size(Length);
        }

        Outcome<long> length = Sizes.ParsePositive(text);
        return length.IsDone
            ? length.Value
            : length.Refusal with { Message = $"etc/default/vxdisk: {Length}={length.Refusal.Message}" };
    }

    /// <summary>Sets the default length.</summary>
    public static async Task<Outcome> SetLengthAsync(VolumeHost host, string text)
    {
        Outcome<long> length = Sizes.ParsePositive(text);
        return !length.IsDone ? length.Refusal
            : PrivateRegion.IsLegalLength(length.Value) ? await Values.WriteAsync(host, Length, text)
            : new Refusal(
                ErrorCode.Usage,
                $"{text}: Use a multiple of 16 from {PrivateRegion.MinimumLength / Sizes.Sector} to "
                    + $"{PrivateRegion.MaximumLength / Sizes.Sector} sectors");
    }
}
