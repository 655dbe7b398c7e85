namespace VolMgr.Arrays.Scsi;

/// <summary>
/// VPD page 0xB2, logical block provisioning (SBC-3): content of four bytes.
/// <code>
/// offset size field
///   0     1   threshold exponent: 0
///   1     1   0x80 UNMAP supported, 0x04 unmapped blocks read as zeroes
///   2     1   bits 0-2: provisioning type (1 resource provisioned, 2 thin)
///   3     1   threshold percentage: 0
/// </code>
/// </summary>
internal static class ProvisioningPage
{
    private const byte Thin = 2;

    public static byte[] Build() => VitalPage.Build(VitalPage.Provisioning, [0, 0x84, Thin, 0]);

    public static bool IsThin(ReadOnlySpan<byte> page) =>
        VitalPage.TryOpen(page, VitalPage.Provisioning, out ReadOnlySpan<byte> content)
        && content.Length >= 4
        && (content[2] & 0x07) == Thin;
}
