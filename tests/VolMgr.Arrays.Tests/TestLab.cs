using System.Collections.Concurrent;
using VolMgr.Blocks;

namespace VolMgr.Arrays.Tests;

/// <summary>
/// A lab in memory: LUN bytes that all hosts share, a scheduler that runs inline, files that outlive a host.
/// </summary>
internal sealed class TestLab : ILunOpener
{
    private readonly ConcurrentDictionary<string, TestDisk> disks = new(StringComparer.Ordinal);

    public LabTopology Topology { get; set; } = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions())!;

    public MemoryHostFiles Files { get; } = new();

    public int OpenCount { get; private set; }

    public static EngineServices Engine { get; } =
        new(TaskScheduler.Default, TaskScheduler.Default, TimeProvider.System, new Identities());

    public HostDevices Host(string name = "host1") => new(Topology, name, this, Files, Engine);

    public async Task<HostDevices> ScanAsync(string name = "host1")
    {
        HostDevices devices = Host(name);
        await devices.ScanAsync(CancellationToken.None);
        return devices;
    }

    /// <summary>The bytes of a LUN, also before it is opened.</summary>
    public TestDisk Disk(string lun)
    {
        LunTopology? found = Topology.FindLun(lun);
        Assert.NotNull(found);
        return disks.GetOrAdd(lun, _ => new TestDisk(found.Size));
    }

    public IBlockDevice Open(LunTopology lun)
    {
        OpenCount++;
        return new OpenedDisk(disks.GetOrAdd(lun.Name, _ => new TestDisk(lun.Size)));
    }

    private sealed class Identities : IIdentitySource
    {
        public Guid NewGuid() => Guid.Empty;

        public int NewSeed() => 1;
    }
}

/// <summary>Sparse sectors with a length and a status that a test sets.</summary>
internal sealed class TestDisk(long length)
{
    public ConcurrentDictionary<long, byte[]> Sectors { get; } = new();

    public long Length { get; set; } = length;

    public IoStatus Status { get; set; }

    /// <summary>Answer of the next call only.</summary>
    public IoStatus? Once { get; set; }

    public int Calls { get; set; }

    /// <summary>When set, calls do not complete inline: they wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }
}

/// <summary>An open LUN; its length is that of the moment of opening, as of a file.</summary>
internal sealed class OpenedDisk(TestDisk disk) : IBlockDevice
{
    public bool IsDisposed { get; private set; }

    public long Length { get; } = disk.Length;

    public async ValueTask<IoStatus> ReadAsync(long offset, Memory<byte> buffer, CancellationToken token)
    {
        IoStatus status = await CallAsync();
        for (int done = 0; done < buffer.Length; done += 512)
        {
            Span<byte> sector = buffer.Span.Slice(done, 512);
            sector.Clear();
            if (disk.Sectors.TryGetValue(offset + done, out byte[]? bytes))
            {
                bytes.CopyTo(sector);
            }
        }

        return status;
    }

    public async ValueTask<IoStatus> WriteAsync(
        long offset, ReadOnlyMemory<byte> data, WriteFlags flags, CancellationToken token)
    {
        IoStatus status = await CallAsync();
        if (status == IoStatus.Success)
        {
            for (int done = 0; done < data.Length; done += 512)
            {
                disk.Sectors[offset + done] = data.Slice(done, 512).ToArray();
            }
        }

        return status;
    }

    public ValueTask<IoStatus> FlushAsync(CancellationToken token) => CallAsync();

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private async ValueTask<IoStatus> CallAsync()
    {
        disk.Calls++;
        IoStatus? once = disk.Once;
        disk.Once = null;
        if (disk.Gate is { } gate)
        {
            await gate.Task;
        }

        return once ?? (disk.Length == 0 ? IoStatus.NotReachable : disk.Status);
    }
}
