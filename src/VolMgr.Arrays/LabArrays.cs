using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays;

/// <summary>
/// What the arrays of a lab know at run time, whichever host asks: which controller owns a LUN. One object for all
/// hosts of a lab; a host that is given none has arrays of its own. Thread-safe.
/// </summary>
public sealed class LabArrays
{
    private readonly Lock changing = new();
    private readonly Dictionary<string, LunState> states = new(StringComparer.Ordinal);

    /// <summary>How often a LUN moved to another controller.</summary>
    /// <param name="lun">Lab name of the LUN, such as emc0/01f4.</param>
    public long TrespassCount(string lun)
    {
        lock (changing)
        {
            return states.TryGetValue(lun, out LunState? state) ? state.TrespassCount : 0;
        }
    }

    internal LunState StateOf(ArrayTopology array, LunTopology lun)
    {
        lock (changing)
        {
            if (!states.TryGetValue(lun.Name, out LunState? state))
            {
                state = new LunState(EmulatedLun.AccessOf(array), EmulatedLun.OwnerOf(array, lun));
                states.Add(lun.Name, state);
            }

            return state;
        }
    }
}
