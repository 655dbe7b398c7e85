using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Volumes.Tests.Hosts;

/// <summary>
/// Two arrays in memory, two hosts that see both. LUNs have a volatile cache and faults; a host is crashed by cutting
/// its cables for ever, after which the LUNs may lose any part of what was not flushed.
/// </summary>
internal sealed class TestLab
{
    public const long PrivateLength = 1 << 20;

    private readonly bool hasCache;
    private readonly Dictionary<string, TestLun> luns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemoryHostFiles> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Cables> cables = new(StringComparer.Ordinal);
    private readonly EngineServices engine = new(
        TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new CountingIdentities());

    public TestLab(long lunSize = 64L << 20, bool hasCache = true)
    {
        this.hasCache = hasCache;
        Topology = LabTemplates.Build(LabTemplates.Cluster, new LabTemplateOptions(4, lunSize))!;
    }

    public LabTopology Topology { get; private set; }

    /// <summary>Of hosts that are booted from now on.</summary>
    public TimeSpan PrivateRegionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TestLun Lun(string device) => luns[device.Replace('_', '/')];

    public void ForEachLun(Action<TestLun> action)
    {
        foreach (TestLun lun in luns.Values)
        {
            action(lun);
        }
    }

    public async Task<VolumeHost> BootAsync(
        string name = "host1", CopyOptions? copy = null, DataPathSteps? steps = null)
    {
        Cables connected = new(this);
        cables[name] = connected;
        if (!files.TryGetValue(name, out MemoryHostFiles? kept))
        {
            kept = new MemoryHostFiles();
            files.Add(name, kept);
        }
        return await VolumeHost.BootAsync(
            new VolumeHostOptions
            {
                Name = name,
                Devices = new HostDevices(Topology, name, connected, kept, engine),
                Files = kept,
                Engine = engine,
                Copy = copy ?? new CopyOptions(),
                PrivateRegionTimeout = PrivateRegionTimeout,
                Steps = steps ?? DataPathSteps.Default,
            },
            CancellationToken.None);
    }

    /// <summary>The host is gone; with a source of randomness the LUNs lose part of what was not flushed.</summary>
    public async Task CrashAsync(string name = "host1", Random? random = null)
    {
        cables[name].IsCut = true;
        foreach (TestLun lun in luns.Values)
        {
            Assert.Equal(IoStatus.Success, await (random is null
                ? lun.Cache.LosePowerAsync(_ => true)
                : lun.Cache.LosePowerAsync(random)));
        }
    }

    /// <summary>The host is gone; LUNs of the arrays that are named keep everything, the others lose all that was not
    /// flushed.</summary>
    public async Task CrashKeepingAsync(string array, string name = "host1")
    {
        cables[name].IsCut = true;
        foreach ((string lun, TestLun device) in luns)
        {
            bool keeps = lun.StartsWith(array, StringComparison.Ordinal);
            Assert.Equal(IoStatus.Success, await device.Cache.LosePowerAsync(_ => keeps));
        }
    }

    public async Task PresentAsync(VolumeHost host, string device, bool isPresented)
    {
        Topology = Topology.WithLun(device.Replace('_', '/'), host.Name, isPresented);
        await host.Devices.ReplaceTopologyAsync(Topology);
    }

    private TestLun Open(LunTopology lun)
    {
        lock (luns)
        {
            if (!luns.TryGetValue(lun.Name, out TestLun? open))
            {
                open = new TestLun(lun.Size, hasCache);
                luns.Add(lun.Name, open);
            }
            return open;
        }
    }

    private sealed class CountingIdentities : IIdentitySource
    {
        private int count;

        public Guid NewGuid() => new(Interlocked.Increment(ref count), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

        public int NewSeed() => Interlocked.Increment(ref count);
    }

    private sealed class Cables(TestLab lab) : ILunOpener
    {
        public volatile bool IsCut;

        public IBlockDevice Open(LunTopology lun) => new Cable(this, lab.Open(lun));
    }

    private sealed class Cable(Cables host, TestLun lun) : IExtentDevice
    {
        public long Length => lun.Faults.Length;

        public ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token) =>
            host.IsCut ? Gone() : lun.Faults.ReadAsync(offset, buffer, token);

        public ValueTask<IoStatus> WriteAsync(
            long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token) =>
            host.IsCut ? Gone() : lun.Faults.WriteAsync(offset, data, flags, token);

        public ValueTask<IoStatus> FlushAsync(CancellationToken token) =>
            host.IsCut ? Gone() : lun.Faults.FlushAsync(token);

        public ValueTask<IoStatus> ZeroAsync(long offset, long length, WriteFlags flags, CancellationToken token) =>
            host.IsCut ? Gone() : lun.Faults.ZeroAsync(offset, length, flags, token);

        public ValueTask<IoStatus> DiscardAsync(long offset, long length, CancellationToken token) =>
            host.IsCut ? Gone() : lun.Faults.DiscardAsync(offset, length, token);

        public ValueTask<ExtentReply> NextExtentAsync(long offset, long length, CancellationToken token) =>
            host.IsCut
                ? ValueTask.FromResult(new ExtentReply(IoStatus.NotReachable, ExtentKind.Data, length))
                : lun.Faults.NextExtentAsync(offset, length, token);

        public ValueTask DisposeAsync() => default;

        private static ValueTask<IoStatus> Gone() => ValueTask.FromResult(IoStatus.NotReachable);
    }
}

/// <summary>A LUN: faults over a volatile cache over memory.</summary>
internal sealed class TestLun
{
    public TestLun(long size, bool hasCache)
    {
        Medium = new MemoryDevice(size);
        Cache = new VolatileCacheDevice(Medium);
        Faults = new FaultDevice(hasCache ? Cache : Medium);
    }

    public MemoryDevice Medium { get; }

    public VolatileCacheDevice Cache { get; }

    public FaultDevice Faults { get; }
}
