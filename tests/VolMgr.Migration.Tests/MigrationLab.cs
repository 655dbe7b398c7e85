using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;

namespace VolMgr.Migration.Tests;

/// <summary>
/// A host over two arrays in memory; disk group datadg on the old one, emc0: cat (concatenated), pair (mirror with a
/// dirty region log), wide (stripe of two columns). The new one, pure0, is untouched.
/// </summary>
internal sealed class MigrationLab : ILunOpener, IAsyncDisposable
{
    public const string GroupName = "datadg";
    public const int DataLength = 4 << 20;
    public static readonly string[] Volumes = ["cat", "pair", "wide"];

    private const long MiB = 1 << 20;
    private const long LunSize = 128 * MiB;
    private readonly Dictionary<string, MemoryDevice> luns = new(StringComparer.Ordinal);
    private readonly List<FaultDevice> cables = [];
    private readonly MemoryHostFiles files = new();
    private readonly LabTopology topology;
    private readonly EngineServices engine = new(
        TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new Identities());
    private VolumeHost? host;

    private MigrationLab(int newLunCount) => topology =
        LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(6, LunSize, newLunCount))
        ?? throw new InvalidOperationException("the template exists");

    public LabTopology Topology => topology;

    public VolumeHost Host => host ?? throw new InvalidOperationException("the host is up");

    public DiskGroup Group => Host.FindGroup(GroupName) ?? throw new InvalidOperationException("the group is imported");

    public MemoryArchive Archive { get; private set; } = new();

    /// <summary>The records in words: what must be the same again after a migration that was backed out.</summary>
    public IReadOnlyList<string> Records
    {
        get
        {
            GroupConfiguration now = Group.Current;
            return
            [
                .. now.Disks.Values.Select(disk => $"dm {disk.Name} {disk.DiskId}").Order(),
                .. now.Volumes.Values.Select(volume =>
                    $"v {volume.Name} {volume.State} {volume.KernelState} {volume.Length} '{volume.TUtil0}'").Order(),
                .. now.Plexes.Values.Select(plex =>
                    $"pl {plex.Name} {plex.VolumeId} {plex.State} {plex.KernelState} {plex.Mode} {plex.Layout} "
                    + $"'{plex.TUtil0}'").Order(),
                .. now.Subdisks.Values.Select(piece =>
                    $"sd {piece.Name} {piece.PlexId} {piece.DiskOffset} {piece.Length}").Order(),
            ];
        }
    }

    public static async Task<MigrationLab> StartAsync(int newLunCount = 6)
    {
        MigrationLab lab = new(newLunCount);
        await lab.BootAsync();
        string[] old = [.. lab.Host.Disks.Select(disk => disk.Name).Where(name => name.StartsWith("emc0", Ordinal))];
        foreach (string device in old)
        {
            Done(await lab.Host.InitializeDiskAsync(device, new DiskInitializeRequest()));
        }

        (string, string)[] members = [.. old.Select((device, index) => ($"dg{index + 1:D2}", device))];
        Value(await lab.Host.CreateGroupAsync(GroupName, members, new GroupCreateRequest { Version = 200 }));
        Done(await lab.Group.CreateVolumeAsync(new VolumeRequest { Name = "cat", Length = 24 * MiB }));
        Done(await lab.Group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "wide",
            Length = 16 * MiB,
            Layout = PlexLayout.Stripe,
            ColumnCount = 2,
        }));
        Done(await lab.Group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "pair",
            Length = 8 * MiB,
            MirrorCount = 2,
            Log = LogKind.DirtyRegion,
        }));
        foreach (string volume in Volumes)
        {
            await lab.WriteAsync(volume);
        }

        return lab;
    }

    public async Task BootAsync(int? slowMs = null) => host = await VolumeHost.BootAsync(
        new VolumeHostOptions
        {
            Name = "host1",
            Devices = new HostDevices(topology, "host1", this, files, engine),
            Files = files,
            Engine = engine,
            Copy = new CopyOptions { CheckpointBytes = MiB, SlowMs = slowMs },
        },
        CancellationToken.None);

    /// <summary>The host is gone without a word and another one boots; LUNs keep what they have.</summary>
    public async Task CrashAndBootAsync(int? slowMs = null)
    {
        Archive = Archive.TakeOver();
        lock (luns)
        {
            cables.ForEach(cable => cable.Add(FaultRule.Always(DeviceOperations.All, IoStatus.NotReachable)));
            cables.Clear();
        }

        await BootAsync(slowMs);
    }

    public MigrationDesk Desk() => new(Host, Archive);

    public IBlockDevice Open(LunTopology lun)
    {
        lock (luns)
        {
            if (!luns.TryGetValue(lun.Name, out MemoryDevice? device))
            {
                device = new MemoryDevice(lun.Size);
                luns.Add(lun.Name, device);
            }

            FaultDevice cable = new(new SubrangeDevice(device, 0, device.Length));
            cables.Add(cable);
            return cable;
        }
    }

    /// <summary>Every volume holds what was written to it, and its plexes are equal.</summary>
    public async Task CheckDataAsync()
    {
        foreach (string name in Volumes)
        {
            byte[] found = new byte[DataLength];
            Assert.Equal(IoStatus.Success, await Device(name).ReadAsync(0, found, CancellationToken.None));
            Assert.True(found.AsSpan().SequenceEqual(Pattern(name)), $"{name} holds something else");
            Assert.True(Value(await Group.VerifyAsync(name, null, CancellationToken.None)).IsEqual, name);
        }
    }

    /// <summary>Nothing of the group is on the old array any more.</summary>
    public void CheckMoved()
    {
        Assert.All(Group.Sites, site => Assert.Equal("pure0", site.Enclosure));
        Assert.Equal(
            ["cat concat", "pair concat", "pair concat", "wide stripe"],
            Group.Current.Plexes.Values.Where(plex => !plex.IsLog).Select(plex =>
            {
                Assert.Equal(PlexState.Active, plex.State);
                string volume = Group.Current.Volumes[plex.VolumeId ?? default].Name;
                return $"{volume} {(plex.Layout == PlexLayout.Stripe ? "stripe" : "concat")}";
            }).Order());
        PlexRecord log = Assert.Single(Group.Current.Plexes.Values, plex => plex.IsLog);
        Assert.Equal(Group.Current.FindVolume("pair")?.Id, log.VolumeId);
    }

    public bool IsOld(PlexRecord plex) => Group.Current.SubdisksOf(plex.Id).Any(piece =>
        Group.Sites.Any(site => site.DiskId == piece.DiskId && site.Enclosure == "emc0"));

    public async Task SettleAsync()
    {
        while (Host.Tasks.List.Count > 0)
        {
            long version = Host.Tasks.Version;
            if (Host.Tasks.List.Count > 0)
            {
                await Host.Tasks.WaitForChangeAsync(version).WaitAsync(Patience);
            }
        }
    }

    /// <summary>Waits until a run says that something holds.</summary>
    public static async Task UntilAsync(MigrationRun run, Func<MigrationJournal, bool> holds)
    {
        DateTimeOffset end = DateTimeOffset.UtcNow + Patience;
        while (!holds(run.Journal))
        {
            Assert.False(run.Completion.IsCompleted, $"it ended as {run.Journal.State} {run.Journal.Failure}");
            Assert.True(DateTimeOffset.UtcNow < end, $"still {run.Journal.State}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<MigrationState> EndAsync(MigrationRun run)
    {
        await run.Completion.WaitAsync(Patience);
        return run.Journal.State;
    }

    public static void Done(Outcome outcome) => Assert.True(outcome.IsDone, outcome.Refusal?.Message);

    public static T Value<T>(Outcome<T> outcome)
    {
        Assert.True(outcome.IsDone, outcome.Refusal?.Message);
        return outcome.Value;
    }

    public static Refusal Refused<T>(Outcome<T> outcome)
    {
        Assert.False(outcome.IsDone, "it was not refused");
        return outcome.Refusal;
    }

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();

    private static StringComparison Ordinal => StringComparison.Ordinal;

    private static TimeSpan Patience => TimeSpan.FromSeconds(20);

    private static byte[] Pattern(string volume)
    {
        byte[] bytes = new byte[DataLength];
        new Random(volume[0]).NextBytes(bytes);
        return bytes;
    }

    private VolumeDevice Device(string volume)
    {
        VolumeDevice? device = Group.OpenVolume(volume);
        Assert.NotNull(device);
        return device;
    }

    private async Task WriteAsync(string volume)
    {
        VolumeDevice device = Device(volume);
        Assert.Equal(
            IoStatus.Success, await device.WriteAsync(0, Pattern(volume), WriteFlags.None, CancellationToken.None));
        Assert.Equal(IoStatus.Success, await device.FlushAsync(CancellationToken.None));
    }

    private sealed class Identities : IIdentitySource
    {
        private int count;

        public Guid NewGuid() => new(Interlocked.Increment(ref count), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

        public int NewSeed() => Interlocked.Increment(ref count);
    }
}
