namespace VolMgr.Simulation;

/// <summary>
/// Nothing can run, no timer is pending, and the simulated program is not done; or somebody waits in a circle.
/// </summary>
public sealed class SimulationDeadlockException(int seed, long steps, TimeSpan elapsed, string waiting = "")
    : Exception($"Deadlock in the simulation with seed {seed} after {steps} steps at virtual time {elapsed}"
        + (waiting.Length == 0 ? "" : $":\n{waiting}"));

/// <summary>A watched activity has not ended for longer than it may, although others run.</summary>
public sealed class SimulationStarvationException(int seed, long steps, TimeSpan elapsed, string waiting)
    : Exception($"Starvation in the simulation with seed {seed} after {steps} steps at virtual time {elapsed}:\n"
        + waiting);

/// <summary>Two runs of one seed were not the same run.</summary>
public sealed class SimulationDivergenceException(int seed, RunFingerprint first, RunFingerprint second)
    : Exception($"The runs of seed {seed} differ: {first} and {second}");

/// <summary>The simulated program took more steps than it may: most likely it spins.</summary>
public sealed class SimulationStepLimitException(int seed, long steps, TimeSpan elapsed)
    : Exception($"Step limit reached in the simulation with seed {seed} after {steps} steps at virtual time {elapsed}");

/// <summary>
/// Work of the simulation was started from another thread: an await has left the simulated scheduler.
/// </summary>
public sealed class SimulationLeakException(int seed, long steps)
    : Exception($"Work came from a foreign thread in the simulation with seed {seed} after {steps} steps");
