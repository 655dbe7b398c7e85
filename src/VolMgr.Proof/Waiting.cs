using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof;

/// <summary>Who waits for whom inside a volume: ranges, and the gate.</summary>
internal static class Waiting
{
    private const string Change = "a change of the plexes";

    /// <summary>The waits of the lab's volumes now.</summary>
    public static WaitForGraph In(SimulatedLab lab)
    {
        var graph = new WaitForGraph();
        foreach (string volume in lab.Volumes)
        {
            // what one volume's requests are called must not be mistaken for another's
            Add(graph, lab.FindVolume(volume)?.Core, lab.Volumes.Count == 1 ? "" : volume + " ");
        }

        return graph;
    }

    private static void Add(WaitForGraph graph, VolumeCore? core, string volume)
    {
        if (core is null)
        {
            return;
        }

        foreach ((string waiter, string? holder) in core.Locks.Waits())
        {
            if (holder is not null)
            {
                graph.Add(volume + waiter, volume + holder, "its range");
            }
            else if (core.Gate.IsFrozen)
            {
                graph.Add(volume + Change, volume + waiter, "its place inside the gate");
            }
        }

        if (core.Gate.ParkedCount > 0)
        {
            graph.Add($"{volume}{core.Gate.ParkedCount} requests at the gate", volume + Change, "the closed gate");
        }
    }
}
