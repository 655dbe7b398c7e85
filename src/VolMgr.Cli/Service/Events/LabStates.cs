using VolMgr.Cli.Engine;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.States;

namespace VolMgr.Cli.Service.Events;

/// <summary>The states that the event stream tells of, a few words each: what there is at one moment.</summary>
internal static class LabStates
{
    /// <summary>Reads them.</summary>
    public static Dictionary<LabStateKey, string> Read(LabHosts hosts)
    {
        var states = new Dictionary<LabStateKey, string>();
        foreach (RunningHost host in hosts.Up)
        {
            string name = host.Host.Name;
            states[new LabStateKey(name, "host", name)] = "up";
            foreach (DiskDevice disk in host.Host.Disks)
            {
                states[new LabStateKey(name, "disk", disk.Name)] =
                    disk.GroupName.Length > 0 ? $"{disk.Status} {disk.GroupName}" : $"{disk.Status}";
            }

            foreach (DiskGroup group in host.Host.Groups)
            {
                Read(states, name, group);
            }
        }

        return states;
    }

    private static void Read(Dictionary<LabStateKey, string> states, string host, DiskGroup group)
    {
        GroupConfiguration current = group.Current;
        states[new LabStateKey(host, "group", group.Name)] = "imported";
        foreach (VolumeRecord volume in current.Volumes.Values)
        {
            states[new LabStateKey(host, "volume", $"{group.Name}/{volume.Name}")] =
                $"{StateNames.Text(volume.KernelState)} {StateNames.Text(volume.State)}";
        }

        foreach (PlexRecord plex in current.Plexes.Values)
        {
            string mode = plex.Mode == PlexMode.ReadWrite ? "RW" : "WO";
            states[new LabStateKey(host, "plex", $"{group.Name}/{plex.Name}")] =
                $"{StateNames.Text(plex.KernelState)} {StateNames.Text(plex.State)} {mode}";
        }
    }
}

/// <summary>What a state is of.</summary>
internal readonly record struct LabStateKey(string Host, string Kind, string Name) : IComparable<LabStateKey>
{
    /// <inheritdoc/>
    public int CompareTo(LabStateKey other) => string.CompareOrdinal(ToString(), other.ToString());

    /// <inheritdoc/>
    public override string ToString() => $"{Host} {Kind} {Name}";
}
