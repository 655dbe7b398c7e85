using VolMgr.Arrays.Faults;
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
