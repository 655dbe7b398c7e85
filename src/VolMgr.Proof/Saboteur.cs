using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Proof.Histories;
using VolMgr.Simulation;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Proof;

/// <summary>Makes LUNs fail or hang, loses arrays and paths, and remembers for whom.</summary>
internal sealed class Saboteur(SimulatedLab lab, Troubles troubles)
{
    /// <summary>What fails now.</summary>
    public Troubles Troubles => troubles;

    /// <summary>The boot in which a path is lost, or -1.</summary>
    private int troubledBoot = -1;

    /// <summary>Does what the operation says; false when it is none of these.</summary>
    public bool Try(Operation operation, DiskGroup group, PlexRecord plex)
    {
        switch (operation.Kind)
        {
            case OperationKind.Fault:
                Fail(group, plex, operation);
                return true;
            case OperationKind.Hang:
                Hang(group, plex, operation);
                return true;
            case OperationKind.LoseArray:
                LoseArray(group, plex);
                return true;
            case OperationKind.LosePath:
                LosePath(operation);
                return true;
            case OperationKind.LosePaths:
                LosePaths(group, plex, operation);
                return true;
            default:
                return false;
        }
    }

    private (SimulatedDisk Disk, long PublicOffset) DiskOf(DiskGroup group, PlexRecord plex, int choice)
    {
        IReadOnlyList<SubdiskRecord> subdisks = group.Current.SubdisksOf(plex.Id);
        if (plex.VolumeId is { } volume && group.Current.DcoOf(volume) is { } dco)
        {
            subdisks = [.. subdisks, .. group.Current.DataPlexesOf(dco.LogVolumeId).SelectMany(
                log => group.Current.SubdisksOf(log.Id))];
        }

        return lab.Find(group.Current.Disks[subdisks[choice % subdisks.Count].DiskId]);
    }

    private void Hang(DiskGroup group, PlexRecord plex, Operation operation)
    {
        (SimulatedDisk disk, long publicOffset) = DiskOf(group, plex, operation.Place / 8);
        Fault hang = disk.Faults.Add(FaultRule.Hang(DeviceOperations.Changes | DeviceOperations.Read) with
        {
            Offset = publicOffset,
            Length = disk.Length - publicOffset,
        });
        _ = lab.Simulator.Engine.StartAsync(async () =>
        {
            await lab.Simulator.Engine.DelayAsync(
                TimeSpan.FromMicroseconds(operation.Size * 16), CancellationToken.None);
            disk.Faults.Remove(hang);
        });
    }

    private void LoseArray(DiskGroup group, PlexRecord plex)
    {
        string lun = DiskOf(group, plex, 0).Disk.Name;
        string array = lun[..lun.IndexOf('/', StringComparison.Ordinal)] + "/";
        if (troubles.TryLose(lab.Disks.Values.Where(disk => disk.Name.StartsWith(array, StringComparison.Ordinal))))
        {
            lab.Feeds.Record(new FaultBegan(array));
        }
    }

    /// <summary>One way is lost and comes back; one at a time, so that every LUN has another.</summary>
    private void LosePath(Operation operation)
    {
        VolumeHost up = lab.Host;
        if (troubledBoot == lab.Boot || troubles.HasFault)
        {
            return;
        }

        DevicePath[] paths = [.. up.Devices.Nodes.SelectMany(node => node.Paths)];
        DevicePath path = paths[operation.Place % paths.Length];
        string place = (operation.Place / 64 % 3) switch
        {
            0 => path.Name,
            1 => path.Controller,
            _ => $"{path.ArrayName}:{path.Port}",
        };
        int boot = troubledBoot = lab.Boot;
        up.Devices.SetLink(place, isUp: false);
        _ = lab.Simulator.Engine.StartAsync(async () =>
        {
            await lab.Simulator.Engine.DelayAsync(
                TimeSpan.FromMicroseconds(operation.Size * 16), CancellationToken.None);
            if (boot == lab.Boot)
            {
                up.Devices.SetLink(place, isUp: true);
                await up.RescanAsync();
            }

            troubledBoot = troubledBoot == boot ? -1 : troubledBoot;
        });
    }

    private void LosePaths(DiskGroup group, PlexRecord plex, Operation operation)
    {
        SimulatedDisk disk = DiskOf(group, plex, operation.Place / 8).Disk;
        VolumeHost up = lab.Host;
        string[] names = [.. up.Devices.Nodes.Where(node => node.LunName == disk.Name)
            .SelectMany(node => node.Paths).Select(path => path.Name)];
        if (troubledBoot == lab.Boot || !troubles.TryDisconnect(disk, () => Connect(isUp: true)))
        {
            return;
        }

        lab.Feeds.Record(new FaultBegan(disk.Name));
        Connect(isUp: false);

        void Connect(bool isUp) => Array.ForEach(names, name => up.Devices.SetLink(name, isUp));
    }

    private void Fail(DiskGroup group, PlexRecord plex, Operation operation)
    {
        (SimulatedDisk disk, long publicOffset) = DiskOf(group, plex, operation.Place / 8);
        troubles.Add(disk, publicOffset, operation.Size);
        lab.Feeds.Record(new FaultBegan(disk.Name));
    }
}
