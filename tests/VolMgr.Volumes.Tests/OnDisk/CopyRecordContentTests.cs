using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>Which copy records can be written and are believed when they are read.</summary>
public sealed class CopyRecordContentTests
{
    private const string Group = "3.4.h";

    private static readonly CopyRecord Whole = new()
    {
        PlexId = new RecordId(1),
        PlexGeneration = 0,
        VolumeLength = 4096,
        Frontier = 4096,
        WindowUnit = 1,
        Window = new byte[3840],
    };

    [Fact]
    public void Numbers_at_their_limits_are_believed()
    {
        foreach (CopyRecord record in new[]
        {
            Whole,
            Whole with { VolumeLength = 0, Frontier = 0 },
            Whole with { Frontier = 0, WindowUnit = 0, Window = default },
        })
        {
            byte[] bytes = new byte[CopyRecord.Size];
            record.WriteTo(bytes, Group, 1);
            Assert.Equal(ReadStatus.Valid, CopyRecord.Read(bytes, Group, out CopyRecord? read, out long sequence));
            Assert.Equal(1, sequence);
            Assert.Equal(record with { Window = read!.Window }, read);
        }
    }

    [Fact]
    public void What_contradicts_itself_is_not_written()
    {
        foreach (CopyRecord record in new[]
        {
            Whole with { PlexId = new RecordId(0) },
            Whole with { PlexGeneration = -1 },
            Whole with { VolumeLength = -1, Frontier = -1 },
            Whole with { Frontier = -1 },
            Whole with { Frontier = 4097 },
            Whole with { WindowUnit = 0 },
            Whole with { WindowUnit = -1, Window = default },
            Whole with { Window = new byte[3841] },
        })
        {
            Assert.Throws<InvariantViolationException>(() => record.WriteTo(new byte[CopyRecord.Size], Group, 1));
        }

        Assert.Throws<InvariantViolationException>(() => Whole.WriteTo(new byte[CopyRecord.Size + 1], Group, 1));
        Assert.Throws<InvariantViolationException>(() => Whole.WriteTo(new byte[CopyRecord.Size - 1], Group, 1));
    }

    [Theory]
    [InlineData(0x018, 0L)] // plex
    [InlineData(0x020, -1L)] // generation
    [InlineData(0x028, 4095L)] // a volume shorter than its frontier
    [InlineData(0x030, -1L)] // frontier
    [InlineData(0x038, 0L)] // a window without a unit
    [InlineData(0x010, 0L)] // sequence
    [InlineData(0x010, -1L)]
    [InlineData(0x010, (1L << 62) + 1)]
    public void A_sealed_record_that_contradicts_itself_is_inconsistent(int offset, long value) =>
        Assert.Equal(ReadStatus.Inconsistent, ReadWith(offset, value));

    [Fact]
    public void Sequences_run_to_their_limit() => Assert.Equal(ReadStatus.Valid, ReadWith(0x010, 1L << 62));

    [Theory]
    [InlineData(-1)]
    [InlineData(3841)]
    [InlineData(int.MaxValue)]
    public void A_window_of_a_length_that_does_not_fit_is_inconsistent(int length)
    {
        byte[] bytes = Bytes();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(0x040), length);
        Assert.Equal(ReadStatus.Inconsistent, ReadSealed(bytes));
    }

    [Theory]
    [InlineData(0x044)]
    [InlineData(0x05F)]
    public void Reserved_bytes_have_to_be_zero(int offset)
    {
        byte[] bytes = Bytes();
        bytes[offset] = 1;
        Assert.Equal(ReadStatus.Inconsistent, ReadSealed(bytes));
    }

    [Fact]
    public void Bytes_behind_the_window_have_to_be_zero()
    {
        byte[] bytes = new byte[CopyRecord.Size];
        (Whole with { Window = new byte[] { 1, 1 } }).WriteTo(bytes, Group, 1);
        Assert.Equal(ReadStatus.Valid, ReadSealed(bytes));
        bytes[0x102] = 1;
        Assert.Equal(ReadStatus.Inconsistent, ReadSealed(bytes));
    }

    [Fact]
    public void An_owner_that_is_no_text_is_inconsistent()
    {
        byte[] bytes = Bytes();
        bytes.AsSpan(0x060, 160).Fill(0xFF);
        Assert.Equal(ReadStatus.Inconsistent, ReadSealed(bytes));
    }

    [Fact]
    public void Writing_leaves_nothing_of_what_was_there()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0xFF, CopyRecord.Size)];
        (Whole with { Window = new byte[] { 1 } }).WriteTo(bytes, Group, 1);
        Assert.Equal(ReadStatus.Valid, CopyRecord.Read(bytes, Group, out _, out _));
    }

    [Fact]
    public void Nothing_comes_out_of_what_cannot_be_believed()
    {
        byte[] bytes = Bytes();
        bytes[0x044] = 1;
        Seal(bytes);
        CopyRecord.Read(bytes, Group, out CopyRecord? read, out long sequence);
        Assert.Null(read);
        Assert.Equal(0, sequence);
    }

    private static ReadStatus ReadWith(int offset, long value)
    {
        byte[] bytes = Bytes();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(offset), value);
        return ReadSealed(bytes);
    }

    private static ReadStatus ReadSealed(byte[] bytes)
    {
        Seal(bytes);
        return CopyRecord.Read(bytes, Group, out _, out _);
    }

    private static void Seal(byte[] bytes) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(0x00C), StructurePrefix.SumOf(bytes));

    private static byte[] Bytes()
    {
        byte[] bytes = new byte[CopyRecord.Size];
        Whole.WriteTo(bytes, Group, 1);
        return bytes;
    }
}
