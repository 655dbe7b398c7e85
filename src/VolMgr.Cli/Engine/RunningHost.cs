using VolMgr.Arrays;
using VolMgr.Arrays.Libraries;
using VolMgr.Blocks;
using VolMgr.Cli.Estates;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Labs.Import;
using VolMgr.Cli.Owner;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Engine;

/// <summary>One host that is up, with what it stands on: its power, its view of the arrays, its files.</summary>
internal sealed class RunningHost : IDisposable
{
    private readonly HostPower power;
    private readonly CancellationTokenSource leaving = new();

    private RunningHost(VolumeHost host, HostDevices devices, HostPower power)
    {
        Host = host;
        Devices = devices;
        this.power = power;
        Leaving = leaving.Token;
    }

    /// <summary>The volume manager of the host.</summary>
    public VolumeHost Host { get; }

    /// <summary>Fires when the host is about to go down, in order or not: its NBD clients are let go.</summary>
    public CancellationToken Leaving { get; }

    /// <summary>What the host sees of the arrays.</summary>
    public HostDevices Devices { get; }

    /// <summary>
    /// Boots a host on its power; its LUNs are files, exports and live disks, or those that are given.
    /// </summary>
    public static async Task<RunningHost> BootAsync(
        LabPaths lab, LabTopology topology, string name, LabArrays arrays, EngineServices engine, HostPower power,
        ILunOpener? luns = null, LiveDisks? live = null)
    {
        var files = new LabHostFiles(lab.HostFolder(name), power);
        ILunOpener opener = luns ?? new LabLunOpener(lab, engine, power.Loss);
        opener = live is null ? opener : new LiveLunOpener(opener, live);
        if (luns is not null || topology.Hosts.Count > 1)
        {
            opener = new PoweredLunOpener(opener, power);
        }

        var devices = new HostDevices(topology, name, opener, files, engine, arrays)
        {
            Plugins = ArraySupportPlugins.Load(Path.Combine(lab.HostFolder(name), ArraySupportPlugins.Folder)),
        };
        try
        {
            var options = new VolumeHostOptions
            {
                Name = name,
                Devices = devices,
                Files = files,
                Engine = engine,
                LeavesUnrecovered = FirstBoot.IsNext(files),
            };
            return new RunningHost(await VolumeHost.BootAsync(options, CancellationToken.None), devices, power);
        }
        catch
        {
            await devices.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tells everyone who watches that the host goes down.</summary>
    public void SayGoodbye() => leaving.Cancel();

    /// <summary>Goes down cleanly.</summary>
    public async Task ShutdownAsync()
    {
        await Host.ShutdownAsync();
        await Devices.DisposeAsync();
    }

    /// <summary>
    /// Cuts the host off from every LUN and file. What it was doing comes to nothing by itself; its open files stay
    /// open until that has happened, for the process goes on for the sake of the other hosts.
    /// </summary>
    public void CutPower()
    {
        power.Cut();
        OwnerLog.Write($"host {Host.Name} lost power");
    }

    /// <inheritdoc/>
    public void Dispose() => leaving.Dispose();
}
