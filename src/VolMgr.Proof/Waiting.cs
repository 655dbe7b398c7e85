using VolMgr.Simulation;

namespace VolMgr.Proof;

/// <summary>Who waits for whom inside a volume: ranges, and the gate.</summary>
internal static class Waiting
{
    private const string Change = "a change of the plexes";

    /// <summary>The waits of the lab's volume now.</summary>
    public static WaitForGraph In(SimulatedLab lab)
    {
        var graph = new WaitForGraph();
        if (lab.Volume?.Core is not { } core)
        {
            return graph;
        }

        foreach ((string waiter, string? holder) in core.Locks.Waits())
        {
            if (holder is not null)
            {
                graph.Add(waiter, holder, "its range");
            }
            else if (core.Gate.IsFrozen)
            {
                graph.Add(Change, waiter, "its place inside the gate");
            }
        }

        if (core.Gate.ParkedCount > 0)
        {
            graph.Add($"{core.Gate.ParkedCount} requests at the gate", Change, "the closed gate");
        }

        return graph;
    }
}
