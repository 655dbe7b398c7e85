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
/// Plexes of a volume and of its log volume leave and come back while several clients write, and crashes cut all of it
/// off: in the end the plexes hold the same.
/// </summary>
public sealed class FastResyncStormTests
{
    private const int Length = 1 << 20;
    private const int Rounds = 5;

    [Fact]
    public async Task Plexes_that_come_back_hold_what_the_others_hold()
    {
        int runs = Environment.GetEnvironmentVariable("VOLMGR_TEST_TIER") == "all" ? 150 : 2;
        for (int seed = 1; seed <= runs; seed++)
        {
            try
            {
                await new Storm(seed).RunAsync();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private sealed class Storm(int seed)
    {
        private readonly Random random = new(seed);
        private readonly TestLab lab = new(32 << 20);
        private readonly CopyOptions copy = new() { IoSize = 16384, SlowMs = 1, Workers = 2 };
        private VolumeHost host = null!;
        private DiskGroup group = null!;
        private int trackedCount;

        public async Task RunAsync()
        {
            host = await lab.BootAsync(copy: copy, steps: new SlowSteps(seed));
            group = await CreateGroupAsync(host, disksPerArray: 3);
            await CreateVolumeAsync(group, "vol01", Length, "dg01 dg02 new01", mirrors: 3, hasLog: seed % 2 == 0);
            Done(await group.PrepareAsync(new DcoRequest { Volume = "vol01", RegionSize = 4096 }));
            for (int round = 0; round < Rounds; round++)
            {
                await RoundAsync();
            }

            await EndAsync();
            Assert.True(trackedCount > 0, "no plex was tracked");
        }

        private async Task RoundAsync()
        {
            VolumeDevice volume = Open(group, "vol01");
            Task[] writers = [.. Enumerable.Range(0, 4).Select(_ => WriteAsync(volume, new Random(random.Next())))];
            for (int change = random.Next(2, 9); change > 0; change--)
            {
                await ChangeAsync();
                await Task.Delay(random.Next(6), TestContext.Current.CancellationToken);
            }

            if (random.Next(3) > 0)
            {
                await lab.CrashAsync(random: new Random(random.Next()));
                await Task.WhenAll(writers);
                host = await lab.BootAsync(copy: copy, steps: new SlowSteps(random.Next()));
                group = Assert.Single(host.Groups);
            }
            else
            {
                await Task.WhenAll(writers);
            }

            if (random.Next(2) == 0)
            {
                await EndAsync();
            }
        }

        /// <summary>A plex of the volume, or now and then one of the log volume, leaves, comes back, or stops coming
        /// back.</summary>
        private async Task ChangeAsync()
        {
            string volume = random.Next(5) == 0 ? "vol01_dcl" : "vol01";
            IReadOnlyList<PlexRecord> plexes = group.Current.DataPlexesOf(Volume(group, volume).Id);
            PlexRecord plex = plexes[random.Next(plexes.Count)];
            switch (random.Next(5))
            {
                case 0:
                    host.Tasks.List.FirstOrDefault(task => task.Type == "ATCOPY")?.Abort();
                    break;
                case 1 or 2 when plex.State == PlexState.Stale:
                    await group.AttachPlexAsync(volume, plex.Name, copy);
                    break;
                default:
                    await group.DetachPlexAsync(null, plex.Name, force: false);
                    trackedCount += group.Current.Plexes[plex.Id].DetachMap is null ? 0 : 1;
                    break;
            }
        }

        private async Task EndAsync()
        {
            await SettleAsync(host);
            VolumeTask? task = Value(await group.RecoverAsync(new RecoverRequest { Copy = copy }));
            await (task is null ? Task.CompletedTask : CompletesAsync(task));
            await SettleAsync(host);
            foreach (string volume in (string[])["vol01", "vol01_dcl"])
            {
                await PlexesAreEqualAsync(group, volume, group.Current.DataPlexesOf(Volume(group, volume).Id).Count);
            }
        }

        private static async Task WriteAsync(VolumeDevice volume, Random random)
        {
            for (int index = 0; index < 40; index++)
            {
                int length = random.Next(1, 20_000);
                int offset = random.Next(Length - 20_000);
                _ = random.Next(8) switch
                {
                    0 => await volume.ZeroBytesAsync(offset, length, WriteFlags.None, CancellationToken.None),
                    1 => await volume.DiscardAsync(offset & -512, 8192, CancellationToken.None),
                    2 => await volume.FlushAsync(CancellationToken.None),
                    _ => await volume.WriteBytesAsync(
                        offset, Pattern(random.Next(), length), WriteFlags.None, CancellationToken.None),
                };
            }
        }
    }

    /// <summary>The engine as it is, held for a moment at some of its steps.</summary>
    private sealed class SlowSteps(int seed) : DataPathSteps
    {
        private readonly Lock sync = new();
        private readonly Random random = new(seed);

        public override async ValueTask ReachedAsync(DataPathStep step, long offset, long length)
        {
            int pause;
            lock (sync)
            {
                pause = random.Next(12);
            }

            if (pause < 4)
            {
                await (pause == 0 ? Task.Delay(1) : Task.Run(() => Thread.SpinWait(500 * pause)));
            }
        }

        /// <summary>The same bytes reach the plexes at different moments.</summary>
        public override async ValueTask<IoStatus> SendAsync(PlexMember member, Mutation mutation)
        {
            await ReachedAsync(DataPathStep.WriteIssuing, 0, 0);
            return await base.SendAsync(member, mutation);
        }
    }
}
