using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

public sealed class DiskHeaderTests : StructureTests
{
    private static DiskHeader Header => new()
    {
        DiskId = "1.2.h",
        GroupId = "3.4.h",
        GroupName = "datadg",
        HostId = "host1",
        Udid = "EMC%5FX",
        Guid = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        PrivateLength = PrivateRegion.DefaultLength,
        PublicOffset = PrivateRegion.DiskOffset + PrivateRegion.DefaultLength,
        PublicLength = 0x4000_0000,
        IsNoAutoImport = true,
        CreatedUnix = 0x1234_5678,
        Sequence = 9,
    };

    protected override byte[] Sample() => Bytes(Header);

    internal override ReadStatus Read(ReadOnlySpan<byte> bytes) => DiskHeader.Read(bytes, out _);

    [Fact]
    public void Bytes_are_these() => Assert.Equal(
        """
        000 564f4c4d47524448010001009a18edcf
        010 09000000000000007856341200000000
        020 00112233445566778899aabbccddeeff
        030 00000200000000000000000200000000
        040 00000202000000000000004000000000
        050 01000000000000000000000000000000
        060 312e322e680000000000000000000000
        100 332e342e680000000000000000000000
        1a0 64617461646700000000000000000000
        1c0 686f7374310000000000000000000000
        240 454d4325354658000000000000000000
        """.ReplaceLineEndings("\n"),
        Dump(Sample()));

    [Fact]
    public void Read_gives_back_what_was_written()
    {
        Assert.Equal(ReadStatus.Valid, DiskHeader.Read(Sample(), out DiskHeader? read));
        Assert.Equal(Header, read);
    }

    [Fact]
    public void Contradictions_are_inconsistent()
    {
        foreach (DiskHeader header in new[]
        {
            Header with { PrivateOffset = 0 },
            Header with { PrivateLength = 512 },
            Header with { PublicOffset = 512 },
            Header with { PublicLength = -512 },
            Header with { PublicLength = 100 },
            Header with { PublicLength = long.MaxValue / 512 * 512 },
            Header with { Sequence = 0 },
            Header with { Sequence = long.MaxValue },
        })
        {
            Assert.Equal(ReadStatus.Inconsistent, DiskHeader.Read(Bytes(header), out _));
        }
    }

    [Fact]
    public void Reserved_bytes_and_flags_have_to_be_zero()
    {
        foreach (int offset in new[] { 0x51, 0x54, 0x5F, 0x3C0, 0x3FF })
        {
            byte[] bytes = Sample();
            bytes[offset] = 1;
            Seal(bytes);
            Assert.Equal(ReadStatus.Inconsistent, Read(bytes));
        }
    }

    private static byte[] Bytes(DiskHeader header)
    {
        byte[] bytes = new byte[DiskHeader.Size];
        header.WriteTo(bytes);
        return bytes;
    }
}

public sealed class TableOfContentsTests : StructureTests
{
    private static readonly DiskHeader Header = new()
    {
        DiskId = "1.2.h",
        PrivateLength = PrivateRegion.DefaultLength,
        PublicOffset = PrivateRegion.DiskOffset + PrivateRegion.DefaultLength,
        PublicLength = 0,
    };

    protected override byte[] Sample()
    {
        byte[] bytes = new byte[TableOfContents.Size];
        new TableOfContents(Header.DiskId, Header.Region).WriteTo(bytes);
        return bytes;
    }

    internal override ReadStatus Read(ReadOnlySpan<byte> bytes) => TableOfContents.Read(bytes, Header, out _);

    [Fact]
    public void Bytes_are_these() => Assert.Equal(
        """
        000 564f4c4d4752544301000100ae369133
        010 01000000000000000400000000000000
        020 312e322e680000000000000000000000
        0c0 01000000000000000060000000000000
        0d0 00800100000000000000000000000000
        0e0 01000000000000000000020000000000
        0f0 00c08f01000000000080010000000000
        100 020000000000000000c0910100000000
        110 00002000000000000000000000000000
        120 030000000000000000c0b10100000000
        130 00200100000000000000000000000000
        """.ReplaceLineEndings("\n"),
        Dump(Sample()));

