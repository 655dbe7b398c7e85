using System.Text;
using VolMgr.Arrays.Multipath;
using VolMgr.Arrays.Scsi;

namespace VolMgr.Arrays.Faults;

/// <summary>
/// The faults at work in a lab, shared by its hosts. A change shows at once: paths break, LUNs answer differently; what
/// a scan discovers changes with the next scan, except that a LUN which is not presented any more stops answering.
/// Thread-safe.
/// </summary>
public sealed class LabFaults
{
    private readonly LabArrays arrays;
    private readonly Lock changing = new();
    private readonly List<HostDevices> hosts = [];
    private readonly Dictionary<int, PathTrouble> troubles = [];
    private readonly Dictionary<int, LunFault> lunFaults = [];
    private readonly List<LunFault> settling = [];
    private readonly Dictionary<int, int> kills = [];
    private volatile IReadOnlyList<LabFault> active = [];
    private volatile bool isWatchingEngine;
    private int lastId;

    internal LabFaults(LabArrays arrays) => this.arrays = arrays;

    /// <summary>The faults at work, in the order of injection.</summary>
    public IReadOnlyList<LabFault> Active => active;

    /// <summary>Told after each change of <see cref="Active"/>, and before a fault takes a host down.</summary>
    public Action? OnChange { get; set; }

    /// <summary>
    /// Takes a host down at once: when it returns, nothing of the host reaches a LUN any more. Null where nobody runs
    /// hosts.
    /// </summary>
    public Action<string>? OnHostCrash { get; set; }

    /// <summary>Whether a host is to die at a point of the engine: those have to be told then.</summary>
    public bool IsWatchingEngine => isWatchingEngine;

    /// <summary>A host is at a point of <see cref="EnginePoints"/>; it may die there.</summary>
    public void Reached(string host, string point)
    {
        lock (changing)
        {
            if (active.FirstOrDefault(fault => fault.Target == host && fault.Values.GetValueOrDefault("at") == point)
                is not { } fault || --kills[fault.Id] > 0)
            {
                return;
            }

            RemoveUnsynchronized(fault.Id);
        }

        // It has happened before the host dies: its next boot is not to die of it again.
        OnChange?.Invoke();
        OnHostCrash?.Invoke(host);
    }

    /// <summary>What the faults add to the wall clock of a host.</summary>
    public TimeSpan ClockStepOf(string host)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (LabFault fault in active)
        {
            if (fault.Definition.Name == "clock-step" && fault.Target == host)
            {
                sum += TimeText.Parse(fault.Values["by"]) ?? TimeSpan.Zero;
            }
        }

