using System.Runtime.ExceptionServices;
using VolMgr.Blocks;

namespace VolMgr.Simulation;

/// <summary>
/// Runs a program in a closed world that follows from one seed: one thread, one scheduler that picks the next
/// continuation at random, one clock that moves only when nothing can run. The same seed and program give the same run.
/// </summary>
/// <remarks>
/// Whatever the program awaits has to come from this world: <see cref="Engine"/>, <see cref="SimulatedDisk"/>,
/// channels, task completion sources. An await that leaves it is reported as <see cref="SimulationLeakException"/> at
/// best and as a deadlock at worst, for its continuation runs on another thread.
/// </remarks>
public sealed class Simulator
{
    private readonly int _seed;
    private readonly SeededTaskScheduler _scheduler;
    private readonly VirtualTime _time;
    private readonly RunDigest _digest = new();
    private readonly ActivityWatch _watch = new();
    private int _derivedSeeds;

    /// <summary>A world for one run.</summary>
    public Simulator(int seed, SchedulingStrategy strategy = SchedulingStrategy.Uniform)
    {
        _seed = seed;
        _scheduler = new SeededTaskScheduler(NewSeed(), strategy, _digest.Add);
        _time = new VirtualTime(_scheduler);
        Random = new Random(NewSeed());
        Engine = new EngineServices(_scheduler, _scheduler, _time, new SeededIdentities(NewSeed()));
    }

    /// <summary>What the engine under test is given.</summary>
    public EngineServices Engine { get; }

    /// <summary>The virtual clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>Virtual time since the start of the world.</summary>
    public TimeSpan Elapsed => _time.Elapsed;

    /// <summary>For the choices of the program under test; the scheduler draws from another source.</summary>
    public Random Random { get; }

    /// <summary>Continuations that the scheduler has run.</summary>
    public long Steps => _scheduler.Steps;

    /// <summary>Steps that all runs together may take.</summary>
    public long StepLimit { get; init; } = long.MaxValue;

    /// <summary>How long a watched activity may stay open in virtual time; without limit unless set.</summary>
    public TimeSpan StarvationLimit { get; init; } = TimeSpan.MaxValue;

    /// <summary>Who waits for whom now, as the program under test knows it. Asked when the run stands still, and after
    /// every so many steps where <see cref="WaitCheckInterval"/> says so.</summary>
    public Func<WaitForGraph>? Waits { get; set; }

    /// <summary>Steps between two looks for a circle in <see cref="Waits"/>; zero: only when the run stands still.
    /// </summary>
    public int WaitCheckInterval { get; init; }

    /// <summary>What tells this run from any other.</summary>
    public RunFingerprint Fingerprint => new(Steps, Elapsed, _digest.Value);

    /// <summary>Runs a program twice, each time in a world of its own, and compares everything that happened.</summary>
    /// <exception cref="SimulationDivergenceException">The second run was another one.</exception>
    public static RunFingerprint RunTwice(Func<Simulator> world, Func<Simulator, Task> program)
    {
        Simulator first = world();
        first.Run(() => program(first));
        Simulator second = world();
        second.Run(() => program(second));
        return first.Fingerprint == second.Fingerprint
            ? first.Fingerprint
            : throw new SimulationDivergenceException(first._seed, first.Fingerprint, second.Fingerprint);
    }

    /// <summary>Names an activity of the program, so that a run that stands still can tell who waits.</summary>
    public void Watch(string name, Task activity) => _watch.Add(name, activity, Elapsed);

    /// <summary>Forgets all activities: whoever ran them is dead.</summary>
    public void ForgetActivities() => _watch.Clear();

    /// <summary>Takes a line of the program's log into the fingerprint.</summary>
    public void Note(string line) => _digest.Add(line);

    /// <summary>Takes an operation and its bytes into the fingerprint.</summary>
    public void Note(long operation, ReadOnlySpan<byte> bytes)
    {
        _digest.Add(operation);
        _digest.Add(bytes);
    }

