using VolMgr.Cli.Rehearse;

namespace VolMgr.Cli.Tests.Rehearse;

public sealed class SectorStampTests
{
    private const ulong Tag = 0x1234;

    [Fact]
    public void Each_sector_of_a_write_tells_its_place_and_its_write()
    {
        byte[] bytes = new byte[8 * SectorStamp.Size];
        SectorStamp.Fill(bytes, Tag, firstSector: 100, sequence: 7);

        for (int index = 0; index < 8; index++)
        {
            StampStatus status = SectorStamp.Read(Sector(bytes, index), Tag, 100 + index, out long sequence);
            Assert.Equal((StampStatus.Valid, 7L), (status, sequence));
        }
    }

    [Fact]
    public void A_sector_that_nobody_wrote_is_zero() =>
        Assert.Equal(StampStatus.Zero, SectorStamp.Read(new byte[SectorStamp.Size], Tag, 3, out _));

    [Fact]
    public void Another_place_or_another_volume_is_misplaced()
    {
        byte[] bytes = new byte[SectorStamp.Size];
        SectorStamp.Fill(bytes, Tag, 100, 7);

        Assert.Equal(StampStatus.Misplaced, SectorStamp.Read(bytes, Tag, 101, out _));
        Assert.Equal(StampStatus.Misplaced, SectorStamp.Read(bytes, Tag + 1, 100, out _));
    }

    [Fact]
    public void Every_flipped_bit_shows()
    {
        byte[] bytes = new byte[SectorStamp.Size];
        SectorStamp.Fill(bytes, Tag, 100, 7);
        for (int bit = 0; bit < SectorStamp.Size * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(StampStatus.Garbage, SectorStamp.Read(bytes, Tag, 100, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(StampStatus.Valid, SectorStamp.Read(bytes, Tag, 100, out _));
    }

    [Fact]
    public void A_sector_of_two_halves_is_garbage()
    {
        byte[] older = new byte[SectorStamp.Size];
        byte[] newer = new byte[SectorStamp.Size];
        SectorStamp.Fill(older, Tag, 100, 7);
        SectorStamp.Fill(newer, Tag, 100, 8);
        older.AsSpan(0, 256).CopyTo(newer);

        Assert.Equal(StampStatus.Garbage, SectorStamp.Read(newer, Tag, 100, out _));
        Assert.Equal(StampStatus.Garbage, SectorStamp.Read([.. new byte[256], .. older[256..]], Tag, 100, out _));
        Assert.Equal(StampStatus.Garbage, SectorStamp.Read([.. older[..256], .. new byte[256]], Tag, 100, out _));
    }

    private static ReadOnlySpan<byte> Sector(byte[] bytes, int index) =>
        bytes.AsSpan(index * SectorStamp.Size, SectorStamp.Size);
}
