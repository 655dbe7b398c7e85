using VolMgr.Blocks;
using VolMgr.Blocks.Tests;
using VolMgr.Nbd.Client;

namespace VolMgr.Nbd.Tests.Client;

/// <summary>How these tests open devices.</summary>
internal static class ClientWorld
{
    public const long Length = 1 << 20;

    public static NbdUri Uri(string text)
    {
        Assert.True(NbdUri.TryParse(text, out NbdUri? uri, out string? problem), problem);
        return uri;
    }

    /// <summary>Patient enough for a slow machine; no test waits for these times to pass.</summary>
    public static NbdClientOptions Options(long length = Length) => new()
    {
        Length = length,
        ConnectTimeout = TimeSpan.FromSeconds(60),
        ReconnectTime = TimeSpan.FromSeconds(60),
        RequestTimeout = TimeSpan.FromSeconds(120),
    };

    public static NbdClientDevice Open(ToyServer server, NbdClientOptions? options = null, TimeProvider? time = null) =>
        NbdClientDevice.Open(
            Uri(server.Uri), options ?? Options(),
            time is null ? TestWorld.Engine : TestWorld.Engine with { Time = time });

    public static async Task<IoStatus> Write(IBlockDevice device, long offset, byte value, int length = 4096) =>
        await device.WriteAsync(
            offset, Enumerable.Repeat(value, length).ToArray(), WriteFlags.None, TestWorld.Token);

    public static async Task<IoStatus> Flush(IBlockDevice device) => await device.FlushAsync(TestWorld.Token);

    /// <summary>The only value of the range.</summary>
    public static async Task<byte> Value(IBlockDevice device, long offset, int length = 4096)
    {
        byte[] found = await TestWorld.Content(device, offset, length);
        Assert.Equal(-1, found.AsSpan().IndexOfAnyExcept(found[0]));
        return found[0];
    }

    public static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(5, TestWorld.Token);
        }
    }
}

/// <summary>A clock that stands still until it is told to go on; timers fire then, on the caller.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private TimeSpan now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return now.Ticks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (gate)
        {
            timers.Add(timer);
        }

        return timer;
    }

    /// <summary>Lets time pass; each timer that is due fires once.</summary>
    public void Advance(TimeSpan time)
    {
        ManualTimer[] due;
        lock (gate)
        {
            now += time;
            due = [.. timers.Where(timer => timer.Due <= now)];
        }

        foreach (ManualTimer timer in due)
        {
            timer.Fire(now);
        }
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan period;

        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            this.period = period;
            Due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : time.now + dueTime;
            return true;
        }

        public void Fire(TimeSpan now)
        {
            Due = period > TimeSpan.Zero ? now + period : TimeSpan.MaxValue;
            callback();
        }

        public void Dispose() => Forget();

        public ValueTask DisposeAsync()
        {
            Forget();
            return ValueTask.CompletedTask;
        }

        private void Forget()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }
        }
    }
}
