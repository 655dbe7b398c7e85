using VolMgr.Arrays.Faults;
using VolMgr.Arrays.Pools;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays;

/// <summary>
/// What the arrays of a lab know at run time, whichever host asks: which controller owns a LUN, and the faults that are
/// at work. One object for all hosts of a lab; a host that is given none has arrays of its own. Thread-safe.
/// </summary>
public sealed class LabArrays
{
    private readonly Lock changing = new();
    private readonly Dictionary<string, LunState> states = new(StringComparer.Ordinal);

    private readonly Dictionary<string, PoolSpace> pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LunSpace> spaces = new(StringComparer.Ordinal);

    /// <summary>Arrays in order.</summary>
    public LabArrays() => Faults = new LabFaults(this);

    /// <summary>The faults at work.</summary>
    public LabFaults Faults { get; }

    /// <summary>How often a LUN moved to another controller.</summary>
    /// <param name="lun">Lab name of the LUN, such as emc0/01f4.</param>
    public long TrespassCount(string lun)
    {
        lock (changing)
        {
            return states.TryGetValue(lun, out LunState? state) ? state.TrespassCount : 0;
        }
    }

    /// <summary>
    /// Bytes taken from a pool and its size; what LUNs hold that were not written since the lab is up is not counted
    /// yet. Null when no LUN of it was opened.
    /// </summary>
    public (long Used, long Size)? PoolUsage(string array, string pool)
    {
        lock (changing)
        {
            return pools.TryGetValue($"{array}/{pool}", out PoolSpace? space) ? (space.UsedBytes, space.Size) : null;
        }
    }

    /// <summary>The space of a LUN of a pool; null when the lab has no such pool.</summary>
    internal LunSpace? SpaceOf(LabTopology lab, LunTopology lun)
    {
        ArrayTopology? array = lab.Arrays.FirstOrDefault(each => lun.Name.StartsWith(
            each.Name + "/", StringComparison.Ordinal));
        if (array?.Pools.FirstOrDefault(each => each.Name == lun.Pool) is not { } found)
        {
            return null;
        }

        lock (changing)
        {
            string key = $"{array.Name}/{found.Name}";
            if (!pools.TryGetValue(key, out PoolSpace? pool))
            {
                pool = new PoolSpace(found.Size, found.Unit);
                pools.Add(key, pool);
            }

            if (!spaces.TryGetValue(lun.Name, out LunSpace? space))
            {
                space = new LunSpace(lun.Size, pool);
                spaces.Add(lun.Name, space);
            }

            return space;
        }
    }

    /// <summary>Moves a LUN to another controller, as the array's administrator does.</summary>
    internal void Trespass(string lun, int portGroup)
    {
        lock (changing)
        {
            if (states.TryGetValue(lun, out LunState? state) && state.IsActivePassive)
            {
                state.MoveTo(portGroup);
            }
        }
    }

    /// <summary>
    /// The array loses its power for a moment: reservations that were not registered to persist are gone.
    /// </summary>
    /// <param name="array">Lab name of the array.</param>
    public void LosePower(string array)
    {
        foreach (LunState state in States.Where(state => state.Name.StartsWith(array + "/", StringComparison.Ordinal)))
        {
            state.Reservations.LosePower();
        }
    }

    internal LunState StateOf(ArrayTopology array, LunTopology lun)
    {
        LunState? state;
        lock (changing)
        {
            if (states.TryGetValue(lun.Name, out state))
            {
                return state;
            }

            state = new LunState(
                lun.Name, lun.IsThin, EmulatedLun.AccessOf(array), EmulatedLun.OwnerOf(array, lun));
            states.Add(lun.Name, state);
        }

        Faults.ShowOn(state);
        return state;
    }

    internal IReadOnlyList<LunState> States
    {
        get
        {
            lock (changing)
            {
                return [.. states.Values];
            }
        }
    }
}
