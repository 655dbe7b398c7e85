using VolMgr.Blocks;

namespace VolMgr.Volumes.Tests.OnDisk;

/// <summary>
/// The power of one host. It fails during the write with the given number, counted over all disks: of that write and of
/// everything that was never made durable, each sector is kept or lost by a seeded coin.
/// </summary>
internal sealed class Power(int failAtWrite, int seed)
{
    private readonly Random random = new(seed);
    private readonly List<CrashDisk> disks = [];

    public static Power Steady => new(int.MaxValue, 0);

    public int Writes { get; private set; }

    public bool IsOff { get; private set; }

    public void Feed(CrashDisk disk) => disks.Add(disk);

    public bool Coin() => random.Next(2) == 0;

    /// <summary>Whether the power fails during the write that begins now.</summary>
    public bool FailsNow()
    {
        if (Writes++ < failAtWrite)
        {
            return false;
        }

        IsOff = true;
        disks.ForEach(disk => disk.LosePower());
        return true;
    }
}

/// <summary>A disk of sectors with a volatile cache: what was not written durably may be lost, sector by
/// sector.</summary>
internal sealed class CrashDisk : IBlockDevice
{
    private const int Sector = 512;

    private readonly Dictionary<long, byte[]> durable;
    private readonly Dictionary<long, byte[]> cached = [];
    private Power power;

    public CrashDisk(long length, Power? power = null)
        : this(length, [], power ?? Power.Steady)
    {
    }

    private CrashDisk(long length, Dictionary<long, byte[]> durable, Power power)
    {
        Length = length;
        this.durable = durable;
        this.power = power;
        power.Feed(this);
    }

    public long Length { get; private init; }

    /// <summary>What every call answers while it is set.</summary>
    public IoStatus? Failure { get; set; }

    /// <summary>What every write answers while it is set.</summary>
    public IoStatus? WriteFailure { get; set; }

    /// <summary>How many writes succeed before all others fail; null: all of them do.</summary>
    public int? WritesLeft { get; set; }

    /// <summary>The sectors that were ever written, in order.</summary>
    public IReadOnlyList<long> UsedSectors => [.. durable.Keys.Order()];

    /// <summary>An equal disk with the durable content of this one.</summary>
    public CrashDisk Copy(Power? newPower = null, long? length = null) => new(
        length ?? Length,
        durable.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()),
        newPower ?? Power.Steady);

    public byte this[long offset]
    {
        get => durable.TryGetValue(offset / Sector, out byte[]? sector) ? sector[offset % Sector] : (byte)0;
        set
        {
            if (!durable.TryGetValue(offset / Sector, out byte[]? sector))
            {
                durable[offset / Sector] = sector = new byte[Sector];
            }

            sector[offset % Sector] = value;
        }
    }

    public void LosePower()
    {
        foreach ((long sector, byte[] bytes) in cached.OrderBy(pair => pair.Key))
        {
            if (power.Coin())
            {
                durable[sector] = bytes;
            }
        }

        cached.Clear();
    }

    public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        Invariant.Holds(offset >= 0 && offset % Sector == 0 && buffer.Length % Sector == 0);
        Invariant.Holds(offset + buffer.Length <= Length);
        if (Failure is IoStatus failure || power.IsOff)
        {
            return ValueTask.FromResult(Failure ?? IoStatus.NotReachable);
        }

        for (int done = 0; done < buffer.Length; done += Sector)
        {
            long sector = (offset + done) / Sector;
            Span<byte> target = buffer.Span.Slice(done, Sector);
            if (cached.TryGetValue(sector, out byte[]? bytes) || durable.TryGetValue(sector, out bytes))
            {
                bytes.CopyTo(target);
            }
            else
            {
                target.Clear();
            }
        }

        return ValueTask.FromResult(IoStatus.Success);
    }

    public ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        Invariant.Holds(offset >= 0 && offset % Sector == 0 && data.Length % Sector == 0);
        Invariant.Holds(offset + data.Length <= Length);
        if ((Failure ?? WriteFailure) is IoStatus failure)
        {
            return ValueTask.FromResult(failure);
        }

        if (power.IsOff)
        {
            return ValueTask.FromResult(IoStatus.NotReachable);
        }

        if (WritesLeft is { } left)
        {
            if (left == 0)
            {
                return ValueTask.FromResult(IoStatus.MediaError);
            }

            WritesLeft = left - 1;
        }

        bool isTorn = power.FailsNow();
        for (int done = 0; done < data.Length; done += Sector)
        {
            long sector = (offset + done) / Sector;
            byte[] bytes = data.Slice(done, Sector).ToArray();
            if (isTorn)
            {
                if (power.Coin())
                {
                    durable[sector] = bytes;
                }
            }
            else if (flags.HasFlag(WriteFlags.ForceUnitAccess))
            {
                cached.Remove(sector);
                durable[sector] = bytes;
            }
            else
            {
                cached[sector] = bytes;
            }
        }

        return ValueTask.FromResult(isTorn ? IoStatus.NotReachable : IoStatus.Success);
    }

    public ValueTask<IoStatus> FlushAsync(CancellationToken token)
    {
        foreach ((long sector, byte[] bytes) in cached)
        {
            durable[sector] = bytes;
        }

        cached.Clear();
        return ValueTask.FromResult(Failure ?? IoStatus.Success);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
