namespace VolMgr.Fuzz;

/// <summary>An input that broke its target.</summary>
internal sealed record Finding(string Target, string Origin, byte[] Input, Exception Exception)
{
    public override string ToString() =>
        $"{Target}: {Origin}, {Input.Length} bytes: {Convert.ToHexString(Input)}{Environment.NewLine}{Exception}";
}

/// <summary>Runs targets over inputs until one breaks.</summary>
internal static class FuzzRun
{
    /// <summary>Every input of the corpus; null: nothing broke.</summary>
    public static Finding? Replay(IFuzzTarget target)
    {
        foreach ((string name, byte[] bytes) in Corpus.Read(target.Name))
        {
            if (Try(target, $"corpus/{target.Name}/{name}.hex", bytes) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>New inputs for as long as their number is agreed to; null: nothing broke.</summary>
    public static Finding? Mutate(IFuzzTarget target, int seed, Func<long, bool> goOn)
    {
        Mutator mutator = new(seed, [.. Corpus.Read(target.Name).Select(input => input.Bytes)]);
        for (long run = 0; goOn(run); run++)
        {
            if (Try(target, $"seed {seed} run {run}", mutator.Next()) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    private static Finding? Try(IFuzzTarget target, string origin, byte[] input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (Exception exception)
        {
            return new Finding(target.Name, origin, input, exception);
        }
    }
}
