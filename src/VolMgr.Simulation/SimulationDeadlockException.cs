namespace VolMgr.Simulation;

/// <summary>
/// Nothing can run, no timer is pending, and the simulated program is not done: somebody waits for ever.
/// </summary>
public sealed class SimulationDeadlockException(int seed, long steps, TimeSpan elapsed)
    : Exception($"Deadlock in the simulation with seed {seed} after {steps} steps at virtual time {elapsed}");

/// <summary>The simulated program took more steps than it may: most likely it spins.</summary>
public sealed class SimulationStepLimitException(int seed, long steps, TimeSpan elapsed)
    : Exception($"Step limit reached in the simulation with seed {seed} after {steps} steps at virtual time {elapsed}");

/// <summary>
/// Work of the simulation was started from another thread: an await has left the simulated scheduler.
/// </summary>
public sealed class SimulationLeakException(int seed, long steps)
    : Exception($"Work came from a foreign thread in the simulation with seed {seed} after {steps} steps");
