using System.Buffers.Binary;
using VolMgr.Blocks;

namespace VolMgr.Movers.Moves;

/// <summary>What a guest does to a disk.</summary>
/// <param name="WriteRate">Bytes written each second.</param>
/// <param name="WriteSize">Bytes of a write.</param>
/// <param name="Seed">For the places of reads.</param>
internal sealed record WorkloadOptions(long WriteRate, int WriteSize, int Seed)
{
    /// <summary>Whether the time that the guest stood still is lost to it: programs in a suspended domain do not
    /// know. Else what was due is done late, as users do who wait.</summary>
    public bool LosesTime { get; init; }

    /// <summary>Whether each write is durable before it is acknowledged.</summary>
    public bool IsForced { get; init; }
}

/// <summary>An operation of a guest that has ended; times count from when the guest began.</summary>
/// <param name="Due">When it was due.</param>
/// <param name="End">When it ended.</param>
/// <param name="IsGood">Whether it succeeded.</param>
internal readonly record struct EndedOperation(TimeSpan Due, TimeSpan End, bool IsGood)
{
    /// <summary>How long the guest waited for it.</summary>
    public TimeSpan Latency => End - Due;
}

/// <summary>
/// A guest at work: writes that go round the disk, so that each dirties what no other did for a whole round, and as
/// many reads anywhere. It knows what was acknowledged and can tell whether a device holds it.
/// </summary>
/// <remarks>Times count from when an operation was due: waiting before it could begin is felt too.</remarks>
internal sealed class GuestWorkload(IExtentDevice disk, WorkloadOptions options, EngineServices engine)
{
    private const int LargestBacklog = 4096;

    private readonly Random random = new(options.Seed);
    private readonly long[] acknowledged = new long[disk.Length / options.WriteSize];
    private readonly bool[] isBusy = new bool[disk.Length / options.WriteSize];
    private readonly List<EndedOperation> ended = [];
    private long written;
    private TimeSpan longestGap;
    private TimeSpan lastEnd;
    private long origin;
    private bool isEnding;

    private WriteFlags Flags => options.IsForced ? WriteFlags.ForceUnitAccess : WriteFlags.None;

    /// <summary>Operations that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>Operations that ended.</summary>
    public long Operations => ended.Count;

    /// <summary>All of them, in the order in which they ended.</summary>
    public IReadOnlyList<EndedOperation> Ended => ended;

    /// <summary>Since the guest began.</summary>
    public TimeSpan Now => engine.Time.GetElapsedTime(origin);

    /// <summary>The longest time in which no operation ended.</summary>
    public TimeSpan LongestGap => longestGap;

    /// <summary>The time that so many of 100 operations do not exceed.</summary>
    public TimeSpan Percentile(double percent)
    {
        long[] sorted = [.. ended.Select(each => each.Latency.Ticks).Order()];
        return sorted.Length == 0
            ? TimeSpan.Zero
            : TimeSpan.FromTicks(sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * percent / 100)]);
    }

    /// <summary>Writes the first version of everything behind the clock's back.</summary>
    public static async Task FillAsync(IExtentDevice medium, int size)
    {
        byte[] data = new byte[size];
        for (long slot = 0; slot < medium.Length / size; slot++)
        {
            Stamp(data, slot, 0);
            Invariant.Holds(
                await medium.WriteAsync(slot * size, data, WriteFlags.None, CancellationToken.None)
                == IoStatus.Success);
        }
    }

    /// <summary>Works until told to end.</summary>
    public async Task RunAsync()
    {
        var interval = TimeSpan.FromTicks(TimeSpan.TicksPerSecond * options.WriteSize / options.WriteRate);
        var pending = new List<Task>();
        origin = engine.Time.GetTimestamp();
        TimeSpan due = TimeSpan.Zero;
        while (!isEnding)
        {
            TimeSpan now = engine.Time.GetElapsedTime(origin);
            if (due > now)
            {
                await engine.DelayAsync(due - now, CancellationToken.None);
            }

            pending.RemoveAll(task => task.IsCompleted);
            if (options.LosesTime && pending.Count > 0)
            {
                await Together.AllAsync(pending);
                due = engine.Time.GetElapsedTime(origin);
            }

            if (pending.Count < LargestBacklog)
            {
                TimeSpan began = due;
                pending.Add(engine.StartAsync(() => WriteAsync(began)));
                pending.Add(engine.StartAsync(() => ReadAsync(began)));
            }

            due += interval;
        }

        await Together.AllAsync(pending);
    }

    /// <summary>No more operations; those that are under way end.</summary>
    public void End() => isEnding = true;

    /// <summary>How many places of a device do not hold what was acknowledged last, or something newer.</summary>
    public async Task<long> CountLostAsync(IExtentDevice medium)
    {
        byte[] data = new byte[options.WriteSize];
        long lost = 0;
        for (long slot = 0; slot < acknowledged.Length; slot++)
        {
            IoStatus status = await medium.ReadAsync(slot * options.WriteSize, data, CancellationToken.None);
            lost += status == IoStatus.Success && IsWhole(data, slot, acknowledged[slot]) ? 0 : 1;
        }

        return lost;
    }

    private async Task WriteAsync(TimeSpan began)
    {
        long number = ++written;
        long slot = (number - 1) % acknowledged.Length;
        if (isBusy[slot])
        {
            return; // which of two writes at once would stay is not defined, so nobody begins the second
        }

        isBusy[slot] = true;
        byte[] data = new byte[options.WriteSize];
        Stamp(data, slot, number);
        IoStatus status = await disk.WriteAsync(slot * options.WriteSize, data, Flags, CancellationToken.None);
        isBusy[slot] = false;
        Note(began, status);
        if (status == IoStatus.Success)
        {
            acknowledged[slot] = Math.Max(acknowledged[slot], number);
        }
    }

    private async Task ReadAsync(TimeSpan began)
    {
        byte[] data = new byte[options.WriteSize];
        long slot = random.NextInt64(acknowledged.Length);
        Note(began, await disk.ReadAsync(slot * options.WriteSize, data, CancellationToken.None));
    }

    private void Note(TimeSpan began, IoStatus status)
    {
        TimeSpan now = engine.Time.GetElapsedTime(origin);
        ended.Add(new EndedOperation(began, now, status == IoStatus.Success));
        longestGap = now - lastEnd > longestGap ? now - lastEnd : longestGap;
        lastEnd = now;
        Failures += status == IoStatus.Success ? 0 : 1;
    }

    private static void Stamp(Span<byte> data, long slot, long version)
    {
        for (int offset = 0; offset < data.Length; offset += 512)
        {
            BinaryPrimitives.WriteInt64LittleEndian(data[offset..], slot + 1);
            BinaryPrimitives.WriteInt64LittleEndian(data[(offset + 8)..], version);
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> data, long slot, long least)
    {
        for (int offset = 0; offset < data.Length; offset += 512)
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(data[offset..]) != slot + 1
                || BinaryPrimitives.ReadInt64LittleEndian(data[(offset + 8)..]) < least)
            {
                return false;
            }
        }

        return true;
    }
}
