namespace VolMgr.Arrays.Scsi;

/// <summary>
/// What a device answered to INQUIRY through one path, as bytes and decoded. A page that is missing or damaged counts
/// as not there.
/// </summary>
internal sealed class InquiryReplies
{
    private readonly Func<byte, ReadOnlyMemory<byte>?> pages;

    public InquiryReplies(
        ReadOnlyMemory<byte> standard, Func<byte, ReadOnlyMemory<byte>?> page,
        ReadOnlyMemory<byte> portGroups = default)
    {
        if (TargetPortGroups.TryRead(portGroups.Span, out IReadOnlyList<PortGroup> groups))
        {
            PortGroups = groups;
        }

        StandardBytes = standard;
        pages = page;
        if (StandardInquiry.TryRead(standard.Span, out StandardInquiry? inquiry))
        {
            Standard = inquiry.Value;
            IsDisk = true;
        }

        UnitSerial = page(VitalPage.UnitSerial) is { } serial
            && VitalPage.TryOpen(serial.Span, VitalPage.UnitSerial, out ReadOnlySpan<byte> text)
            ? ScsiText.Read(text)
            : "";
        if (page(VitalPage.DeviceIdentification) is { } designators
            && DeviceIdentificationPage.TryRead(designators.Span, out DeviceIdentificationPage identification))
        {
            Identification = identification;
        }

        if (page(VitalPage.Array) is { } vendor && Scsi.ArrayPage.TryRead(vendor.Span, out ArrayPage decoded))
        {
            ArrayPage = decoded;
        }

        IsThin = page(VitalPage.Provisioning) is { } provisioning && ProvisioningPage.IsThin(provisioning.Span);
    }

    /// <summary>Standard INQUIRY data as it came.</summary>
    public ReadOnlyMemory<byte> StandardBytes { get; }

    /// <summary>Whether standard INQUIRY was answered by a disk.</summary>
    public bool IsDisk { get; }

    /// <summary>Standard INQUIRY data; empty texts unless <see cref="IsDisk"/>.</summary>
    public StandardInquiry Standard { get; } = new("", "", "", false);

    /// <summary>Serial number of page 0x80, else empty.</summary>
    public string UnitSerial { get; }

    /// <summary>Page 0x83, if answered.</summary>
    public DeviceIdentificationPage? Identification { get; }

    /// <summary>Page 0xC0, if answered.</summary>
    public ArrayPage? ArrayPage { get; }

    /// <summary>Whether page 0xB2 says thin.</summary>
    public bool IsThin { get; }

    /// <summary>A page as it came, with its header; empty when it is not answered.</summary>
    public ReadOnlyMemory<byte> PageBytes(byte page) => pages(page) ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>What REPORT TARGET PORT GROUPS said; empty where it is not answered.</summary>
    public IReadOnlyList<PortGroup> PortGroups { get; } = [];

    /// <summary>Target port group of the path, 0 when unknown.</summary>
    public int PortGroup => Identification?.PortGroup ?? 0;

    /// <summary>The designator for people: NAA where there is one, else `-`.</summary>
    public string ScsiDesignator => Identification is { Naa.Length: > 0 } page ? $"NAA:{page.Naa}" : "-";
}
