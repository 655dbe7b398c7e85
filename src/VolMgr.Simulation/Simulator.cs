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
    private int _derivedSeeds;

    /// <summary>A world for one run.</summary>
    public Simulator(int seed)
    {
        _seed = seed;
        _scheduler = new SeededTaskScheduler(NewSeed());
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

        if (!_scheduler.RunOne() && !_time.Advance())
        {
            throw new SimulationDeadlockException(_seed, Steps, Elapsed);
        }
    }
}
