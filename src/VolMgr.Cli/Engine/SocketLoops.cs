using VolMgr.Blocks;

namespace VolMgr.Cli.Engine;

/// <summary>
/// The loops of the process. A connection gets a thread of its own while there are few; beyond the limit they share.
/// Threads are started when they are needed first and stay.
/// </summary>
internal sealed class SocketLoops(int maximumThreads) : ISocketLoops
{
    private readonly Lock gate = new();
    private readonly List<SocketLoop> loops = [];

    /// <summary>Null where the system lacks the calls; sockets are then waited for on the pool.</summary>
    public static SocketLoops? TryCreate(int maximumThreads) =>
        OperatingSystem.IsLinux() ? new SocketLoops(maximumThreads) : null;

    /// <inheritdoc/>
    public ISocketLoop Choose()
    {
        lock (gate)
        {
            SocketLoop? least = loops.MinBy(loop => loop.Count);
            if (least is null || (least.Count > 0 && loops.Count < maximumThreads))
            {
                least = new SocketLoop();
                loops.Add(least);
            }

            return least;
        }
    }
}
