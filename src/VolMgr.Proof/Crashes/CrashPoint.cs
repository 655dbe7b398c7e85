using VolMgr.Arrays;

namespace VolMgr.Proof.Crashes;

/// <summary>A place where the power may go: what the disks were told so far, and what applications know.</summary>
/// <param name="Number">Counted from 1 in its workload.</param>
/// <param name="Writes">What the disks were told since the workload's base, in order.</param>
/// <param name="Events">How many events the history has.</param>
/// <param name="Judged">Those of them that say what may be found after a crash.</param>
/// <param name="Model">What applications may read.</param>
/// <param name="AskedLength">The length that a change under way wants, or 0.</param>
/// <param name="Files">The host's files.</param>
internal sealed record CrashPoint(
    int Number,
    IReadOnlyList<(LoggedWrite Write, bool IsDurable)> Writes,
    int Events,
    CrashIdentity Judged,
    VolumeModel Model,
    long AskedLength, MemoryHostFiles Files)
{
    private const int AllSubsetsUpTo = 8;

    /// <summary>What a loss of power may take, in order.</summary>
    public IReadOnlyList<LoggedWrite> Unflushed { get; } =
        [.. Writes.Where(entry => !entry.IsDurable).Select(entry => entry.Write)];

    /// <summary>How many ways there are to lose some of it.</summary>
    public int Subsets => (Unflushed.Count <= AllSubsetsUpTo ? 1 << Unflushed.Count : (2 * Unflushed.Count) + 1)
        + Unflushed.Count;

    /// <summary>
    /// What survives in one of these ways: up to eight writes in every subset; of more every prefix, and all but each
    /// one. Last, for any number, each one torn: those before it survive, and its first half. Null for a way that is
    /// another one already, since one sector cannot be torn.
    /// </summary>
    public IReadOnlyList<(LoggedWrite Write, bool IsHalf)>? Survivors(int subset)
    {
        int count = Unflushed.Count;
        int torn = subset - (Subsets - count);
        if (torn >= 0)
        {
            return Unflushed[torn].HasHalves ? Chosen(index => index < torn, torn) : null;
        }

        return count <= AllSubsetsUpTo ? Chosen(index => (subset & (1 << index)) != 0)
            : subset <= count ? Chosen(index => index < subset)
            : Chosen(index => index != subset - count - 1);
    }

    private List<(LoggedWrite Write, bool IsHalf)> Chosen(Func<int, bool> isChosen, int torn = -1)
    {
        List<(LoggedWrite Write, bool IsHalf)> chosen = [];
        int index = -1;
        foreach ((LoggedWrite write, bool isDurable) in Writes)
        {
            index += isDurable ? 0 : 1;
            if (isDurable || isChosen(index) || index == torn)
            {
                chosen.Add((write, !isDurable && index == torn));
            }
        }

        return chosen;
    }
}
