using System.Text;

namespace VolMgr.Simulation;

/// <summary>One activity waits for what another one holds.</summary>
/// <param name="Waiter">Who waits.</param>
/// <param name="Holder">For whom.</param>
/// <param name="Resource">What the holder has to give up.</param>
public readonly record struct WaitEdge(string Waiter, string Holder, string Resource)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Waiter} waits for {Resource} of {Holder}";
}

/// <summary>Who waits for whom at one moment. A circle in it is a deadlock, whatever else can still run.</summary>
public sealed class WaitForGraph
{
    private readonly List<WaitEdge> _edges = [];
    private readonly SortedDictionary<string, List<WaitEdge>> _byWaiter = new(StringComparer.Ordinal);

    /// <summary>Everything that waits, in the order in which it was added.</summary>
    public IReadOnlyList<WaitEdge> Edges => _edges;

    /// <summary>Says that one activity waits for another.</summary>
    public void Add(string waiter, string holder, string resource)
    {
        var edge = new WaitEdge(waiter, holder, resource);
        _edges.Add(edge);
        if (!_byWaiter.TryGetValue(waiter, out List<WaitEdge>? waits))
        {
            _byWaiter.Add(waiter, waits = []);
        }

        waits.Add(edge);
    }

    /// <summary>A circle of waits, from one activity round to itself; empty when there is none.</summary>
    public IReadOnlyList<WaitEdge> FindCycle()
    {
        HashSet<string> finished = new(StringComparer.Ordinal);
        foreach (string start in _byWaiter.Keys)
        {
            List<WaitEdge> path = [];
            if (Search(start, path, finished))
            {
                string closing = path[^1].Holder;
                return [.. path.SkipWhile(edge => edge.Waiter != closing)];
            }
        }

        return [];
    }

    /// <summary>One line an edge.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (WaitEdge edge in _edges)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append(edge);
        }

        return text.ToString();
    }

    /// <summary>Goes deeper until the path comes back to itself; activities bound the depth.</summary>
    private bool Search(string activity, List<WaitEdge> path, HashSet<string> finished)
    {
        if (finished.Contains(activity) || !_byWaiter.TryGetValue(activity, out List<WaitEdge>? waits))
        {
            return false;
        }

        foreach (WaitEdge edge in waits)
        {
            path.Add(edge);
            if (path.Exists(earlier => earlier.Waiter == edge.Holder) || Search(edge.Holder, path, finished))
            {
                return true;
            }

            path.RemoveAt(path.Count - 1);
        }

        finished.Add(activity);
        return false;
    }
}
