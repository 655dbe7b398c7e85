using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>What every structure of the private region has in common, whatever it holds.</summary>
public abstract class StructureTests
{
    /// <summary>A written structure.</summary>
    protected abstract byte[] Sample();

    internal abstract ReadStatus Read(ReadOnlySpan<byte> bytes);

    [Fact]
    public void Written_is_valid() => Assert.Equal(ReadStatus.Valid, Read(Sample()));

    [Fact]
    public void Zeroes_and_ones_are_not_ours()
    {
        byte[] bytes = new byte[Sample().Length];
        Assert.Equal(ReadStatus.NotOurs, Read(bytes));
        bytes.AsSpan().Fill(0xFF);
        Assert.Equal(ReadStatus.NotOurs, Read(bytes));
    }

    [Fact]
    public void Every_flipped_byte_is_seen()
    {
        byte[] bytes = Sample();
        for (int index = 0; index < bytes.Length; index++)
        {
            foreach (byte mask in new byte[] { 0x01, 0x80, 0xFF })
            {
                bytes[index] ^= mask;
                Assert.Equal(index < 8 ? ReadStatus.NotOurs : ReadStatus.BadChecksum, Read(bytes));
                bytes[index] ^= mask;
            }
        }
    }

    [Fact]
    public void Every_truncation_is_seen()
    {
        byte[] bytes = Sample();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.NotEqual(ReadStatus.Valid, Read(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Later_minimum_reader_is_too_new()
    {
        byte[] bytes = Sample();
        bytes[0x0A] = 2;
        Seal(bytes);
        Assert.Equal(ReadStatus.TooNew, Read(bytes));
    }

    [Fact]
    public void Sealed_garbage_never_throws()
    {
        byte[] sample = Sample();
        var random = new Random(7);
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = [.. sample];
            for (int change = 0; change < 1 + (round % 8); change++)
            {
                bytes[random.Next(8, bytes.Length)] = (byte)random.Next(256);
            }

            Seal(bytes);
            Read(bytes);
        }
    }

    /// <summary>Gives a changed structure the right checksum, which all of them have at the same place.</summary>
    private protected static void Seal(byte[] bytes)
    {
        uint sum = Checksum.Of(bytes, 0x0C..0x10);
        BitConverter.TryWriteBytes(bytes.AsSpan(0x0C), sum);
    }

    /// <summary>The bytes that are not zero, as offset and hexadecimal digits, sixteen to a line.</summary>
    private protected static string Dump(byte[] bytes)
    {
        var lines = new List<string>();
        for (int offset = 0; offset < bytes.Length; offset += 16)
        {
            ReadOnlySpan<byte> line = bytes.AsSpan(offset, 16);
            if (line.ContainsAnyExcept((byte)0))
            {
                lines.Add($"{offset:x3} {Convert.ToHexStringLower(line)}");
            }
        }

        return string.Join('\n', lines);
    }
}
