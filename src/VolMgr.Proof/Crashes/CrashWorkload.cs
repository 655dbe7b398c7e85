namespace VolMgr.Proof.Crashes;

/// <summary>What a workload is made of.</summary>
internal enum CrashOperation
{
    /// <summary>A client writes across two regions.</summary>
    Write = 1,

    /// <summary>A detached plex is attached again, or one is added; its copy goes on to the moment before its switch.
    /// </summary>
    Attach = 2,

    /// <summary>The copy may come to its end, and its plex becomes readable.</summary>
    Switch = 3,

    /// <summary>The oldest plex is detached.</summary>
    Detach = 4,

    /// <summary>The volume grows.</summary>
    Grow = 5,

    /// <summary>The configuration is written for a change that touches no plex.</summary>
    Commit = 6,
}

/// <summary>
/// Up to three operations on a volume of two plexes, as one line of text: those joined by a plus go on beside one
/// another, a comma waits for the end of what is before it.
/// </summary>
/// <param name="IsMigration">Whether the second plex is being attached and is ready for its switch when the workload
/// begins; both are readable else.</param>
/// <param name="Groups">Operations that go on beside one another.</param>
internal sealed record CrashWorkload(bool IsMigration, IReadOnlyList<IReadOnlyList<CrashOperation>> Groups)
{
    private const string Migration = "migration";
    private const string Mirror = "mirror";

    /// <summary>How many operations it has.</summary>
    public int Length => Groups.Sum(group => group.Count);

    /// <summary>All workloads of one to so many operations, the short ones first.</summary>
    public static IEnumerable<CrashWorkload> All(int mostOperations) =>
        Enumerable.Range(1, mostOperations).SelectMany(length =>
            OfLength(length, isMigration: false).Concat(OfLength(length, isMigration: true)));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is not a workload.</exception>
    public static CrashWorkload Parse(string text)
    {
        string[] halves = text.Split(':', 2);
        if (halves.Length < 2 || halves[0] is not (Migration or Mirror))
        {
            throw new FormatException($"'{text}' is not a workload: it begins with neither {Mirror}: nor {Migration}:");
        }

        return new CrashWorkload(
            halves[0] == Migration,
            [.. halves[1].Split(',').Select(group => (IReadOnlyList<CrashOperation>)[.. group.Split('+').Select(
                word => Enum.TryParse(word.Trim(), out CrashOperation operation) ? operation
                    : throw new FormatException($"'{text}' is not a workload: there is no {word.Trim()}"))])]);
    }

    /// <inheritdoc/>
    public override string ToString() => (IsMigration ? Migration : Mirror) + ": "
        + string.Join(", ", Groups.Select(group => string.Join(" + ", group)));

    private static IEnumerable<CrashWorkload> OfLength(int length, bool isMigration)
    {
        CrashOperation[] alphabet = Enum.GetValues<CrashOperation>();
        int lists = (int)Math.Pow(alphabet.Length, length);
        for (int number = 0; number < lists; number++)
        {
            // one bit for each place between two operations: whether the second waits for the first
            for (int waits = 0; waits < 1 << (length - 1); waits++)
            {
                List<List<CrashOperation>> groups = [];
                for (int rest = number, index = 0; index < length; index++, rest /= alphabet.Length)
                {
                    if (index == 0 || (waits & (1 << (index - 1))) != 0)
                    {
                        groups.Add([]);
                    }

                    groups[^1].Add(alphabet[rest % alphabet.Length]);
                }

                yield return new CrashWorkload(isMigration, groups);
            }
        }
    }
}
