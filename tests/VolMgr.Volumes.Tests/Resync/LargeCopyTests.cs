using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;

namespace VolMgr.Volumes.Tests.Resync;

/// <summary>A 15 TiB volume costs what its data costs, whatever its layout.</summary>
public sealed class LargeCopyTests
{
    private const long Length = 15L << 40;

    [Fact]
    public void A_large_sparse_concatenation_is_copied_at_the_cost_of_its_data() => CopySparse(columns: 1);

    [Fact]
    public void A_large_sparse_stripe_is_copied_at_the_cost_of_its_data() => CopySparse(columns: 4);

    private static void CopySparse(int columns)
    {
        var simulator = new Simulator(1);
        PlexDevice source = Plex(1, columns, out _);
        PlexDevice target = Plex(2, 1, out MemoryDevice[] targetDisks);
        var random = new Random(5);
        byte[] data = new byte[64 << 10];
        long[] offsets = [.. Enumerable.Range(0, 100)
            .Select(_ => random.NextInt64(Length / data.Length) * data.Length)];
        simulator.Run(async () =>
        {
            foreach (long offset in offsets)
            {
                random.NextBytes(data);
                await source.WriteAsync(offset, data, WriteFlags.None, CancellationToken.None);
            }

            // Garbage of an earlier user, where the source has nothing.
            await target.WriteAsync(1L << 40, data, WriteFlags.None, CancellationToken.None);
            PlexCopyResult result = await CopyAsync(simulator, source, target);
            Assert.Equal(PlexCopyState.Completed, result.State);
            Assert.Equal(Length, result.BytesCopied + result.BytesSkipped);
            Assert.InRange(result.BytesCopied, 100 * data.Length, 100L * (1 << 20));
            Assert.InRange(targetDisks.Sum(disk => disk.AllocatedBytes), 100 * data.Length, 100L * (1 << 20));
            byte[] left = new byte[data.Length];
            byte[] right = new byte[data.Length];
            foreach (long offset in offsets.Append(1L << 40))
            {
                await source.ReadAsync(offset, left, CancellationToken.None);
                await target.ReadAsync(offset, right, CancellationToken.None);
                Assert.True(left.AsSpan().SequenceEqual(right));
            }
        });
        Assert.True(simulator.Steps < 2_000_000, $"{simulator.Steps} steps");
    }

    private static async Task<PlexCopyResult> CopyAsync(Simulator simulator, PlexDevice source, PlexDevice target)
    {
        var volume = new VolumeDevice(new VolumeDeviceOptions
        {
            Volume = new RecordId(1),
            Name = "large",
            Plexes = new PlexSet(
                1,
                [
                    new PlexMember(new RecordId(2), "source", source, PlexRole.ReadWrite),
                    new PlexMember(new RecordId(3), "target", target, PlexRole.WriteOnly),
                ],
                null,
                ReadPolicy.Round,
                Length),
            Owner = new NoOwner(),
            Engine = simulator.Engine,
        });
        var copy = new PlexCopy(new PlexCopyOptions { Volume = volume, Target = new RecordId(3) });
        return await copy.RunAsync();
    }

    private static PlexDevice Plex(long id, int columns, out MemoryDevice[] disks)
    {
        const long unit = 64 << 10;
        long each = ((Length / 4) + unit - 1) / unit * unit;
        MemoryDevice[] memory = [.. Enumerable.Range(0, 4).Select(_ => new MemoryDevice(each))];
        disks = memory;
        var record = new PlexRecord
        {
            Id = new RecordId(id),
            Name = "plex",
            State = PlexState.Active,
            Layout = columns == 1 ? PlexLayout.Concat : PlexLayout.Stripe,
            ColumnCount = columns,
            StripeUnit = columns == 1 ? 0 : unit,
        };
        SubdiskRecord[] subdisks = [.. memory.Select((_, index) => new SubdiskRecord
        {
            Id = new RecordId(10 + index),
            Name = "sd",
            DiskId = new RecordId(index),
            DiskOffset = 0,
            Length = each,
            Column = columns == 1 ? 0 : index,
            PlexOffset = columns == 1 ? index * each : 0,
        })];
        return new PlexDevice(PlexMap.Of(record, subdisks), disk => memory[(int)disk.Value]);
    }

    private sealed class NoOwner : IVolumeOwner
    {
        public ValueTask<bool> DetachPlexAsync(RecordId volume, RecordId plex, IoStatus reason) =>
            ValueTask.FromResult(false);

        public ValueTask<bool> MarkDirtyAsync(RecordId volume) => ValueTask.FromResult(true);
    }
}
