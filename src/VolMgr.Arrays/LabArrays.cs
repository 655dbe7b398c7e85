using VolMgr.Arrays.Faults;
using VolMgr.Arrays.Performance;
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

    private readonly Dictionary<string, List<string[]>> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PoolSpace> pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LunSpace> spaces = new(StringComparer.Ordinal);

    /// <summary>Arrays in order.</summary>
    public LabArrays() => Faults = new LabFaults(this);

    /// <summary>The faults at work.</summary>
    public LabFaults Faults { get; }

    /// <summary>Told after each change of a registration or reservation, before the command is answered.</summary>
    public Action? OnReservationChange { get; set; }

    /// <summary>
    /// Registrations and reservations of all LUNs as text, for <see cref="LoadReservations"/>: arrays keep them while
    /// nobody runs the lab.
    /// </summary>
    public string ReservationsToText()
    {
        string[][] waiting;
        lock (changing)
        {
            waiting = [.. kept.Values.SelectMany(lines => lines)];
        }

        return string.Concat(States.OrderBy(state => state.Name, StringComparer.Ordinal)
            .Select(state => state.Reservations.ToText(state.Name))
            .Concat(waiting.Select(words => string.Join(' ', words) + "\n")));
    }

    /// <summary>Takes over what <see cref="ReservationsToText"/> wrote, before any host is up.</summary>
    public void LoadReservations(string text)
    {
        lock (changing)
        {
            foreach (string line in text.Split('\n'))
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 2)
                {
                    kept[words[1]] = [.. kept.GetValueOrDefault(words[1]) ?? [], words];
                }
            }
        }
    }

    /// <summary>The performance models at work.</summary>
    public LabPerformance Performance { get; } = new();

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
    /// Bytes taken from a pool, by its thick LUNs from the start. What thin LUNs hold counts once it was looked at, by
    /// the first write since the lab is up or by <see cref="HostDevices.LearnPoolsAsync"/>. Null for no such pool.
    /// </summary>
    public long? PoolUsage(LabTopology lab, string array, string pool)
    {
        ArrayTopology? found = lab.Arrays.FirstOrDefault(each => each.Name == array);
        lock (changing)
        {
            return found is null ? null : PoolOfUnsynchronized(found, pool)?.UsedBytes;
        }
    }

    /// <summary>The space of a LUN of a pool; null when the lab has no such pool.</summary>
    internal LunSpace? SpaceOf(LabTopology lab, LunTopology lun)
    {
        ArrayTopology? array = lab.Arrays.FirstOrDefault(each => lun.Name.StartsWith(
            each.Name + "/", StringComparison.Ordinal));
        lock (changing)
        {
            if (array is null || PoolOfUnsynchronized(array, lun.Pool) is not { } pool)
            {
                return null;
            }

            if (!spaces.TryGetValue(lun.Name, out LunSpace? space))
            {
                space = new LunSpace(lun.Size, pool);
                spaces.Add(lun.Name, space);
            }

            return space;
        }
    }

    private PoolSpace? PoolOfUnsynchronized(ArrayTopology array, string name)
    {
        string key = $"{array.Name}/{name}";
        if (!pools.TryGetValue(key, out PoolSpace? pool) && array.Pools.FirstOrDefault(
            each => each.Name == name) is { } found)
        {
            pool = new PoolSpace(found, array.Luns.Where(lun => lun.Pool == name && !lun.IsThin));
            pools.Add(key, pool);
        }

        return pool;
    }

    /// <summary>Moves a LUN to another controller, as the array's administrator does.</summary>
    internal void Trespass(string lun, int portGroup)
    {
        lock (changing)
        {
            if (states.TryGetValue(lun, out LunState? state) && state.Owner != 0)
            {
                state.MoveTo(portGroup);
            }
        }
    }

    /// <summary>
    /// The array loses its power for a moment: reservations that were not registered to persist are gone, and so is
    /// what its LUNs only said to have flushed.
    /// </summary>
    /// <param name="array">Lab name of the array.</param>
    public void LosePower(string array)
    {
        foreach (LunState state in States.Where(state => state.Name.StartsWith(array + "/", StringComparison.Ordinal)))
        {
            state.Reservations.LosePower();
            state.Reservations.Tell();
        }

        Faults.LosePower(array);
    }

    /// <summary>The port group that owns a LUN, or is optimized for it, now; 0 where all are equal.</summary>
    internal int OwnerOf(ArrayTopology array, LunTopology lun)
    {
        lock (changing)
        {
            return states.TryGetValue(lun.Name, out LunState? state) ? state.Owner : EmulatedLun.OwnerOf(array, lun);
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
            if (kept.Remove(lun.Name, out List<string[]>? lines))
            {
                lines.ForEach(words => state.Reservations.TryLoad(words));
            }
        }

        state.Reservations.OnChange = () => OnReservationChange?.Invoke();

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
