using VolMgr.Blocks;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Commands.Tests.Running;

/// <summary>An application that writes random blocks of a volume without pause, and knows what must be there.</summary>
internal sealed class LiveWriter : IAsyncDisposable
{
    private const int Block = 8192;

    private readonly VolumeDevice volume;
    private readonly byte[] expected;
    private readonly Random random = new(11);
    private readonly Task running;
    private volatile bool isStopping;
    private int writes;

    private LiveWriter(VolumeDevice volume)
    {
        this.volume = volume;
        expected = new byte[volume.Length];
        running = Task.Run(RunAsync);
    }

    public static LiveWriter Start(CommandLab lab, string name) =>
        new(lab.Host.FindGroup("datadg")?.OpenVolume(name) ?? throw new InvalidOperationException("it is started"));

    /// <summary>Waits until so many more writes were acknowledged.</summary>
    public async Task WritesAsync(int count)
    {
        int until = Volatile.Read(ref writes) + count;
        while (Volatile.Read(ref writes) < until && !running.IsCompleted)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Stops, and compares the whole volume.</summary>
    public async ValueTask DisposeAsync()
    {
        isStopping = true;
        await running;
        byte[] actual = new byte[expected.Length];
        Assert.Equal(IoStatus.Success, await volume.ReadAsync(0, actual, CancellationToken.None));
        Assert.True(expected.AsSpan().SequenceEqual(actual), "the volume holds every acknowledged write");
    }

    private async Task RunAsync()
    {
        byte[] data = new byte[Block];
        while (!isStopping)
        {
            random.NextBytes(data);
            int offset = random.Next((int)(volume.Length / Block)) * Block;
            Assert.Equal(
                IoStatus.Success, await volume.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None));
            data.CopyTo(expected, offset);
            Interlocked.Increment(ref writes);
            await Task.Yield();
        }
    }
}
