using System.Buffers.Binary;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;
using VolMgr.Volumes.Tests.Hosts;
using static VolMgr.Volumes.Tests.Groups.GroupTest;

namespace VolMgr.Volumes.Tests.Groups;

/// <summary>
/// A volume lives through writes, flushes, copies, detaches, growth, stops and crashes in seeded random order, against
/// a model that knows which values each sector may hold: after a crash one of those written since the last flush, for
/// ever the same, on every plex.
/// </summary>
public sealed class RandomLifeTests
{
    private const int Sector = 512;
    private const int StepCount = 40;

    [Fact]
    public async Task Nothing_flushed_is_lost_and_plexes_agree()
    {
        int runs = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all" ? 400 : 8;
        for (int seed = 1; seed <= runs; seed++)
        {
            await RunAsync(seed, hasLog: seed % 2 == 0, hasDco: seed % 3 == 0);
        }
    }

    private static async Task RunAsync(int seed, bool hasLog, bool hasDco)
    {
        var life = new Life(seed, hasLog, hasDco);
        int step = 0;
        try
        {
            await life.BeginAsync();
            for (step = 1; step <= StepCount; step++)
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

    private sealed class Life(int seed, bool hasLog, bool hasDco)
    {
        private readonly Random random = new(seed);
        private readonly TestLab lab = new(32 << 20);
        private readonly CopyOptions copy = new()
        {
            IoSize = 65536,
            SlowMs = 2,
            Workers = 2,
            CheckpointBytes = 131072,
        };
        private VolumeHost host = null!;
        private DiskGroup group = null!;
        private List<HashSet<long>> sectors = [];
        private long version;

        public async Task BeginAsync()
        {
            host = await lab.BootAsync(copy: copy);
            group = await CreateGroupAsync(host);
            await CreateVolumeAsync(group, "vol01", 2 * MiB, "dg01 new01", mirrors: 2, hasLog);
            if (hasDco)
            {
                Done(await group.PrepareAsync(new DcoRequest
                {
                    Volume = "vol01",
                    RegionSize = 4096,
                    HasLog = !hasLog && random.Next(2) == 0,
                }));
            }
            sectors = [.. Enumerable.Range(0, (int)(2 * MiB / Sector)).Select(_ => new HashSet<long> { 0 })];
        }

        public Task StepAsync() => random.Next(21) switch
        {
            < 8 => WriteAsync(),
            < 10 => FlushAsync(),
            < 12 => CrashAsync(),
            12 => ShutdownAsync(),
            13 => MirrorAsync(),
            14 => RemoveAsync(),
            15 => AttachAsync(),
            16 => ResizeAsync(),
            17 => AbortAsync(),
            18 => RestartAsync(),
            19 when hasDco => LogPlexAsync(),
            _ => CheckAsync(),
        };

        public async Task CheckAsync()
        {
            await SettleAsync(host);
            await CompareAsync();
            int count = group.Current.DataPlexesOf(Volume(group, "vol01").Id)
                .Count(plex => plex.State == PlexState.Active);
            await PlexesAreEqualAsync(group, "vol01", count);
        }

        private VolumeDevice Device => Open(group, "vol01");

        private async Task WriteAsync()
        {
            int count = random.Next(1, 64);
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

        private async Task RestartAsync()
        {
            Outcome stopped = await group.StopVolumeAsync("vol01", force: random.Next(2) == 0);
            if (stopped.IsDone)
            {
                Done(await group.StartVolumeAsync("vol01"));
            }
            await CompareAsync();
        }

        private async Task MirrorAsync()
        {
            Outcome<VolumeTask> begun = await group.AddMirrorAsync(MirrorTo("vol01", "dg02 new02"), copy);
            Assert.True(
                begun.IsDone || begun.Refusal.Code is ErrorCode.Locked or ErrorCode.NoSpace, begun.Refusal?.Message);
        }

        private async Task RemoveAsync()
        {
            IReadOnlyList<PlexRecord> plexes = group.Current.DataPlexesOf(Volume(group, "vol01").Id);
            string name = plexes[random.Next(plexes.Count)].Name;
            _ = random.Next(2) == 0
                ? await group.DetachPlexAsync(null, name, force: false)
                : await group.DissociatePlexAsync(null, name, remove: true, force: false);
        }

        private async Task AttachAsync()
        {
            PlexRecord? stale = group.Current.DataPlexesOf(Volume(group, "vol01").Id)
                .FirstOrDefault(plex => plex is { State: PlexState.Stale, KernelState: PlexKernelState.Detached });
            if (stale is not null)
            {
                Outcome<VolumeTask?> begun = await group.AttachPlexAsync("vol01", stale.Name, copy);
                Assert.True(begun.IsDone || begun.Refusal.Code == ErrorCode.Locked, begun.Refusal?.Message);
            }
        }

        /// <summary>A plex of the log volume leaves or comes back.</summary>
        private async Task LogPlexAsync()
        {
            IReadOnlyList<PlexRecord> plexes = group.Current.DataPlexesOf(Volume(group, "vol01_dcl").Id);
            PlexRecord plex = plexes[random.Next(plexes.Count)];
            _ = plex.State == PlexState.Stale
                ? (await group.AttachPlexAsync("vol01_dcl", plex.Name, copy)).IsDone
                : (await group.DetachPlexAsync(null, plex.Name, force: false)).IsDone;
        }

        private async Task ResizeAsync()
        {
            long length = Device.Length + 65536;
            if ((await group.GrowAsync("vol01", length, StorageSpecification.Any)).IsDone)
            {
                while (sectors.Count < length / Sector)
                {
                    sectors.Add([0]);
                }
            }
        }

        private Task AbortAsync()
        {
            host.Tasks.List.FirstOrDefault(task => task.Type == "ATCOPY")?.Abort();
            return Task.CompletedTask;
        }

        /// <summary>Reads everything: each sector holds its newest value; after a crash one that it may hold, and keeps
        /// it from now on.</summary>
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
