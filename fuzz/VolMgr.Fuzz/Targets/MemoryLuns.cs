using System.Collections.Concurrent;
using VolMgr.Arrays;
using VolMgr.Blocks;

namespace VolMgr.Fuzz.Targets;

/// <summary>LUNs in memory, which outlive the devices that are opened on them.</summary>
internal sealed class MemoryLuns : ILunOpener
{
    private readonly ConcurrentDictionary<string, MemoryDevice> luns = new(StringComparer.Ordinal);

    public IBlockDevice Open(LunTopology lun)
    {
        MemoryDevice device = luns.GetOrAdd(lun.Name, _ => new MemoryDevice(lun.Size));
        return new SubrangeDevice(device, 0, device.Length);
    }
}

/// <summary>The devices of a host that finds its files as an input left them.</summary>
internal sealed class HostFileWorld : IDisposable
{
    private const string Host = "host1";

    public HostFileWorld()
    {
        LabTopology topology = LabTemplates.Build(LabTemplates.Migration, new LabTemplateOptions(2, 64L << 20))
            ?? throw new InvariantViolationException("the template exists");
        Devices = new HostDevices(topology, Host, new MemoryLuns(), Files, NbdWorld.Engine);
    }

    public MemoryHostFiles Files { get; } = new();

    public HostDevices Devices { get; }

    public void Scan() => Devices.ScanAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public void Dispose() => Devices.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
