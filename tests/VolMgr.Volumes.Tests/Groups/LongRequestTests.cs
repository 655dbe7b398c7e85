using System.Collections.Concurrent;
using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>Requests of a client that are far longer than what a volume does at once.</summary>
public sealed class LongRequestTests
{
    private const long GiB = 1L << 30;
    private const long TiB = 1L << 40;
    private const long Length = 300 * GiB;

    /// <summary>A mirror with a log is zeroed from end to end while somebody else writes here and there: all of it is
    /// gone, nothing was held at once for long, and the other writes did not have to wait for the end.</summary>
    [Fact]
    public async Task A_zero_of_hundreds_of_gibibytes_goes_piece_by_piece()
    {
        var pieces = new Pieces();
        VolumeHost host = await new TestLab(TiB, hasCache: false).BootAsync(steps: pieces);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", Length, "", mirrors: 2, hasLog: true);
        long[] places = [0, Length / 3 / 512 * 512, Length - MiB];
        foreach (long place in places)
        {
            await WriteAsync(volume, place, Pattern(1, (int)MiB));
        }

        pieces.Lengths.Clear();
        Task<IoStatus> zero = volume.ZeroBytesAsync(
            100, Length - 200, WriteFlags.None, CancellationToken.None).AsTask();
        int between = 0;
        for (int index = 0; !zero.IsCompleted; index++)
        {
            await WriteAsync(volume, Length / 2, Pattern(index, 4096));
            between += zero.IsCompleted ? 0 : 1;
        }

        Assert.Equal(IoStatus.Success, await zero);
        Assert.True(between > 0, "no other write came through");
        Assert.InRange(pieces.Lengths.Max(), 16 * MiB, 128 * MiB);
        Assert.Equal(Length - 200, pieces.Lengths.Where(length => length != 4096).Sum());
        byte[] first = Pattern(1, (int)MiB);
        first.AsSpan(100).Clear();
        Assert.Equal(first, await ReadAsync(volume, 0, (int)MiB));
        Assert.All(await ReadAsync(volume, places[1], (int)MiB), value => Assert.Equal(0, value));
        Assert.Equal(Pattern(1, (int)MiB)[^100..], (await ReadAsync(volume, places[2], (int)MiB))[^100..]);
        await PlexesAreEqualAsync(group, "vol01", 2);
    }

    [Fact]
    public async Task A_long_discard_can_be_cancelled_between_pieces()
    {
        using var cancel = new CancellationTokenSource();
        var pieces = new Pieces { Cancel = cancel };
        VolumeHost host = await new TestLab(2 * TiB, hasCache: false).BootAsync(steps: pieces);
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", TiB);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => volume.DiscardAsync(0, TiB, cancel.Token).AsTask());
        Assert.Single(pieces.Lengths);
        Assert.Equal(0, volume.InFlight);
        await WriteAsync(volume, 0, Pattern(1, 4096));
    }

    [Fact]
    public async Task A_long_zero_ends_where_the_volume_was_shrunk_to()
    {
        VolumeHost host = await new TestLab(2 * TiB, hasCache: false).BootAsync();
        DiskGroup group = await CreateGroupAsync(host);
        VolumeDevice volume = await CreateVolumeAsync(group, "vol01", TiB);
        Task<IoStatus> zero = volume.ZeroAsync(0, TiB, WriteFlags.None, CancellationToken.None).AsTask();
        Done(await group.ShrinkAsync("vol01", GiB));
        Assert.Contains(await zero, (IoStatus[])[IoStatus.NotReachable, IoStatus.Success]);
        Assert.Equal(IoStatus.NotReachable, await volume.ZeroAsync(0, TiB, WriteFlags.None, CancellationToken.None));
        await WriteAsync(volume, GiB - 4096, Pattern(1, 4096));
    }

    private sealed class Pieces : DataPathSteps
    {
        public ConcurrentBag<long> Lengths { get; } = [];

        public CancellationTokenSource? Cancel { get; init; }

        public override ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            if (step == DataPathStep.WriteEntered)
            {
                Lengths.Add(length);
                Fire();
            }

            return default;
        }

        private void Fire() => Cancel?.Cancel();
    }
}
