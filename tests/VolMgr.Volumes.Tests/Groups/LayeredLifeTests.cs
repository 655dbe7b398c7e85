using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>
/// A layered volume lives through writes, flushes, failing and detached plexes of its sub-volumes, recovery, growth,
/// conversions, stops and crashes in seeded random order, against a model that knows what each sector may hold.
/// </summary>
public sealed class LayeredLifeTests
{
    private const int Sector = 512;

    [Fact]
    public async Task Nothing_flushed_is_lost_and_mirrors_of_sub_volumes_agree()
    {
        int runs = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all" ? 300 : 6;
        for (int seed = 1; seed <= runs; seed++)
        {
            var life = new Life(seed);
            int step = 0;
            try
            {
                await life.BeginAsync();
                for (step = 1; step <= 40; step++)
                {
                    await life.StepAsync();
                }
                await life.CheckAsync();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"seed {seed}, step {step}: {exception.Message}", exception);
            }
        }
    }

    private sealed class Life(int seed)
    {
        private readonly Random random = new(seed);
        private readonly TestLab lab = new(32 << 20);
        private readonly CopyOptions copy = new() { IoSize = 65536, Workers = 2 };
        private VolumeHost host = null!;
        private DiskGroup group = null!;
        private List<HashSet<long>> sectors = [];
        private long version;

        private VolumeDevice Device => Open(group, "vol01");

        private bool IsLayered => group.Current.IsLayered(Volume(group, "vol01").Id);

        public async Task BeginAsync()
        {
            host = await lab.BootAsync(copy: copy);
            group = await CreateGroupAsync(host, disksPerArray: 3);
            Done(await group.CreateVolumeAsync(new VolumeRequest
            {
                Name = "vol01",
                Length = 2 * MiB,
                MirrorCount = 2,
                Layout = PlexLayout.Stripe,
                ColumnCount = 2,
                IsLayered = true,
                Log = seed % 2 == 0 ? LogKind.DirtyRegion : LogKind.None,
            }));
            sectors = [.. Enumerable.Range(0, (int)(2 * MiB / Sector)).Select(_ => new HashSet<long> { 0 })];
        }

        public Task StepAsync() => random.Next(20) switch
        {
            < 8 => WriteAsync(),
            < 10 => FlushAsync(),
            < 12 => CrashAsync(),
            12 => ShutdownAsync(),
            13 => FailAsync(),
            14 => DetachAsync(),
            15 or 16 => RecoverAsync(),
            17 => ResizeAsync(),
            18 => ConvertAsync(),
            _ => CheckAsync(),
        };

        public async Task CheckAsync()
        {
            await SettleAsync(host);
            await CompareAsync();
            foreach (VolumeRecord volume in group.Current.Volumes.Values)
            {
                int count = group.Current.DataPlexesOf(volume.Id).Count(plex => plex.State == PlexState.Active);
                await PlexesAreEqualAsync(group, volume.Name, count);
            }
        }

        private async Task WriteAsync()
        {
            int count = random.Next(1, 400);
            int first = random.Next(sectors.Count - count);
            byte[] bytes = new byte[count * Sector];
            version++;
            for (int index = 0; index < count; index++)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(index * Sector), version);
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan((index * Sector) + Sector - 8), version);
                sectors[first + index].Add(version);
            }
            await GroupTest.WriteAsync(Device, first * Sector, bytes);
        }

        private async Task FlushAsync()
        {
            Assert.Equal(IoStatus.Success, await Device.FlushAsync(CancellationToken.None));
            foreach (HashSet<long> values in sectors)
            {
                long newest = values.Max();
                values.RemoveWhere(value => value != newest);
            }
        }

        private async Task CrashAsync()
        {
            await lab.CrashAsync(random: new Random(random.Next()));
            await BootAsync();
            await CompareAsync(isAfterCrash: true);
        }

        private async Task ShutdownAsync()
        {
            await host.ShutdownAsync();
            await BootAsync();
            await CompareAsync();
        }

        private async Task BootAsync()
        {
            host = await lab.BootAsync(copy: copy);
            group = Assert.Single(host.Groups);
        }

        /// <summary>A disk refuses writes to data for a while: its plexes go, the others serve.</summary>
        private async Task FailAsync()
        {
            DiskDevice[] disks = [.. host.Disks.Where(disk => disk.DiskMediaName.Length > 0)];
            DiskDevice disk = disks[random.Next(disks.Length)];
            FaultDevice faults = lab.Lun(disk.Name).Faults;
            faults.Add(FaultRule.Always(DeviceOperations.Write) with { Offset = disk.Header!.PublicOffset });
            if (IsLayered && group.Current.Plexes.Values.Where(plex => !plex.IsLog && OnDisk(plex, disk))
                .All(plex => HasOther(plex)))
            {
                await WriteAsync();
            }
            faults.Clear();
        }

        private bool OnDisk(PlexRecord plex, DiskDevice disk) => group.Current.SubdisksOf(plex.Id)
            .Any(subdisk => group.Current.Disks[subdisk.DiskId].Name == disk.DiskMediaName);

        private bool HasOther(PlexRecord plex) => group.Current.DataPlexesOf(plex.VolumeId!.Value)
            .Any(other => other.Id != plex.Id && other.State == PlexState.Active);

        private async Task DetachAsync()
        {
            PlexRecord[] plexes = [.. group.Current.Plexes.Values.Where(plex => !plex.IsLog)];
            _ = await group.DetachPlexAsync(null, plexes[random.Next(plexes.Length)].Name, force: false);
        }

        private async Task RecoverAsync()
        {
            foreach (PlexRecord plex in group.Current.Plexes.Values.Where(
                plex => plex is { State: PlexState.IoFail, IsLog: false, VolumeId: not null }))
            {
                await group.AttachPlexAsync(group.Current.Volumes[plex.VolumeId!.Value].Name, plex.Name, copy);
            }
            _ = Value(await group.RecoverAsync(new RecoverRequest { Volumes = ["vol01"] }));
        }

        private async Task ResizeAsync()
        {
            long length = Device.Length + 131072;
            if ((await group.GrowAsync("vol01", length, StorageSpecification.Any)).IsDone)
            {
                while (sectors.Count < length / Sector)
                {
                    sectors.Add([0]);
                }
            }
        }

        private async Task ConvertAsync()
        {
            Outcome converted = await group.ConvertVolumeAsync("vol01", !IsLayered);
            Assert.True(
                converted.IsDone || converted.Refusal.Code is ErrorCode.Locked or ErrorCode.InvalidState
                    or ErrorCode.WrongUse,
                converted.Refusal?.Message);
        }

        private async Task CompareAsync(bool isAfterCrash = false)
        {
            Assert.Equal(sectors.Count * Sector, Device.Length);
            byte[] bytes = await ReadAsync(Device, 0, sectors.Count * Sector);
            for (int sector = 0; sector < sectors.Count; sector++)
            {
                long head = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(sector * Sector));
                long tail = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan((sector * Sector) + Sector - 8));
                Assert.Equal(head, tail);
                Assert.True(
                    isAfterCrash ? sectors[sector].Contains(head) : sectors[sector].Max() == head,
                    $"sector {sector} holds {head} and not one of {string.Join(' ', sectors[sector])}");
                if (isAfterCrash)
                {
                    sectors[sector] = [head];
                }
            }
        }
    }
}
