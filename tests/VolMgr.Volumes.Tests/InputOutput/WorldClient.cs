using VolMgr.Blocks;

namespace VolMgr.Volumes.Tests.InputOutput;

/// <summary>An application: one request after the other, half of them in a hot corner of the volume.</summary>
internal sealed class WorldClient(VolumeWorld world, string name, Random random, int? reach = null)
{
    private const int LongestSectors = 24;

    public int Failures { get; private set; }

    /// <summary>Runs until so many requests have ended or the host has died.</summary>
    public async Task RunAsync(int requests)
    {
        HostConnection host = world.Host;
        for (int index = 0; index < requests && !host.IsDead; index++)
        {
            if (random.Next(4) == 0)
            {
                await world.Simulator.Engine.DelayAsync(
                    TimeSpan.FromMicroseconds(random.Next(1, 3000)), CancellationToken.None);
            }

            await RequestAsync(host);
        }
    }

    private async Task RequestAsync(HostConnection host)
    {
        int kind = random.Next(100);
        int count = random.Next(1, Math.Min(LongestSectors, Math.Min(world.SectorCount, reach ?? int.MaxValue)) + 1);
        int all = Math.Min(world.SectorCount, reach ?? int.MaxValue);
        int limit = random.Next(2) == 0 ? Math.Min(all, 2 * LongestSectors) : all;
        int first = random.Next(0, Math.Max(1, limit - count + 1));
        if (kind < 45)
        {
            await WriteAsync(host, first, count, isZero: false, isDiscard: false);
        }
        else if (kind < 80)
        {
            await ReadAsync(host, first, count);
        }
        else if (kind < 92)
        {
            await WriteAsync(host, first, count, isZero: true, isDiscard: kind >= 86);
        }
        else
        {
            await FlushAsync(host);
        }
    }

    private async Task WriteAsync(HostConnection host, int first, int count, bool isZero, bool isDiscard)
    {
        (IReadOnlyList<SectorOracle.Write> writes, byte[]? data) = world.Oracle.Begin(first, count, isZero);
        long offset = first * 512L;
        WriteFlags flags = random.Next(8) == 0 ? WriteFlags.ForceUnitAccess : WriteFlags.None;
        IoStatus status = data is not null
            ? await world.Volume.WriteAsync(offset, data, flags, CancellationToken.None)
            : isDiscard
                ? await world.Volume.DiscardAsync(offset, count * 512L, CancellationToken.None)
                : await world.Volume.ZeroAsync(offset, count * 512L, flags, CancellationToken.None);
        data?.AsSpan().Fill(0xEE); // the buffer is the caller's again
        if (status == IoStatus.Success && !host.IsDead)
        {
            world.Oracle.Acknowledge(writes);
        }

        Note(host, status, "write");
    }

    private async Task ReadAsync(HostConnection host, int first, int count)
    {
        long invoked = world.Oracle.Now();
        byte[] buffer = new byte[count * 512];
        IoStatus status = await world.Volume.ReadAsync(first * 512L, buffer, CancellationToken.None);
        if (status == IoStatus.Success && !host.IsDead)
        {
            world.Oracle.Read(first, buffer, invoked, name);
        }

        Note(host, status, "read");
    }

    private async Task FlushAsync(HostConnection host)
    {
        long invoked = world.Oracle.Now();
        IoStatus status = await world.Volume.FlushAsync(CancellationToken.None);
        if (status == IoStatus.Success && !host.IsDead)
        {
            world.Oracle.Flushed(invoked);
        }

        Note(host, status, "flush");
    }

    private void Note(HostConnection host, IoStatus status, string what)
    {
        if (status != IoStatus.Success && !host.IsDead)
        {
            Failures++;
            if (!world.MayFail)
            {
                world.Oracle.Violations.Add($"{name}: a {what} failed with {status}");
            }
        }
    }
}
