namespace VolMgr.Movers.Hypervisors;

/// <summary>
/// How many moves may run beside one another: two machines a host, eight a datastore, and within a machine up to four
/// disks, only where they lie on datastores of their own.
/// </summary>
public sealed class MotionSlots
{
    /// <summary>Moves that one host carries out at a time.</summary>
    public const int MovesPerHost = 2;

    /// <summary>Moves that read or write one datastore at a time.</summary>
    public const int MovesPerDatastore = 8;

    /// <summary>Disks of one machine that are copied at a time.</summary>
    public const int DisksPerMove = 4;

    private readonly Lock sync = new();
    private readonly List<(VirtualMachine Machine, string To)> running = [];

    /// <summary>Begins a move; null when it may begin, else which limit holds it back.</summary>
    public MoveRefusal? TryBegin(VirtualMachine machine, string to)
    {
        lock (sync)
        {
            if (running.Count(move => move.Machine.Host == machine.Host) >= MovesPerHost)
            {
                return new MoveRefusal(
                    "host-limit",
                    $"host {machine.Host} carries out {MovesPerHost} moves already",
                    "wait until one of them has ended");
            }

            foreach (string store in StoresOf(machine, to))
            {
                if (running.Count(move => StoresOf(move.Machine, move.To).Contains(store)) >= MovesPerDatastore)
                {
                    return new MoveRefusal(
                        "datastore-limit",
                        $"datastore {store} takes part in {MovesPerDatastore} moves already",
                        "wait until one of them has ended");
                }
            }

            running.Add((machine, to));
            return null;
        }
    }

    /// <summary>A move has ended, however.</summary>
    public void End(VirtualMachine machine, string to)
    {
        lock (sync)
        {
            running.RemoveAll(move => move.Machine.Name == machine.Name && move.To == to);
        }
    }

    /// <summary>The disks of a machine in the groups that are copied one group after the other.</summary>
    public static IReadOnlyList<IReadOnlyList<MachineDisk>> Waves(IEnumerable<MachineDisk> disks)
    {
        List<List<MachineDisk>> waves = [];
        foreach (MachineDisk disk in disks)
        {
            List<MachineDisk>? wave = waves.Find(each =>
                each.Count < DisksPerMove && each.TrueForAll(other => other.Datastore != disk.Datastore));
            if (wave is null)
            {
                waves.Add([disk]);
            }
            else
            {
                wave.Add(disk);
            }
        }

        return waves;
    }

    private static HashSet<string> StoresOf(VirtualMachine machine, string to) =>
        [to, machine.Home, .. machine.Disks.Select(disk => disk.Datastore)];
}
