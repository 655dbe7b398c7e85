using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Volumes.Hosts;

/// <summary>
/// The devices of a host with the headers that were read from them. Rows are replaced as a whole; a device that was
/// removed with <c>vxdisk rm</c> stays away until the next scan.
/// </summary>
internal sealed class DeviceTable(
    HostDevices devices, OfflineDevices offline, TimeSpan patience, EngineServices engine)
{
    private readonly ConditionalWeakTable<DmpNode, PrivateRegionDevice> privateRegions = [];
    private readonly Lock guard = new();
    private ImmutableSortedDictionary<string, DiskDevice> rows =
        ImmutableSortedDictionary.Create<string, DiskDevice>(StringComparer.Ordinal);

    /// <summary>The rows by name.</summary>
    public ImmutableSortedDictionary<string, DiskDevice> Rows
    {
        get
        {
            lock (guard)
            {
                return rows;
            }
        }
    }

    /// <summary>Discovers devices, looking at the paths that are meant, and reads all their headers.</summary>
    public async Task ScanAsync(CancellationToken token, ScanScope? scope = null)
    {
        await (scope is null ? devices.ScanAsync(token) : devices.ScanAsync(scope, token));
        var found = ImmutableSortedDictionary.CreateBuilder<string, DiskDevice>(StringComparer.Ordinal);
        foreach (DmpNode node in devices.Nodes)
        {
            found[node.Name] = await ReadAsync(node, token);
        }
        lock (guard)
        {
            rows = found.ToImmutable();
        }
    }

    /// <summary>Reads the headers of these devices again.</summary>
    public async Task RefreshAsync(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (Rows.TryGetValue(name, out DiskDevice? row))
            {
                DiskDevice read = await ReadAsync(row.Node, CancellationToken.None);
                lock (guard)
                {
                    rows = rows.ContainsKey(name) ? rows.SetItem(name, read) : rows;
                }
            }
        }
    }

    /// <summary>The only way to the private region of a device, always the same one.</summary>
    public PrivateRegionDevice PrivateRegion(DmpNode node) =>
        privateRegions.GetValue(node, found => new PrivateRegionDevice(found.Device, patience, engine));

    /// <summary>Forgets a device until the next scan.</summary>
    public void Forget(string name)
    {
        lock (guard)
        {
            rows = rows.Remove(name);
        }
    }

    /// <summary>Looks at a device anew, and takes it into use again if it had not answered in time.</summary>
    private async Task<DiskDevice> ReadAsync(DmpNode node, CancellationToken token)
    {
        var row = new DiskDevice { Name = node.Name, Node = node, Status = DeviceStatus.Error };
        if (offline.Has(node.Udid))
        {
            return row with { Status = DeviceStatus.Offline };
        }
        if (!node.IsReachable || !PrivateRegion(node).TryResume())
        {
            return row;
        }
        DiskHeaderReading reading = await VmDisk.ReadAsync(PrivateRegion(node), token);
        return reading.Status switch
        {
            ReadStatus.Valid when reading.Header is not null => row with
            {
                Status = DeviceStatus.Online,
                Header = reading.Header,
                GroupId = reading.Header.GroupId,
                GroupName = reading.Header.GroupName,
            },
            ReadStatus.NotOurs => row with { Status = DeviceStatus.OnlineInvalid },
            _ => row,
        };
    }
}
