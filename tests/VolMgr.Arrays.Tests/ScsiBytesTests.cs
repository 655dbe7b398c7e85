using System.Globalization;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Tests;

public sealed class ScsiBytesTests
{
    private static readonly ArrayTopology Clariion = new()
    {
        Name = "vnx",
        Kind = "emc-clariion",
        Vendor = "DGC",
        Product = "VRAID",
        Revision = "0533",
        Firmware = "05.33.9",
        Serial = "APM00141234567",
        Luns =
        [
            new()
            {
                Name = "vnx/91",
                Number = 3,
                Size = 1L << 30,
                Serial = "60060160A0B0C0D0E0F0010203040506",
                ArrayVolumeId = "91",
                Backing = "x",
                IsThin = true,
            },
        ],
    };

    private static EmulatedLun Lun => new(Clariion, Clariion.Luns[0]);

    [Fact]
    public void Standard_inquiry_is_laid_out_as_spc_4_says() =>
        Assert.Equal(Bytes(
            "00 00 06 12 1F 10 10 02", // disk, SPC-4, implicit ALUA, multi-port, queueing
            "44 47 43 20 20 20 20 20", // "DGC     "
            "56 52 41 49 44 20 20 20 20 20 20 20 20 20 20 20", // "VRAID           "
            "30 35 33 33"), // "0533"
            Lun.Standard());

    [Fact]
    public void Page_00_lists_the_supported_pages() =>
        Assert.Equal(Bytes("00 00 00 06 00 80 83 B0 B2 C0"), Page(0x00, 1));

    [Fact]
    public void Page_80_is_the_serial_in_ascii() =>
        Assert.Equal(
            [.. Bytes("00 80 00 20"), .. "60060160A0B0C0D0E0F0010203040506"u8.ToArray()], Page(0x80, 1));

    [Fact]
    public void Page_83_has_vendor_naa_port_and_group_designators() =>
        Assert.Equal(
            [
                .. Bytes("00 83 00 60"),
                .. Bytes("02 01 00 38"), .. "DGC     VRAID           60060160A0B0C0D0E0F0010203040506"u8.ToArray(),
                .. Bytes("01 03 00 10 60 06 01 60 A0 B0 C0 D0 E0 F0 01 02 03 04 05 06"),
                .. Bytes("01 14 00 04 00 00 00 02"),
                .. Bytes("01 15 00 04 00 00 00 02"),
            ],
            Page(0x83, 2));

    [Fact]
    public void Page_b2_says_thin() => Assert.Equal(Bytes("00 B2 00 04 00 84 02 00"), Page(0xB2, 1));

    [Fact]
    public void Page_c0_has_access_owner_cabinet_volume_and_firmware() =>
        Assert.Equal(
            [
                .. Bytes("00 C0 00 50 56 4D 41 50 01 02 00 02 00 00 00 00 00 00 00 00"),
                .. "APM00141234567                  "u8.ToArray(),
                .. "91              "u8.ToArray(),
                .. "05.33.9         "u8.ToArray(),
            ],
            Page(0xC0, 1));

    [Fact]
    public void Other_pages_are_a_check_condition()
    {
        foreach (int page in Enumerable.Range(0, 256).Except([0x00, 0x80, 0x83, 0xB0, 0xB2, 0xC0]))
        {
            Assert.Null(Lun.Page((byte)page, 1));
        }
    }

    [Fact]
    public void A_lun_without_serial_answers_only_the_page_list()
    {
        LunTopology silent = Clariion.Luns[0] with { Serial = "", IsThin = false };
        ArrayTopology plain = Clariion with { Kind = "vmware", Luns = [silent] };

        EmulatedLun lun = new(plain, plain.Luns[0]);
        Assert.Equal(Bytes("00 00 00 01 00"), lun.Page(0x00, 1));
        Assert.Null(lun.Page(0x80, 1));
        Assert.Null(lun.Page(0x83, 1));
    }

    [Fact]
    public void A_serial_that_is_no_naa_identifier_gives_one_of_the_company_derived_from_it()
    {
        ArrayTopology array = Clariion with { Luns = [Clariion.Luns[0] with { Serial = "FCN1" }] };

        Assert.True(DeviceIdentificationPage.TryRead(
            new EmulatedLun(array, array.Luns[0]).Page(0x83, 1), out DeviceIdentificationPage first));
        Assert.Matches("^6006016[0-9A-F]{25}$", first.Naa);
        ArrayTopology other = array with { Serial = "APM2" };
        Assert.True(DeviceIdentificationPage.TryRead(
            new EmulatedLun(other, other.Luns[0]).Page(0x83, 1), out DeviceIdentificationPage second));
        Assert.NotEqual(first.Naa, second.Naa);
    }

    [Fact]
    public void Long_texts_are_cut_and_unprintable_ones_masked()
    {
        byte[] bytes = new StandardInquiry("VENDOR-TOO-LONG", "P\u00e9\n", "1", false).ToBytes();

        Assert.True(StandardInquiry.TryRead(bytes, out StandardInquiry? read));
        Assert.Equal(new StandardInquiry("VENDOR-T", "P??", "1", false), read);
    }

    /// <summary>Every page cut at each length and with each byte flipped: decoded or refused, never thrown.</summary>
    [Fact]
    public void Damaged_replies_are_decoded_or_refused()
    {
        byte[] standard = Lun.Standard();
        foreach (byte page in new byte[] { 0x80, 0x83, 0xB2, 0xC0 })
        {
            byte[] good = Lun.Page(page, 1)!;
            for (int length = 0; length < good.Length; length++)
            {
                Assert.Equal(0, Decoded(standard, page, good[..length]));
            }

            Assert.Equal(1, Decoded(standard, page, good));
            for (int index = 0; index < good.Length; index++)
            {
                byte[] bad = [.. good];
                bad[index] ^= 0xFF;
                Assert.InRange(Decoded(standard, page, bad), 0, 1);
            }
        }

        for (int length = 0; length < standard.Length; length++)
        {
            Assert.False(StandardInquiry.TryRead(standard.AsSpan(0, length), out _));
        }

        Assert.False(new InquiryReplies(new byte[36], _ => null).IsDisk);
        Assert.Equal(0, Decoded(standard, 0xC0, [.. Enumerable.Repeat((byte)0xFF, 84)]));
    }

    private static byte[] Page(byte page, int port)
    {
        byte[]? bytes = Lun.Page(page, port);
        Assert.NotNull(bytes);
        return bytes;
    }

    private static int Decoded(byte[] standard, byte page, byte[] bytes)
    {
        InquiryReplies replies = new(standard, asked => asked == page ? bytes : null);
        return (replies.UnitSerial.Length > 0 ? 1 : 0) + (replies.Identification is { PortGroup: > 0 } ? 1 : 0)
            + (replies.ArrayPage is null ? 0 : 1) + (replies.IsThin ? 1 : 0);
    }

    private static byte[] Bytes(params string[] rows) =>
        [.. string.Join(' ', rows).Split(' ').Select(text => byte.Parse(text, NumberStyles.HexNumber))];
}
