namespace VolMgr.Simulation;

/// <summary>How a simulator picks the next continuation among those that can run.</summary>
public enum SchedulingStrategy
{
    /// <summary>Each with the same probability: good at orders that need many small changes.</summary>
    Uniform = 1,

    /// <summary>
    /// The one with the highest priority. Work draws its priority when it becomes runnable, mostly the one of the work
    /// that made it so, and at a few seeded steps the leader falls behind all others. One activity runs far ahead while
    /// another stands still: good at orders that need one long delay at one place, as probabilistic concurrency testing
    /// (PCT) has them.
    /// </summary>
    Priorities = 2,
}