    [Fact]
    public void Table_of_another_disk_is_not_ours()
    {
        DiskHeader other = Header with { DiskId = "9.9.h" };
        Assert.Equal(ReadStatus.NotOurs, TableOfContents.Read(Sample(), other, out _));
    }

    [Fact]
    public void Table_of_another_layout_is_inconsistent()
    {
        DiskHeader other = Header with { PrivateLength = PrivateRegion.MinimumLength };
        Assert.Equal(ReadStatus.Inconsistent, TableOfContents.Read(Sample(), other, out _));
    }
}

public sealed class CommitHeaderTests : StructureTests
{
    private const string Group = "3.4.h";

    private static readonly CommitHeader Header = new()
    {
        Kind = CommitKind.Delta,
        Epoch = 5,
        Generation = 0x0102_0304,
        Attempt = 2,
        TextLength = 100,
        TextChecksum = 0xAABB_CCDD,
        BranchId = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        GroupId = Group,
    };

    protected override byte[] Sample() => Bytes(Header);

    internal override ReadStatus Read(ReadOnlySpan<byte> bytes) =>
        CommitHeader.Read(bytes, CommitKind.Delta, Group, out _);

    [Fact]
    public void Bytes_are_these() => Assert.Equal(
        """
        000 564f4c4d4752444c0100010087ca4e6e
        010 05000000000000000403020100000000
        020 0200000064000000ddccbbaa00000000
        030 00112233445566778899aabbccddeeff
        060 332e342e680000000000000000000000
        """.ReplaceLineEndings("\n"),
        Dump(Sample()));

    [Fact]
    public void Read_gives_back_what_was_written()
    {
        CommitHeader.Read(Sample(), CommitKind.Delta, Group, out CommitHeader? read);
        Assert.Equal(Header, read);
        byte[] checkpoint = Bytes(Header with { Kind = CommitKind.Checkpoint });
        Assert.Equal(ReadStatus.Valid, CommitHeader.Read(checkpoint, CommitKind.Checkpoint, Group, out _));
    }

    [Fact]
    public void Other_kind_and_other_group_are_not_ours()
    {
        Assert.Equal(ReadStatus.NotOurs, CommitHeader.Read(Sample(), CommitKind.Checkpoint, Group, out _));
        Assert.Equal(ReadStatus.NotOurs, CommitHeader.Read(Sample(), CommitKind.Delta, "other", out _));
    }

    [Fact]
    public void Text_is_covered_by_its_checksum()
    {
        byte[] text = new byte[100];
        CommitHeader header = Header with { TextChecksum = Checksum.Of(text) };
        Assert.True(header.Covers(text));
        text[99] = 1;
        Assert.False(header.Covers(text));
        Assert.False(header.Covers(text.AsSpan(0, 99)));
    }

