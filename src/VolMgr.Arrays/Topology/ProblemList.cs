namespace VolMgr.Arrays.Topology;

/// <summary>Collects problems; beyond a hundred only their number, so that garbage gives a readable answer.</summary>
internal sealed class ProblemList
{
    private const int MostShown = 100;

    private readonly List<TopologyProblem> problems = [];
    private int unshown;

    public bool IsEmpty => problems.Count == 0;

    public void Add(int line, string field, string message)
    {
        if (problems.Count < MostShown)
        {
            problems.Add(new TopologyProblem(line, field, message));
        }
        else
        {
            unshown++;
        }
    }

    public IReadOnlyList<TopologyProblem> InOrder()
    {
        List<TopologyProblem> sorted = [.. problems.OrderBy(problem => problem.Line)];
        if (unshown > 0)
        {
            sorted.Add(new TopologyProblem(
                sorted[^1].Line, "", $"there are {unshown} more problems; mend these first."));
        }

        return sorted;
    }
}
