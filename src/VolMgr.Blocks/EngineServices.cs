namespace VolMgr.Blocks;

/// <summary>
/// The only ways in which code below the command line starts work, tells time, or invents an identity. Production
/// injects the thread pool and the system clock, the simulator one seeded single-threaded scheduler and a virtual
/// clock.
/// </summary>
/// <param name="Compute">Runs everything that does not block.</param>
/// <param name="Blocking">Runs system calls that may sleep, such as fdatasync.</param>
/// <param name="Time">The clock and the source of timers.</param>
/// <param name="Identities">Where unique identities come from.</param>
public sealed record EngineServices(
    TaskScheduler Compute, TaskScheduler Blocking, TimeProvider Time, IIdentitySource Identities)
{
    /// <summary>Threads that wait for sockets; null: sockets are waited for on the pool, or there are none.</summary>
    public ISocketLoops? Loops { get; init; }

    /// <summary>Runs what may take only what others leave of the processors, such as copies that applications must not
    /// feel.</summary>
    public TaskScheduler Background { get; init; } = Compute;

    /// <summary>Starts asynchronous work; its continuations stay on <see cref="Compute"/>.</summary>
    public Task StartAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Compute).Unwrap();

    /// <summary>Starts asynchronous work on the thread of a loop; its continuations stay there.</summary>
    public static Task StartAsync(Func<Task> work, ISocketLoop loop) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, loop.Scheduler)
            .Unwrap();

    /// <summary>Starts asynchronous work; its continuations stay on <see cref="Background"/>.</summary>
    public Task StartInBackgroundAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Background).Unwrap();

    /// <summary>Starts asynchronous work with a result; its continuations stay on <see cref="Background"/>.</summary>
    public Task<T> StartInBackgroundAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Background).Unwrap();

    /// <summary>Starts asynchronous work with a result; its continuations stay on <see cref="Compute"/>.</summary>
    public Task<T> StartAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Compute).Unwrap();

    /// <summary>Runs a call that may sleep in the kernel; the caller continues where it came from.</summary>
    public Task<T> RunBlockingAsync<T>(Func<T> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.DenyChildAttach, Blocking);

    /// <summary>Waits by the injected clock, to its full precision.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken token) => TimedWait.WaitAsync(Time, delay, token);
}

/// <summary>Source of identities: unique within a lab, seeded in the simulator. Thread-safe.</summary>
public interface IIdentitySource
{
    /// <summary>A fresh universally unique identifier.</summary>
    Guid NewGuid();

    /// <summary>A seed for pseudo-random choices.</summary>
    int NewSeed();
}
