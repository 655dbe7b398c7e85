using VolMgr.Blocks;
using VolMgr.Simulation;

namespace VolMgr.Proof;

/// <summary>The reasons for which a request may fail: a LUN that does, or a host that goes down. One LUN at a
/// time, or one array.</summary>
internal sealed class Troubles
{
    private readonly List<SimulatedDisk> faulty = [];

    private bool isArrayLost;
    private int shrinking;
    private Action? reconnect;

    /// <summary>Grows with every trouble.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there is one now.</summary>
    public bool IsActive => faulty.Count > 0 || IsGoingDown || IsShrinking || NeedsBoot;

    /// <summary>Whether a LUN did not answer at all: a host that had unflushed writes on it does not use it again
    /// before it
    /// is booted, since they may be lost.</summary>
    public bool NeedsBoot { get; private set; }

    /// <summary>Whether a LUN fails now.</summary>
    public bool HasFault => faulty.Count > 0;

    /// <summary>Whether a volume shrinks.</summary>
    public bool IsShrinking => shrinking > 0;

    /// <summary>Whether the host goes down cleanly.</summary>
    public bool IsGoingDown { get; private set; }

    /// <summary>A LUN begins to fail where data lies.</summary>
    public void Add(SimulatedDisk disk, long publicOffset, int kind)
    {
        if (faulty.Exists(other => other != disk))
        {
            return;
        }

        faulty.Add(disk);
        Count++;
        NeedsBoot |= kind % 8 == 2;
        FaultRule always = FaultRule.InRange(publicOffset, disk.Length - publicOffset, DeviceOperations.Changes);
        FaultRule read = always with { Operations = DeviceOperations.Read };
        disk.Faults.Add((kind % 8) switch
        {
            0 => always,
            1 => read,
            2 => always with { Operations = DeviceOperations.All, Status = IoStatus.NotReachable },
            3 => always with { Limit = 1 },
            4 => read with { Limit = 2 },
            5 => always with { Operations = DeviceOperations.Flush, Limit = 1 },
            6 => always with { Rate = 0.3, Moment = FaultMoment.Partway },
            _ => always with { Limit = 2, Moment = FaultMoment.After },
        });
    }

    /// <summary>All of these are gone, unless something fails already.</summary>
    public bool TryLose(IEnumerable<SimulatedDisk> disks)
    {
        if (HasFault)
        {
            return false;
        }

        Count++;
        NeedsBoot = true;
        isArrayLost = true;
        faulty.AddRange(disks);
        foreach (SimulatedDisk disk in faulty)
        {
            disk.Faults.Add(FaultRule.Always(DeviceOperations.All, IoStatus.NotReachable));
        }

        return true;
    }

    /// <summary>All paths to a LUN are gone, unless something fails already; what brings them back is kept.</summary>
    public bool TryDisconnect(SimulatedDisk disk, Action connect)
    {
        if (HasFault)
        {
            return false;
        }

        Count++;
        NeedsBoot = true;
        faulty.Add(disk);
        reconnect = connect;
        return true;
    }

    /// <summary>What fails now is meant to: a volume shrinks.</summary>
    public void BeginShrink()
    {
        Count++;
        shrinking++;
    }

    /// <summary>The volume has shrunk, or has not.</summary>
    public void EndShrink() => shrinking = Math.Max(0, shrinking - 1);

    /// <summary>A lost array is back before a host boots: with half of its copies a group is not imported.</summary>
    public void ReturnArray()
    {
        if (isArrayLost)
        {
            Clear();
        }
    }

    /// <summary>All LUNs work again.</summary>
    public void Clear()
    {
        foreach (SimulatedDisk disk in faulty)
        {
            disk.Faults.Clear();
        }

        faulty.Clear();
        isArrayLost = false;
        reconnect?.Invoke();
        reconnect = null;
    }

    /// <summary>The host goes down.</summary>
    public void GoDown()
    {
        Count++;
        IsGoingDown = true;
    }

    /// <summary>The host is up again.</summary>
    public void ComeUp()
    {
        IsGoingDown = false;
        NeedsBoot = false;
        shrinking = 0;
        reconnect = null; // the host that came up has paths of its own
        faulty.RemoveAll(disk => disk.Faults.Faults.Count == 0);
    }

    /// <summary>The host was not going down after all.</summary>
    public void StayUp() => IsGoingDown = false;
}
