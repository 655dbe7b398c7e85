using VolMgr.Blocks;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli.Tests.Virtual;

/// <summary>A LUN that keeps descriptions in the place of bytes, beside one that keeps the bytes.</summary>
public sealed class VirtualLunTests
{
    private const int Sectors = 600;
    private const long Length = Sectors * 512L;

    /// <summary>
    /// Stamps of several writes, zeroes, single bytes, holes, mixed in one write and cut by the next: always the same
    /// bytes as memory, and data wherever memory has some.
    /// </summary>
    [Fact]
    public async Task Holds_the_same_bytes_as_memory_whatever_is_written()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var lun = new VirtualLun(Length);
            var memory = new MemoryDevice(Length);
            for (int step = 0; step < 60; step++)
            {
                await ChangeAsync(random, lun, memory);
                await AssertEqualAsync(lun, memory, seed);
            }

            VirtualLun again = new(Length);
            using var stream = new MemoryStream();
            lun.Write(new BinaryWriter(stream));
            stream.Position = 0;
            again.Read(new BinaryReader(stream));
            await AssertEqualAsync(again, memory, seed);
            Assert.Equal(lun.RunCount, again.RunCount);
        }
    }

    [Fact]
    public async Task A_volume_that_is_written_in_order_is_one_run_a_gibibyte_and_keeps_no_bytes()
    {
        var lun = new VirtualLun(3L << 40);
        byte[] data = new byte[1 << 20];
        for (long offset = 0; offset < 64 << 20; offset += data.Length)
        {
            SectorStamp.Fill(data, 7, offset / 512, 1);
            await lun.WriteAsync((1L << 40) + offset, data, WriteFlags.None, CancellationToken.None);
        }

        Assert.Equal((1, 0), (lun.RunCount, lun.BytesKept));
        ExtentReply hole = await lun.NextExtentAsync(0, 2L << 40, CancellationToken.None);
        Assert.Equal((ExtentKind.Hole, 1L << 40), (hole.Kind, hole.Length));
    }

    [Fact]
    public async Task One_wrong_byte_in_a_stamp_is_kept_and_read_back()
    {
        var lun = new VirtualLun(1 << 20);
        byte[] data = new byte[1 << 20];
        SectorStamp.Fill(data, 7, 0, 1);
        data[300_001] ^= 1;
        await lun.WriteAsync(0, data, WriteFlags.None, CancellationToken.None);

        byte[] read = new byte[1 << 20];
        await lun.ReadAsync(0, read, CancellationToken.None);
        Assert.Equal(data, read);
        Assert.Equal(4096, lun.BytesKept);
        Assert.Equal(StampStatus.Garbage, SectorStamp.Read(
            read.AsSpan(300_001 / 512 * 512, 512), 7, 300_001 / 512, out _));
    }

    [Fact]
    public async Task Bytes_that_are_written_over_are_forgotten()
    {
        var lun = new VirtualLun(1 << 20);
        byte[] data = new byte[1 << 20];
        new Random(1).NextBytes(data);
        await lun.WriteAsync(0, data, WriteFlags.None, CancellationToken.None);
        Assert.Equal(1 << 20, lun.BytesKept);

        await lun.DiscardAsync(0, 1 << 19, CancellationToken.None);
        SectorStamp.Fill(data, 7, 0, 1);
        await lun.WriteAsync(1 << 19, data.AsMemory(0, 1 << 19), WriteFlags.None, CancellationToken.None);

        Assert.Equal((1, 0), (lun.RunCount, lun.BytesKept));
    }

    private static async Task ChangeAsync(Random random, VirtualLun lun, MemoryDevice memory)
    {
        int start = random.Next(Sectors);
        int count = 1 + random.Next(Math.Min(80, Sectors - start));
        long offset = start * 512L;
        int kind = random.Next(8);
        if (kind >= 2)
        {
            byte[] data = Content(random, start, count);
            await lun.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None);
            await memory.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None);
            return;
        }

        WriteFlags flags = kind == 0 ? WriteFlags.NoHole : WriteFlags.None;
        await lun.ZeroAsync(offset, count * 512L, flags, CancellationToken.None);
        await memory.ZeroAsync(offset, count * 512L, flags, CancellationToken.None);
    }

    private static byte[] Content(Random random, int start, int count)
    {
        byte[] data = new byte[count * 512];
        for (int at = 0; at < count;)
        {
            int part = 1 + random.Next(count - at);
            Span<byte> bytes = data.AsSpan(at * 512, part * 512);
            switch (random.Next(4))
            {
                case 0:
                    random.NextBytes(bytes);
                    break;
                case 1:
                    bytes.Clear();
                    break;
                default:
                    SectorStamp.Fill(bytes, (ulong)random.Next(2), start + at, 1 + random.Next(2));
                    if (random.Next(4) == 0)
                    {
                        bytes[random.Next(bytes.Length)] ^= 0x10;
                    }

                    break;
            }

            at += part;
        }

        return data;
    }

    private static async Task AssertEqualAsync(VirtualLun lun, MemoryDevice memory, int seed)
    {
        byte[] left = new byte[Length];
        byte[] right = new byte[Length];
        await lun.ReadAsync(0, left, CancellationToken.None);
        await memory.ReadAsync(0, right, CancellationToken.None);
        Assert.True(left.AsSpan().SequenceEqual(right), $"seed {seed}");
        for (long offset = 0; offset < Length;)
        {
            ExtentReply extent = await lun.NextExtentAsync(offset, Length - offset, CancellationToken.None);
            Assert.True(extent.Length > 0);
            Assert.True(
                extent.Kind == ExtentKind.Data
                || right.AsSpan((int)offset, (int)extent.Length).IndexOfAnyExcept((byte)0) < 0,
                $"seed {seed}: a hole that is none at {offset}");
            offset += extent.Length;
        }
    }
}