    /// <summary>A seed that follows from the simulator's, another one at each call.</summary>
    public int NewSeed()
    {
        // Hashed, not drawn: Random gives neighbouring seeds related sequences, and runs are numbered 1, 2, 3.
        ulong hash = unchecked((((ulong)(uint)_seed << 32) | (uint)++_derivedSeeds) * 0x9E3779B97F4A7C15);
        hash = unchecked((hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9);
        hash = unchecked((hash ^ (hash >> 27)) * 0x94D049BB133111EB);
        return (int)((hash ^ (hash >> 31)) >> 33);
    }

    /// <summary>
    /// Steps until the task of <paramref name="main"/> is complete and throws what it threw. Other work stays as it is
    /// and goes on in the next run.
    /// </summary>
    /// <exception cref="SimulationDeadlockException">Nothing can run any more, and main is not complete.</exception>
    /// <exception cref="SimulationStepLimitException">More than <see cref="StepLimit"/> steps.</exception>
    /// <exception cref="SimulationLeakException">Work came from another thread.</exception>
    public void Run(Func<Task> main)
    {
        Invariant.Holds(_scheduler.OwnerThread == 0);
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        _scheduler.OwnerThread = Environment.CurrentManagedThreadId;
        try
        {
            Task task = Engine.StartAsync(main);
            while (!task.IsCompleted)
            {
                Step();
            }

            if (task.Exception is AggregateException failure)
            {
                ExceptionDispatchInfo.Throw(failure.InnerExceptions[0]);
            }

            if (task.IsCanceled)
            {
                throw new OperationCanceledException($"The simulated program with seed {_seed} was cancelled");
            }
        }
        finally
        {
            _scheduler.OwnerThread = 0;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>As <see cref="Run(Func{Task})"/>, with a result.</summary>
    public T Run<T>(Func<Task<T>> main)
    {
        T? result = default;
        Run(async () => { result = await main(); });
        return result!;
    }

    private void Step()
    {
        if (_scheduler.HasLeaked)
        {
            throw new SimulationLeakException(_seed, Steps);
        }

        if (Steps >= StepLimit)
        {
            throw new SimulationStepLimitException(_seed, Steps, Elapsed);
        }

        if (!_scheduler.RunOne() && !AdvanceTime())
        {
            throw new SimulationDeadlockException(_seed, Steps, Elapsed, Waiting([]));
        }

        if (WaitCheckInterval > 0 && Steps % WaitCheckInterval == 0
            && Waits?.Invoke().FindCycle() is { Count: > 0 } cycle)
        {
            throw new SimulationDeadlockException(_seed, Steps, Elapsed, Waiting(cycle));
        }
    }

    private bool AdvanceTime()
    {
        if (!_time.Advance())
        {
            return false;
        }

        _digest.Add(Elapsed.Ticks);
        if (StarvationLimit != TimeSpan.MaxValue && _watch.OldestAge(Elapsed) > StarvationLimit)
        {
            throw new SimulationStarvationException(_seed, Steps, Elapsed, Waiting([]));
        }

        return true;
    }

    /// <summary>Who waits: the circle first, else everything that waits, then the activities that are open.</summary>
    private string Waiting(IReadOnlyList<WaitEdge> cycle)
    {
        WaitForGraph? graph = cycle.Count == 0 ? Waits?.Invoke() : null;
        IReadOnlyList<WaitEdge> found = graph?.FindCycle() ?? cycle;
        IEnumerable<string> edges = found.Count > 0
            ? ["a circle of waits:", .. found.Select(edge => $"  {edge}")]
            : graph?.Edges.Select(edge => $"  {edge}") ?? [];
        IReadOnlyList<string> open = _watch.Describe(Elapsed);
        return string.Join(
            '\n',
            [.. edges, .. open.Count == 0 ? [] : (string[])["not done:"], .. open.Select(name => $"  {name}")]);
    }
}
