using System.Numerics;
using VolMgr.Blocks;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>
/// An application that owns every so many cells of a few odd bytes each, and shares all their sectors with the other
/// applications. Nobody else writes its bytes, so it knows exactly what it has to read.
/// </summary>
/// <remarks>A byte has one possible value, and more after a failed write (until it is read) or for what a crash may
/// leave (until it is flushed). Values are below 64, so that a set of them is a word of bits.</remarks>
internal sealed class ByteClient
{
    private readonly VolumeWorld world;
    private readonly string name;
    private readonly Random random;
    private readonly List<(int Offset, int Length)> cells = [];
    private readonly ulong[] now;
    private readonly ulong[] afterCrash;

    public ByteClient(VolumeWorld world, string name, IEnumerable<(int Offset, int Length)> cells)
    {
        this.world = world;
        this.name = name;
        random = new Random(world.Simulator.NewSeed());
        this.cells.AddRange(cells);
        now = new ulong[world.Length];
        afterCrash = new ulong[world.Length];
        foreach ((int offset, int length) in this.cells)
        {
            now.AsSpan(offset, length).Fill(1);
            afterCrash.AsSpan(offset, length).Fill(1);
        }
    }

    /// <summary>Cells of 1 to 1300 bytes over the whole volume, dealt out in turn.</summary>
    public static ByteClient[] Share(VolumeWorld world, int count)
    {
        List<(int Offset, int Length)> all = [];
        int length;
        for (int offset = 0; offset < world.Length; offset += length)
        {
            int largest = world.Simulator.Random.Next(3) == 0 ? 1300 : 200;
            length = Math.Min(world.Simulator.Random.Next(1, largest), (int)world.Length - offset);
            all.Add((offset, length));
        }

        return [.. Enumerable.Range(0, count).Select(client => new ByteClient(
            world, $"client{client}", all.Where((_, index) => index % count == client)))];
    }

    public async Task RunAsync(int requests)
    {
        HostConnection host = world.Host;
        for (int index = 0; index < requests && !host.IsDead; index++)
        {
            (int offset, int length) = cells[random.Next(cells.Count)];
            int skipped = random.Next(3) == 0 ? random.Next(length) : 0;
            (offset, length) = (offset + skipped, random.Next(1, length - skipped + 1));
            int kind = random.Next(100);
            if (kind < 65)
            {
                await ChangeAsync(host, offset, length, isZero: kind < 15);
            }
            else if (kind < 90)
            {
                await ReadAsync(host, offset, length);
            }
            else
            {
                await FlushAsync(host);
            }
        }
    }

    /// <summary>The host has died: what was not flushed may be there or not.</summary>
    public void Crashed() => afterCrash.CopyTo(now, 0);

    /// <summary>Judges what a plex, or a read of everything, holds of its bytes; from now on they are that.</summary>
    public void Check(ReadOnlySpan<byte> content, int start, string where)
    {
        for (int index = 0; index < content.Length; index++)
        {
            ulong values = now[start + index];
            if (values == 0)
            {
                continue; // somebody else's
            }

            ulong found = content[index] < 64 ? 1UL << content[index] : 0;
            if ((values & found) == 0)
            {
                world.Oracle.Violations.Add(
                    $"{name}: {where}: byte {start + index} is {content[index]}, not one of {values:x} " +
                    $"({BitOperations.PopCount(values)} values)");
            }

            now[start + index] = found == 0 ? values : found;
        }
    }

    private async Task ChangeAsync(HostConnection host, int offset, int length, bool isZero)
    {
        byte value = isZero ? (byte)0 : (byte)random.Next(1, 64);
        byte[] data = new byte[length];
        data.AsSpan().Fill(value);
        WriteFlags flags = random.Next(6) == 0 ? WriteFlags.ForceUnitAccess : WriteFlags.None;
        for (int position = offset; position < offset + length; position++)
        {
            now[position] |= 1UL << value;
            afterCrash[position] |= 1UL << value;
        }

        IoStatus status = isZero
            ? await world.Volume.ZeroBytesAsync(offset, length, flags, CancellationToken.None)
            : await world.Volume.WriteBytesAsync(offset, data, flags, CancellationToken.None);
        data.AsSpan().Fill(0xEE); // the buffer is the caller's again
        if (status == IoStatus.Success && !host.IsDead)
        {
            now.AsSpan(offset, length).Fill(1UL << value);
            if (flags != WriteFlags.None)
            {
                afterCrash.AsSpan(offset, length).Fill(1UL << value);
            }
        }

        Note(host, status, "change");
    }

    private async Task ReadAsync(HostConnection host, int offset, int length)
    {
        byte[] buffer = new byte[length];
        IoStatus status = await world.Volume.ReadBytesAsync(offset, buffer, CancellationToken.None);
        if (status == IoStatus.Success && !host.IsDead)
        {
            Check(buffer, offset, "read");
        }

        Note(host, status, "read");
    }

    private async Task FlushAsync(HostConnection host)
    {
        IoStatus status = await world.Volume.FlushAsync(CancellationToken.None);
        if (status == IoStatus.Success && !host.IsDead)
        {
            now.CopyTo(afterCrash, 0);
        }

        Note(host, status, "flush");
    }

    private void Note(HostConnection host, IoStatus status, string what)
    {
        if (status != IoStatus.Success && !host.IsDead && !world.MayFail)
        {
            world.Oracle.Violations.Add($"{name}: a {what} failed with {status}");
        }
    }
}
