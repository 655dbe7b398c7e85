using VolMgr.Blocks;

namespace VolMgr.Arrays.Faults;

/// <summary>
/// The steps of scenarios that are still to come, carried out when they are due by the clock of the lab. Thread-safe.
/// </summary>
public sealed class FaultTimetable(LabFaults faults, EngineServices engine, Func<LabTopology> lab) : IDisposable
{
    private readonly Lock changing = new();
    private readonly List<FaultStep> planned = [];
    private CancellationTokenSource? waiting;

    /// <summary>What is still to come, in the order in which it is due.</summary>
    public IReadOnlyList<FaultStep> Planned
    {
        get
        {
            lock (changing)
            {
                return [.. planned];
            }
        }
    }

    /// <summary>Told of each step that was carried out, or why it was not.</summary>
    public Action<FaultStep, string?>? OnStep { get; set; }

    /// <summary>
    /// Takes a scenario over: what is due at once is carried out before this returns. Null when done; else the first
    /// line that is wrong, and nothing happens.
    /// </summary>
    public string? Begin(string text)
    {
        DateTimeOffset now = engine.Time.GetUtcNow();
        (IReadOnlyList<FaultStep> steps, string? refusal) = FaultScenario.Read(lab(), text, now);
        if (refusal is null && steps is [{ Words: [not FaultScenario.Clear, var target, ..] } only] && only.Due <= now)
        {
            refusal = faults.CheckNow(lab(), only.Words[0], target, [.. only.Words.Skip(2)]) is { } wrong
                ? $"line 1: {wrong}"
                : null;
        }

        if (refusal is null)
        {
            Take(steps);
        }

        return refusal;
    }

    /// <summary>
    /// Takes over what was kept while nobody ran the lab. A line that does not fit the lab any more is left out; says
    /// which.
    /// </summary>
    public IReadOnlyList<string> BeginKept(string text)
    {
        List<FaultStep> steps = [];
        List<string> problems = [];
        foreach (string line in text.Split('\n'))
        {
            (IReadOnlyList<FaultStep> read, string? refusal) = FaultScenario.Read(lab(), line, engine.Time.GetUtcNow());
            steps.AddRange(read);
            if (refusal is not null)
            {
                problems.Add($"'{line.Trim()}': {refusal["line 1: ".Length..]}");
            }
        }

        Take(steps);
        return problems;
    }

    /// <summary>Nothing is to come any more; says how much it was.</summary>
    public int Forget()
    {
        lock (changing)
        {
            int count = planned.Count;
            planned.Clear();
            waiting?.Cancel();
            return count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    private void Take(IReadOnlyList<FaultStep> steps)
    {
        lock (changing)
        {
            planned.AddRange(steps);
            // Stable: steps of one moment happen in the order of their lines.
            FaultStep[] inOrder = [.. planned.OrderBy(step => step.Due)];
            planned.Clear();
            planned.AddRange(inOrder);
        }

        CarryOut();
        Wait();
    }

    private void CarryOut()
    {
        while (TakeDue() is { } step)
        {
            string? refusal = FaultScenario.Apply(faults, lab(), step);
            OnStep?.Invoke(step, refusal);
        }
    }

    /// <summary>The next step that is due; taken off before it is done, since it may end this process.</summary>
    private FaultStep? TakeDue()
    {
        lock (changing)
        {
            if (planned is not [var first, ..] || first.Due > engine.Time.GetUtcNow())
            {
                return null;
            }

            planned.RemoveAt(0);
            return first;
        }
    }

    private void Wait()
    {
        CancellationTokenSource source;
        lock (changing)
        {
            waiting?.Cancel();
            if (planned.Count == 0)
            {
                return;
            }

            waiting = source = new CancellationTokenSource();
        }

        _ = engine.StartAsync(() => RunAsync(source.Token));
    }

    private async Task RunAsync(CancellationToken token)
    {
        try
        {
            while (Planned is [var next, ..])
            {
                await engine.DelayAsync(next.Due - engine.Time.GetUtcNow(), token);
                CarryOut();
            }
        }
        catch (OperationCanceledException)
        {
            // another scenario came, or none is to come
        }
    }
}
