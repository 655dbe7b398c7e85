using VolMgr.Fuzz.Coverage;

namespace VolMgr.Fuzz;

/// <summary>An input that broke its target.</summary>
internal sealed record Finding(string Target, string Origin, byte[] Input, Exception Exception)
{
    /// <summary>What went wrong and where, without what differs from input to input.</summary>
    public string Kind
    {
        get
        {
            Exception inner = Exception is AggregateException { InnerException: { } first } ? first : Exception;
            string? place = inner.StackTrace?.Split('\n').FirstOrDefault(
                line => line.Contains("VolMgr", StringComparison.Ordinal));
            return $"{inner.GetType().Name} {place?.Trim()}";
        }
    }

    public override string ToString() => $"{Target}: {Origin}, {Input.Length} bytes{Environment.NewLine}{Exception}";
}

/// <summary>
/// Runs a target over inputs until one breaks it. With instrumented libraries an input that reaches code which no other
/// one has reached joins the pool that further inputs are made from.
/// </summary>
internal sealed class FuzzRun
{
    private readonly IFuzzTarget target;
    private readonly int seed;
    private readonly List<byte[]> pool;
    private readonly Mutator mutator;

    public FuzzRun(IFuzzTarget target, int seed)
    {
        this.target = target;
        this.seed = seed;
        pool = [.. Corpus.Read(target).Select(input => input.Bytes)];
        mutator = new Mutator(target, seed, pool);
    }

    /// <summary>Inputs from which further ones are made.</summary>
    public int PoolSize => pool.Count;

    /// <summary>Every input of the corpus; null: nothing broke.</summary>
    public static Finding? Replay(IFuzzTarget target) => Corpus.Read(target)
        .Select(input => RunLimits.Try(target, $"corpus/{target.Name}/{input.Name}", input.Bytes))
        .FirstOrDefault(finding => finding is not null);

    /// <summary>New inputs for as long as their number is agreed to; null: nothing broke.</summary>
    public Finding? Attack(Func<long, bool> goOn)
    {
        int reached = CoverageMap.Count();
        for (long run = 0; goOn(run); run++)
        {
            byte[] input = mutator.Next();
            if (RunLimits.Try(target, $"seed {seed} run {run}", input) is { } finding)
            {
                return finding;
            }

            int now = CoverageMap.Count();
            if (now > reached)
            {
                reached = now;
                pool.Add(input);
            }
        }

        return null;
    }
}