    [Fact]
    public void A_header_is_written_over_whatever_was_there()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0xFF, CommitHeader.Size)];
        Header.WriteTo(bytes);
        Assert.Equal(Sample(), bytes);
        Assert.Throws<InvariantViolationException>(() => Header.WriteTo(new byte[CommitHeader.Size + 1]));
        Assert.Throws<InvariantViolationException>(() => (Header with { Attempt = 0 }).WriteTo(bytes));
    }

    [Theory]
    [InlineData(0x02C)]
    [InlineData(0x040)]
    [InlineData(0x05F)]
    [InlineData(0x060)] // the owner's name, which is no UTF-8 then
    [InlineData(0x100)]
    [InlineData(0x1FF)]
    public void A_sealed_header_with_something_where_nothing_is_is_inconsistent(int offset)
    {
        byte[] bytes = Sample();
        bytes[offset] = 0xFF;
        Seal(bytes);
        Assert.Equal(ReadStatus.Inconsistent, Read(bytes));
    }

    [Theory]
    [InlineData(0x010, 0, ReadStatus.Inconsistent)]
    [InlineData(0x010, 1, ReadStatus.Valid)]
    [InlineData(0x010, (1L << 62) - 1, ReadStatus.Valid)]
    [InlineData(0x010, 1L << 62, ReadStatus.Inconsistent)]
    [InlineData(0x010, -1, ReadStatus.Inconsistent)]
    [InlineData(0x018, 0, ReadStatus.Inconsistent)]
    [InlineData(0x018, (1L << 62) - 1, ReadStatus.Valid)]
    [InlineData(0x018, 1L << 62, ReadStatus.Inconsistent)]
    [InlineData(0x018, -1, ReadStatus.Inconsistent)]
    public void Counters_come_from_counting(int offset, long value, ReadStatus status)
    {
        byte[] bytes = Sample();
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        Seal(bytes);
        Assert.Equal(status, Read(bytes));
    }

    [Theory]
    [InlineData(0x020, 0, ReadStatus.Inconsistent)]
    [InlineData(0x020, int.MaxValue - 1, ReadStatus.Valid)]
    [InlineData(0x020, int.MaxValue, ReadStatus.Inconsistent)]
    [InlineData(0x020, -1, ReadStatus.Inconsistent)]
    [InlineData(0x024, 0, ReadStatus.Inconsistent)]
    [InlineData(0x024, 1, ReadStatus.Valid)]
    [InlineData(0x024, -1, ReadStatus.Inconsistent)]
    public void Attempts_and_lengths_come_from_counting(int offset, int value, ReadStatus status)
    {
        byte[] bytes = Sample();
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        Seal(bytes);
        Assert.Equal(status, Read(bytes));
    }

    private static byte[] Bytes(CommitHeader header)
    {
        byte[] bytes = new byte[CommitHeader.Size];
        header.WriteTo(bytes);
        return bytes;
    }
}

public sealed class CopyRecordTests : StructureTests
{
    private const string Group = "3.4.h";

    private static readonly CopyRecord Record = new()
    {
        PlexId = new RecordId(1027),
        PlexGeneration = 12,
        VolumeLength = 0x4000_0000,
        Frontier = 0x0100_0000,
        WindowUnit = 0x10_0000,
        Window = new byte[] { 0x05, 0x80 },
    };

    protected override byte[] Sample()
    {
        byte[] bytes = new byte[CopyRecord.Size];
        Record.WriteTo(bytes, Group, sequence: 3);
        return bytes;
    }

    internal override ReadStatus Read(ReadOnlySpan<byte> bytes) => CopyRecord.Read(bytes, Group, out _, out _);

    [Fact]
    public void Bytes_are_these() => Assert.Equal(
        """
        000 564f4c4d4752435201000100fb901f57
        010 03000000000000000304000000000000
        020 0c000000000000000000004000000000
        030 00000001000000000000100000000000
        040 02000000000000000000000000000000
        060 332e342e680000000000000000000000
        100 05800000000000000000000000000000
        """.ReplaceLineEndings("\n"),
        Dump(Sample()));

    [Fact]
    public void Read_gives_back_what_was_written()
    {
        Assert.Equal(ReadStatus.Valid, CopyRecord.Read(Sample(), Group, out CopyRecord? read, out long sequence));
        Assert.Equal(3, sequence);
        Assert.Equal(Record with { Window = read!.Window }, read);
        Assert.Equal(Record.Window.ToArray(), read.Window.ToArray());
    }

    [Fact]
    public void Record_of_another_group_is_not_ours() =>
        Assert.Equal(ReadStatus.NotOurs, CopyRecord.Read(Sample(), "other", out _, out _));
}