        return sum;
    }

    /// <summary>
    /// Puts a fault to work: its name, its target, options as `name=value`. The fault, or why not in one sentence.
    /// </summary>
    public (LabFault? Fault, string? Refusal) Inject(LabTopology lab, string name, string target, params
        IReadOnlyList<string> options)
    {
        (LabFault? fault, string? refusal) = FaultReading.Read(lab, name, target, options);
        if (fault is null)
        {
            return (null, refusal);
        }

        lock (changing)
        {
            fault = fault with { Id = ++lastId };
            if (!fault.Definition.IsMomentary)
            {
                AddUnsynchronized(fault);
            }
        }

        Show();
        OnChange?.Invoke();
        Strike(lab, fault);
        return (fault, null);
    }

    /// <summary>Ends the fault of that number; false when there is none.</summary>
    public bool Clear(int id)
    {
        lock (changing)
        {
            if (active.All(fault => fault.Id != id))
            {
                return false;
            }

            RemoveUnsynchronized(id);
        }

        Show();
        OnChange?.Invoke();
        return true;
    }

    /// <summary>Ends all faults; says how many there were.</summary>
    public int ClearAll()
    {
        int count;
        lock (changing)
        {
            count = active.Count;
            foreach (LabFault fault in active)
            {
                RemoveUnsynchronized(fault.Id);
            }
        }

        Show();
        OnChange?.Invoke();
        return count;
    }

    /// <summary>
    /// The faults as text, a line each, as <see cref="FaultScenario.Read"/> reads it.
    /// </summary>
    public string ToText()
    {
        StringBuilder text = new();
        foreach (LabFault fault in active)
        {
            text.Append(fault).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Why a fault cannot be injected; null when it can. Without options only name and target count.</summary>
    internal static string? Check(LabTopology lab, string name, string target, IReadOnlyList<string>? options) =>
        options is not null ? FaultReading.Read(lab, name, target, options).Refusal
        : FaultCatalogue.Find(name) is { } definition ? FaultTargets.Check(lab, definition.Place, target)
        : $"{name}: there is no such fault";

    /// <summary>
    /// Why a fault makes no sense as things are now, though it may later: null when it does.
    /// </summary>
    internal string? CheckNow(LabTopology lab, string name, string target, IReadOnlyList<string> options)
    {
        (LabFault? fault, string? refusal) = FaultReading.Read(lab, name, target, options);
        if (fault is null)
        {
            return refusal;
        }

        if (fault.Definition.Place == FaultPlace.Path)
        {
            string[] parts = target.Split(':');
            HostDevices? host;
            lock (changing)
            {
                host = hosts.Find(each => each.HostName == parts[0]);
            }

            return host is null || host.OsDevices.Contains(parts[1])
                ? null
                : $"{target}: the host has no such path; 'vxdmpadm getsubpaths' shows them";
        }

        if (name != "lun-renumbered")
        {
            return null;
        }

        int number = int.Parse(fault.Values["to"]);
        LunTopology? other = TopologyFaults.Apply(lab, active).Luns.FirstOrDefault(lun =>
            lun.Number == number && lun.Name != target && lun.Name.Split('/')[0] == target.Split('/')[0]);
        return other is null ? null : $"to={number}: {other.Name} has that number";
    }

    internal void Join(HostDevices host)
    {
        lock (changing)
        {
            hosts.Add(host);
        }
    }

    internal void Leave(HostDevices host)
    {
        lock (changing)
        {
            hosts.Remove(host);
        }
    }

    /// <summary>What is wrong with a path of a host.</summary>
    internal IReadOnlyList<PathTrouble> TroublesOf(string host, DevicePath path)
    {
        IReadOnlyList<LabFault> now = active;
        if (now.Count == 0)
        {
            return [];
        }

        lock (changing)
        {
            return [.. now.Where(fault => PathFaults.Meets(fault, host, path))
                .Select(fault => troubles.GetValueOrDefault(fault.Id)).OfType<PathTrouble>()];
        }
    }

    /// <summary>Puts on a LUN what is on it now.</summary>
    internal void ShowOn(LunState state)
    {
        state.Faults = Of(state);
        state.SetForeignReservation(active.Any(
            fault => fault.Definition.Name == "reservation-conflict" && fault.Target == state.Name));
    }

    /// <summary>What is on a LUN: its own faults, and a full pool of its array.</summary>
    private LunFault[] Of(LunState state)
    {
        lock (changing)
        {
            return [.. active
                .Where(fault => fault.Target == state.Name
                    || (state.IsThin && fault.Target == state.Name.Split('/')[0]))
                .Select(fault => lunFaults.GetValueOrDefault(fault.Id)).OfType<LunFault>()
                .Concat(settling.Where(fault => fault.Target == state.Name))];
        }
    }

    /// <summary>What caches of LUNs that lie about flushes hold back is gone.</summary>
    internal void LosePower(string array)
    {
        LunFault[] held;
        lock (changing)
        {
            held = [.. lunFaults.Values.Concat(settling).Where(fault => fault.Cache is not null
                && fault.Target.StartsWith(array + "/", StringComparison.Ordinal))];
        }

        Array.ForEach(held, fault => fault.Cache?.LosePower());
    }

    private void AddUnsynchronized(LabFault fault)
    {
        if (PathFaults.TroubleOf(fault) is { } trouble)
        {
            troubles[fault.Id] = trouble;
        }

        if (LunFault.Of(fault) is { } onLun)
        {
            lunFaults[fault.Id] = onLun;
        }

        if (fault.Definition.Name == "daemon-kill")
        {
            kills[fault.Id] = int.Parse(fault.Values["count"]);
            isWatchingEngine = true;
        }

        active = [.. active, fault];
    }

    private void RemoveUnsynchronized(int id)
    {
        active = [.. active.Where(fault => fault.Id != id)];
        troubles.Remove(id);
        if (lunFaults.Remove(id, out LunFault? onLun) && onLun.Cache is not null)
        {
            onLun.End();
            settling.Add(onLun);
        }

        settling.RemoveAll(fault => fault.Cache is not { HasDebt: true });
        kills.Remove(id);
        isWatchingEngine = kills.Count > 0;
    }

    /// <summary>What happens once, at injection.</summary>
    private void Strike(LabTopology lab, LabFault fault)
    {
        switch (fault.Definition.Name)
        {
            case "array-power-loss":
                arrays.LosePower(fault.Target);
                break;
            case "trespass":
                arrays.Trespass(fault.Target, int.Parse(fault.Values["to"]));
                break;
            case "host-crash":
                OnHostCrash?.Invoke(fault.Target);
                break;
            case "power-failure":
                foreach (ArrayTopology array in lab.Arrays)
                {
                    arrays.LosePower(array.Name);
                }

                foreach (HostTopology host in lab.Hosts)
                {
                    OnHostCrash?.Invoke(host.Name);
                }

                break;
            default:
                break;
        }
    }

    private void Show()
    {
        foreach (LunState state in arrays.States)
        {
            ShowOn(state);
        }

        HostDevices[] all;
        lock (changing)
        {
            all = [.. hosts];
        }

        foreach (HostDevices host in all)
        {
            host.ShowFaults();
        }
    }
}
