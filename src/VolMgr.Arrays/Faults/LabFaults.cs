using System.Text;
using VolMgr.Arrays.Multipath;
using VolMgr.Arrays.Scsi;
using VolMgr.Arrays.Topology;

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
    private volatile IReadOnlyList<LabFault> active = [];
    private int lastId;

    internal LabFaults(LabArrays arrays) => this.arrays = arrays;

    /// <summary>The faults at work, in the order of injection.</summary>
    public IReadOnlyList<LabFault> Active => active;

    /// <summary>
    /// Puts a fault to work: its name, its target, options as `name=value`. The fault, or why not in one sentence.
    /// </summary>
    public (LabFault? Fault, string? Refusal) Inject(LabTopology lab, string name, string target, params
        IReadOnlyList<string> options)
    {
        (LabFault? fault, string? refusal) = Read(lab, name, target, options);
        if (fault is not null)
        {
            lock (changing)
            {
                fault = fault with { Id = ++lastId };
                if (PathFaults.TroubleOf(fault) is { } trouble)
                {
                    troubles[fault.Id] = trouble;
                }

                if (LunFault.Of(fault) is { } onLun)
                {
                    lunFaults[fault.Id] = onLun;
                }

                active = [.. active, fault];
            }

            if (name == "array-power-loss")
            {
                arrays.LosePower(target);
            }

            if (name == "trespass")
            {
                arrays.Trespass(target, int.Parse(fault.Values["to"]));
            }

            Show();
        }

        return (fault, refusal);
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

            active = [.. active.Where(fault => fault.Id != id)];
            troubles.Remove(id);
            lunFaults.Remove(id);
        }

        Show();
        return true;
    }

    /// <summary>Ends all faults; says how many there were.</summary>
    public int ClearAll()
    {
        int count;
        lock (changing)
        {
            count = active.Count;
            active = [];
            troubles.Clear();
            lunFaults.Clear();
        }

        Show();
        return count;
    }

    /// <summary>
    /// The faults as text, a line each, as <see cref="Load"/> reads it: also the form of a scenario file.
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

    /// <summary>
    /// Injects every line of a text; blank lines and lines that begin with # are comments. All or none: the first line
    /// that is wrong is named.
    /// </summary>
    public string? Load(LabTopology lab, string text)
    {
        List<string[]> lines = [];
        string[] all = text.Split('\n');
        for (int index = 0; index < all.Length; index++)
        {
            string[] words = all[index].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            string? refusal = words.Length < 2 ? "expected a name and a target" : Read(
                lab, words[0], words[1], words[2..]).Refusal;
            if (refusal is not null)
            {
                return $"line {index + 1}: {refusal}";
            }

            lines.Add(words);
        }

        foreach (string[] words in lines)
        {
            Inject(lab, words[0], words[1], words[2..]);
        }

        return null;
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
                .Select(fault => lunFaults.GetValueOrDefault(fault.Id)).OfType<LunFault>()];
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

    private static (LabFault? Fault, string? Refusal) Read(
        LabTopology lab, string name, string target, IReadOnlyList<string> options)
    {
        if (FaultCatalogue.Find(name) is not { } definition)
        {
            return (null, $"{name}: there is no such fault");
        }

        if (FaultTargets.Check(lab, definition.Place, target) is { } wrong)
        {
            return (null, wrong);
        }

        Dictionary<string, string> values = new(definition.Options, StringComparer.Ordinal);
        foreach (string option in options)
        {
            string[] parts = option.Split('=', 2);
            if (parts.Length != 2 || !values.ContainsKey(parts[0]))
            {
                string known = values.Count == 0 ? "it takes none" : $"it takes {string.Join("=, ", values.Keys)}=";
                return (null, $"{option}: {name} has no such option; {known}");
            }

            values[parts[0]] = parts[1];
        }

        string? refusal = values.Select(option => CheckValue(lab, definition, target, option.Key, option.Value))
            .FirstOrDefault(each => each is not null);
        return refusal is null ? (new LabFault(0, definition, target, values), null) : (null, refusal);
    }

    private static string? CheckValue(
        LabTopology lab, FaultDefinition definition, string target, string option, string value) => option switch
        {
            "ms" or "count" => int.TryParse(value, out int number) && number > 0
                ? null : $"{option}={value}: expected a number above zero",
            "by" or "length" => SizeText.Parse(value) is { Size: > 0 } ? null : $"{option}={value}: expected a size",
            "offset" => value == "0" || SizeText.Parse(value) is { Size: > 0 }
                ? null : $"{option}={value}: expected an offset",
            "of" => lab.FindLun(value) is not null && value != target && (definition.Name != "duplicate-lun"
                    || value.Split('/')[0] == target.Split('/')[0])
                ? null : $"of={value}: expected the name of another LUN",
            "to" when definition.Name == "zone-wrong" => lab.Arrays.Any(array => array.Name == value)
                ? null : $"to={value}: expected an array of the lab",
            "to" when definition.Name is "trespass" or "lun-renumbered" => int.TryParse(value, out int port) && port > 0
                ? null : $"to={value}: expected a number above zero",
            _ => value.Length > 0 ? null : $"{option}=: expected a value",
        };
}
