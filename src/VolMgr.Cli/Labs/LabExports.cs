using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Nbd.Client;

namespace VolMgr.Cli.Labs;

/// <summary>
/// The exports behind a lab's LUNs, for verbs that work on a lab that is down. All are connected to at once, so that
/// servers which do not answer cost the time of one.
/// </summary>
internal sealed class LabExports : IAsyncDisposable
{
    private const long ClearBytes = 1L << 30;
    private readonly SortedDictionary<string, NbdClientDevice> devices = new(StringComparer.Ordinal);

    private LabExports()
    {
    }

    /// <summary>Begins to connect to each export. Throws <see cref="IOException"/> for unusable certificates.</summary>
    public static async Task<LabExports> OpenAsync(LabPaths lab, LabTopology topology, EngineServices engine)
    {
        LabExports exports = new();
        var opener = new LabLunOpener(lab, engine, CancellationToken.None);
        try
        {
            foreach (LunTopology lun in LunBacking.AtServers(topology))
            {
                if (opener.OpenExport(lun) is { } device)
                {
                    exports.devices.Add(lun.Name, device);
                }
            }

            return exports;
        }
        catch
        {
            await exports.DisposeAsync();
            throw;
        }
    }

    /// <summary>The export of a LUN, or null where a file holds it.</summary>
    public IBlockDevice? Find(LunTopology lun) => devices.GetValueOrDefault(lun.Name);

    /// <summary>Why the export of a LUN cannot be used, in one sentence; null when it can.</summary>
    public async Task<string?> FindProblemAsync(LunTopology lun)
    {
        NbdClientDevice device = devices[lun.Name];
        return await device.ConnectAsync() == IoStatus.Success
            ? null
            : $"LUN {lun.Name}: {lun.Backing} cannot be used: {device.Problem}; start its server"
                + " (one that takes a single client is busy while the lab is up)";
    }

    /// <summary>Makes every export read as zeroes as far as its LUN reaches, durably.</summary>
    public async Task ClearAsync(CancellationToken token)
    {
        foreach ((string name, NbdClientDevice device) in devices)
        {
            IoStatus status = IoStatus.Success;
            for (long position = 0; position < device.Length && status == IoStatus.Success; position += ClearBytes)
            {
                long length = Math.Min(ClearBytes, device.Length - position);
                status = await device.ZeroAsync(position, length, WriteFlags.None, token);
            }

            status = status == IoStatus.Success ? await device.FlushAsync(token) : status;
            if (status != IoStatus.Success)
            {
                throw new IOException($"LUN {name} could not be emptied: its server answered {status}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (NbdClientDevice device in devices.Values)
        {
            await device.DisposeAsync();
        }
    }
}
