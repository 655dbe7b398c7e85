using System.Runtime.InteropServices;

namespace VolMgr.Blocks;

/// <summary>Where a new connection finds the thread that serves it.</summary>
public interface ISocketLoops
{
    /// <summary>The loop for one more socket. Thread-safe.</summary>
    ISocketLoop Choose();
}

/// <summary>
/// A thread of its own that waits for some sockets and runs the tasks of whoever they belong to. What a socket brings
/// is handled where it was noticed: no other thread has to be woken.
/// </summary>
public interface ISocketLoop
{
    /// <summary>Runs tasks on the thread of the loop, for as long as the process lives.</summary>
    TaskScheduler Scheduler { get; }

    /// <summary>Adds a socket until the result is disposed, which comes before the socket is closed.</summary>
    ILoopedSocket Add(SafeHandle socket);
}

/// <summary>A socket of a loop. One caller waits for input and one for room at a time.</summary>
public interface ILoopedSocket : IDisposable
{
    /// <summary>Completes when something has arrived, or the peer has ended. Who awaits it goes on on the thread of the
    /// loop.</summary>
    ValueTask WhenReadableAsync();

    /// <summary>Completes when something can be sent, or never again can.</summary>
    ValueTask WhenWritableAsync();
}
