using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Estates;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Labs.Import;
using VolMgr.Cli.Owner;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Cli.Engine;

/// <summary>
/// The hosts of a lab that is up. A host boots with the first command that names it, which imports its groups and
/// starts their volumes, and stays up until it is shut down or crashes.
/// </summary>
/// <param name="lab">Where.</param>
/// <param name="file">Its topology.</param>
/// <param name="engine">Schedulers and clock.</param>
/// <param name="luns">The LUNs of a virtual-time lab; null where they are files and exports.</param>
internal sealed class LabHosts(
    LabPaths lab, LabTopologyFile file, EngineServices engine, ILunOpener? luns = null) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly SortedDictionary<string, RunningHost> running = new(StringComparer.Ordinal);
    private readonly Lock opening = new();
    private readonly Lock recording = new();
    private LabTroubles? troubles;
    private LabEstate? estate;
    private LabTopology topology = file.Topology;
    private (string Name, HostPower Power)? booting;
    private bool isClosed;

    /// <summary>The lab as it is now.</summary>
    public LabTopology Topology => Volatile.Read(ref topology);

    /// <summary>What the lab's arrays know at run time, with the faults at work.</summary>
    public LabArrays Arrays => Troubles.Arrays;

    /// <summary>The faults at work and those to come, kept over the owner's life.</summary>
    public LabTroubles Troubles
    {
        get
        {
            lock (opening)
            {
                return troubles ??= new LabTroubles(lab, engine, () => Topology, Crash);
            }
        }
    }

    /// <summary>What is virtual: machines and domains.</summary>
    public LabEstate Estate
    {
        get
        {
            lock (opening)
            {
                return estate ??= new LabEstate(lab, this, engine);
            }
        }
    }

    /// <summary>The hosts that are up, by name.</summary>
    public IReadOnlyList<string> Running
    {
        get
        {
            lock (running)
            {
                return [.. running.Keys];
            }
        }
    }

    /// <summary>The hosts that are up, in the order of the lab.</summary>
    public IReadOnlyList<RunningHost> Up =>
        [.. Topology.Hosts.Select(host => Find(host.Name)).OfType<RunningHost>()];

    /// <summary>Whether a task runs, or is paused, on any host, or a fault is to come.</summary>
    public bool HasTasks
    {
        get
        {
            lock (running)
            {
                return troubles?.Timetable.Planned.Count > 0 || estate?.IsMoving == true
                    || running.Values.Any(host => host.Host.Tasks.List.Count > 0);
            }
        }
    }

    /// <summary>Whether that host is up: one that lost its power is not, whatever it still runs.</summary>
    public bool IsUp(VolumeHost host)
    {
        lock (running)
        {
            return running.Values.Any(each => ReferenceEquals(each.Host, host));
        }
    }

    /// <summary>The host of that name (empty: the default one), booted if it is down.</summary>
    public async Task<VolumeHost> BootAsync(string name)
    {
        string known = Resolve(name);
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            if (Find(known) is { } up)
            {
                return up.Host;
            }

            if (isClosed)
            {
                throw UserErrorException.Refused($"lab {lab.Root} is going down; try again when it is down");
            }

            OwnerLog.Write($"host {known} boots");
            VolumeHost host = (await BootUnderGateAsync(known)).Host;
            await FirstBoot.EndAsync(host);
            return host;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A host may die while it boots: then it is as down as before, and whoever wanted it is told.</summary>
    private async Task<RunningHost> BootUnderGateAsync(string name)
    {
        var power = new HostPower();
        lock (running)
        {
            booting = (name, power);
        }

        RunningHost? host = null;
        try
        {
            host = await RunningHost.BootAsync(
                lab, Topology, name, Arrays, engine, power, luns, luns is null ? Estate.Disks : null);
        }
        catch (Exception) when (power.IsCut)
        {
            // Whatever it stumbled over: the loss of its power is what is told.
        }
        finally
        {
            lock (running)
            {
                booting = null;
                if (host is not null && !power.IsCut)
                {
                    running.Add(name, host);
                }
            }
        }

        if (host is not null && !power.IsCut)
        {
            return host;
        }

        host?.Dispose();
        OwnerLog.Write($"host {name} lost power while it booted");
        throw new UserErrorException(
            ExitCodes.Interrupted, $"host {name} died while it booted; the next command boots it again");
    }

    /// <summary>The host's full name: the default one for an empty name; refuses one that the lab has not.</summary>
    public string Resolve(string name) => LabHostNames.Resolve(lab, Topology, name);

    /// <summary>Shuts a host down cleanly; false when it was down.</summary>
    public Task<bool> ShutdownAsync(string name) => TakeDownAsync(name, host => host.ShutdownAsync());

    /// <summary>
    /// Drops a host as a power failure does: from now on nothing of it reaches a LUN. False when it was down.
    /// </summary>
    public Task<bool> CutPowerAsync(string name) => TakeDownAsync(name, host =>
    {
        host.CutPower();
        return Task.CompletedTask;
    });

    /// <summary>
    /// A host dies at once: the only one that is up takes this process with it; one beside others is cut off when this
    /// returns. Waits for nothing, for it may be called from anywhere.
    /// </summary>
    public void Crash(string name)
    {
        const int KillSignal = 9;
        RunningHost? host;
        lock (running)
        {
            bool isBooting = booting?.Name == name;
            if (!running.TryGetValue(name, out host) && !isBooting)
            {
                return;
            }

            if (running.Count + (booting is null ? 0 : 1) == 1 && luns is null)
            {
                OwnerLog.Write($"host {name} dies, and this process with it");
                _ = Native.SendSignal(Environment.ProcessId, KillSignal);
                Thread.Sleep(Timeout.Infinite); // never returns
            }

            running.Remove(name);
            if (isBooting)
            {
                booting?.Power.Cut();
            }
        }

        if (host is null)
        {
            return;
        }

        host.CutPower();
        host.SayGoodbye();
        host.Dispose();
    }

    /// <summary>Makes a new topology last, then shows it to the hosts that are up.</summary>
    public async Task ChangeTopologyAsync(Func<LabTopology, LabTopology> change)
    {
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            LabTopology changed = Record(change);
            foreach (string name in Running)
            {
                if (Find(name) is { } host)
                {
                    await host.Devices.ReplaceTopologyAsync(changed);
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Makes a new topology last, and waits for nothing: hosts that are up are not told.</summary>
    public LabTopology Record(Func<LabTopology, LabTopology> change)
    {
        lock (recording)
        {
            LabTopology changed = change(Topology);
            file.Write(changed);
            Volatile.Write(ref topology, changed);
            return changed;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        foreach (string name in Running)
        {
            await ShutdownAsync(name);
        }

        if (estate is not null)
        {
            await estate.DisposeAsync();
        }

        troubles?.Dispose();
    }

    /// <summary>From now on no host boots.</summary>
    private async Task CloseAsync()
    {
        await gate.WaitAsync(CancellationToken.None);
        isClosed = true;
        gate.Release();
    }

    private async Task<bool> TakeDownAsync(string name, Func<RunningHost, Task> how)
    {
        string known = Resolve(name);
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            if (Find(known) is not { } host)
            {
                return false;
            }

            host.SayGoodbye();
            await how(host);
            lock (running)
            {
                running.Remove(known);
            }

            host.Dispose();

            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    private RunningHost? Find(string name)
    {
        lock (running)
        {
            return running.GetValueOrDefault(name);
        }
    }
}
