namespace VolMgr.Arrays.Multipath;

/// <summary>
/// The policies as two pure steps: which of the enabled paths carry I/O, and which of those an I/O takes. The second
/// runs for each I/O: it allocates nothing and takes no lock.
/// </summary>
internal static class PathChoice
{
    /// <summary>Every so many I/Os an adaptive policy asks the other paths how fast they are by now.</summary>
    private const uint SamplingPeriod = 64;

    /// <summary>The paths that carry I/O.</summary>
    /// <param name="paths">All paths, in their order.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="before">Those that carried it so far: a single active path stays.</param>
    public static DevicePath[] InUse(
        IReadOnlyList<DevicePath> paths, IoPolicy policy, IReadOnlyCollection<DevicePath> before)
    {
        DevicePath[] enabled = [.. paths.Where(path => path.State == PathState.Enabled)];
        DevicePath[] active = [.. enabled.Where(path => !path.IsStandby)];
        DevicePath[] candidates = active.Length > 0 ? active : enabled;
        DevicePath[] best = [.. candidates.Where(path => path.IsOfBestKind)];
        DevicePath[] chosen = best.Length > 0 ? best : candidates;
        if (chosen.Length == 0)
        {
            return chosen;
        }

        return policy switch
        {
            IoPolicy.SingleActive => [chosen.FirstOrDefault(before.Contains) ?? Highest(chosen)[0]],
            IoPolicy.Priority => Highest(chosen),
            IoPolicy.MinimumQueue or IoPolicy.RoundRobin or IoPolicy.Balanced or IoPolicy.Adaptive
                or IoPolicy.AdaptiveMinimumQueue => chosen,
        };
    }

    /// <summary>The path of one I/O.</summary>
    /// <param name="usable">Those that carry I/O; not empty.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="turn">A number that grows with each I/O.</param>
    /// <param name="partition">Number of the LUN's partition that the I/O begins in.</param>
    public static DevicePath Pick(DevicePath[] usable, IoPolicy policy, uint turn, long partition) => policy switch
    {
        IoPolicy.RoundRobin or IoPolicy.Priority or IoPolicy.SingleActive => usable[turn % (uint)usable.Length],
        IoPolicy.Balanced => usable[partition % usable.Length],
        IoPolicy.MinimumQueue => Least(usable, turn, ByQueue),
        IoPolicy.Adaptive => turn % SamplingPeriod == 0
            ? usable[turn / SamplingPeriod % (uint)usable.Length]
            : Least(usable, turn, ByServiceTime),
        IoPolicy.AdaptiveMinimumQueue => turn % SamplingPeriod == 0
            ? usable[turn / SamplingPeriod % (uint)usable.Length]
            : Least(usable, turn, ByQueueTime),
    };

    private static readonly Func<DevicePath, long> ByQueue = static path => path.InFlight;

    private static readonly Func<DevicePath, long> ByServiceTime = static path => path.ServiceTicks;

    private static readonly Func<DevicePath, long> ByQueueTime =
        static path => Math.BigMul(path.InFlight + 1, (int)Math.Min(path.ServiceTicks + 1, int.MaxValue));

    /// <summary>
    /// The path of least weight; the search begins at another one each time, so that equals take turns.
    /// </summary>
    private static DevicePath Least(DevicePath[] usable, uint turn, Func<DevicePath, long> weight)
    {
        DevicePath least = usable[turn % (uint)usable.Length];
        long leastWeight = weight(least);
        for (uint step = 1; step < usable.Length; step++)
        {
            DevicePath path = usable[(turn % (uint)usable.Length + step) % (uint)usable.Length];
            long own = weight(path);
            if (own < leastWeight)
            {
                (least, leastWeight) = (path, own);
            }
        }

        return least;
    }

    private static DevicePath[] Highest(DevicePath[] paths)
    {
        int highest = paths.Max(path => path.Priority);
        return [.. paths.Where(path => path.Priority == highest)];
    }
}
