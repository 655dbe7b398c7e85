using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Simulation;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Resync;

namespace VolMgr.Proof.Tests;

/// <summary>
/// A host in virtual time that the faults of its lab can kill, a mirrored volume with a dirty region log on it, and
/// one client that remembers what was acknowledged.
/// </summary>
internal sealed class MortalHost : ILunOpener
{
    public const int Length = 256 * 1024;

    private const int Sector = 512;

    private readonly MemoryHostFiles files = new();
    private readonly SortedDictionary<string, SimulatedDisk> disks = new(StringComparer.Ordinal);
    private readonly List<Way> ways = [];
    private readonly byte[] acknowledged = new byte[Length];
    private (int Offset, byte[] Data)? pending;
    private int stamp;

    public MortalHost(Simulator simulator)
    {
        Simulator = simulator;
        Arrays.Faults.OnHostCrash = _ => Die();
    }

    public Simulator Simulator { get; }

    public LabTopology Topology { get; } =
        LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(3, 8 << 20))!;

    public LabArrays Arrays { get; } = new();

    public VolumeHost? Host { get; private set; }

    public int Deaths { get; private set; }

    public DiskGroup Group => Host?.FindGroup("datadg") ?? throw new InvalidOperationException("no group");

    public VolumeDevice Volume => Group.OpenVolume("vol01") ?? throw new InvalidOperationException("no volume");

    public IReadOnlyList<PlexRecord> Plexes => Group.Current.DataPlexesOf(Group.Current.FindVolume("vol01")!.Id);

    public static CopyOptions Copy => new() { IoSize = 16 * 1024, Workers = 2, CheckpointBytes = 32 * 1024 };

    public IBlockDevice Open(LunTopology lun)
    {
        if (!disks.TryGetValue(lun.Name, out SimulatedDisk? disk))
        {
            disk = new SimulatedDisk(Simulator, lun.Size, new SimulatedDiskOptions { Name = lun.Name });
            disks.Add(lun.Name, disk);
        }

        Way way = new(disk);
        ways.Add(way);
        return way;
    }

    /// <summary>Boots; one that dies meanwhile boots again.</summary>
    public async Task BootAsync()
    {
        while (Host is null)
        {
            int deaths = Deaths;
            Task<VolumeHost> booting = VolumeHost.BootAsync(
                new VolumeHostOptions
                {
                    Name = "host1",
                    Devices = new HostDevices(Topology, "host1", this, files, Simulator.Engine, Arrays),
                    Files = files,
                    Engine = Simulator.Engine,
                    Copy = Copy,
                },
                CancellationToken.None);
            Host = await IsDoneAsync(booting, deaths) ? await booting : null;
        }
    }

    public async Task SetUpAsync()
    {
        await BootAsync();
        List<(string Media, string Device)> members = [];
        foreach (DiskDevice disk in Host!.Disks)
        {
            Done(await Host.InitializeDiskAsync(disk.Name, new DiskInitializeRequest { PrivateLength = 1 << 20 }));
            members.Add(($"dg{members.Count + 1:00}", disk.Name));
        }

        Assert.True((await Host.CreateGroupAsync("datadg", members, new GroupCreateRequest())).IsDone);
        Done(await Group.CreateVolumeAsync(new VolumeRequest
        {
            Name = "vol01",
            Length = Length,
            MirrorCount = 2,
            Log = LogKind.DirtyRegion,
            Init = VolumeInit.Zero,
        }));
    }

    /// <summary>Runs until it has ended or the host is dead; false for dead.</summary>
    public async Task<bool> LivesThroughAsync(Func<Task> work)
    {
        int deaths = Deaths;
        Task running = Simulator.Engine.StartAsync(work);
        if (!await IsDoneAsync(running, deaths))
        {
            return false;
        }

        await running;
        return true;
    }

    private async Task<bool> IsDoneAsync(Task running, int deaths)
    {
        while (!running.IsCompleted && deaths == Deaths)
        {
            await Simulator.Engine.DelayAsync(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        }

        return deaths == Deaths;
    }

    /// <summary>Writes bytes that were never written before.</summary>
    public async Task WriteAsync(int offset, int length)
    {
        byte[] data = new byte[length];
        Array.Fill(data, (byte)(1 + (stamp++ % 250)));
        pending = (offset, data);
        IoStatus status = await Volume.WriteBytesAsync(
            offset, data, WriteFlags.None, CancellationToken.None);
        Assert.Equal(IoStatus.Success, status);
        data.CopyTo(acknowledged, offset);
        pending = null;
    }

    /// <summary>
    /// What was acknowledged is there; each sector of the write that was under way is old or new; all plexes are equal.
    /// </summary>
    public async Task CheckAsync()
    {
        byte[] read = new byte[Length];
        Assert.Equal(IoStatus.Success, await Volume.ReadAsync(0, read, CancellationToken.None));
        byte[] newer = [.. acknowledged];
        pending?.Data.CopyTo(newer, pending.Value.Offset);
        for (int offset = 0; offset < Length; offset += Sector)
        {
            ReadOnlySpan<byte> now = read.AsSpan(offset, Sector);
            Assert.True(
                now.SequenceEqual(acknowledged.AsSpan(offset, Sector))
                    || now.SequenceEqual(newer.AsSpan(offset, Sector)),
                $"the sector at {offset} is neither old nor new");
        }

        read.CopyTo(acknowledged, 0);
        pending = null;
        Outcome<VerifyResult> verified = await Group.VerifyAsync("vol01", null, CancellationToken.None);
        Assert.True(verified.IsDone, verified.Refusal?.Message);
        Assert.Empty(verified.Value.Differences);
    }

    public async Task AwaitTasksAsync()
    {
        while (Host!.Tasks.List is [var task, ..])
        {
            await task.Completion;
        }
    }

    public static void Done(Outcome outcome) => Assert.True(outcome.IsDone, outcome.Refusal?.Message);

    private void Die()
    {
        Deaths++;
        ways.ForEach(way => way.Cut());
        ways.Clear();
        Host = null;
    }

    /// <summary>A host's way to a disk: what a dead host sends completes for no one.</summary>
    private sealed class Way(SimulatedDisk disk) : IExtentDevice
    {
        private readonly TaskCompletionSource<IoStatus> never = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool isCut;

        public long Length => disk.Length;

        public void Cut() => isCut = true;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            Pass(() => disk.ReadAsync(offset, buffer, token));

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            Pass(() => disk.WriteAsync(offset, data, flags, token));

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) => Pass(() => disk.FlushAsync(token));

        public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
            Pass(() => disk.ZeroAsync(offset, length, flags, token));

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            Pass(() => disk.DiscardAsync(offset, length, token));

        public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            disk.NextExtentAsync(offset, length, token);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private async ValueTask<IoStatus> Pass(Func<ValueTask<IoStatus>> send)
        {
            IoStatus status = isCut ? IoStatus.NotReachable : await send();
            return isCut ? await never.Task : status;
        }
    }
}
