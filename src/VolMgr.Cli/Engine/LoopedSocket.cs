using System.Threading.Tasks.Sources;
using VolMgr.Blocks;

namespace VolMgr.Cli.Engine;

/// <summary>A socket of a loop and the two waits that it can have, without an allocation for each.</summary>
internal sealed class LoopedSocket(SocketLoop loop, int descriptor) : ILoopedSocket
{
    private readonly Readiness readable = new();
    private readonly Readiness writable = new();

    public int Descriptor { get; } = descriptor;

    public bool WaitsForInput => readable.IsAwaited;

    public bool WaitsForRoom => writable.IsAwaited;

    /// <inheritdoc/>
    public ValueTask WhenReadableAsync() => Await(readable);

    /// <inheritdoc/>
    public ValueTask WhenWritableAsync() => Await(writable);

    /// <summary>On the thread of the loop: who waits goes on before this returns.</summary>
    public void Complete(bool input, bool room)
    {
        if (room)
        {
            writable.Complete();
        }

        if (input)
        {
            readable.Complete();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => loop.Remove(this);

    private ValueTask Await(Readiness readiness)
    {
        ValueTask waiting = readiness.Begin();
        loop.Notice();
        return waiting;
    }

    private sealed class Readiness : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> core;
        private volatile bool isAwaited;

        public bool IsAwaited => isAwaited;

        public ValueTask Begin()
        {
            Invariant.Holds(!isAwaited);
            core.Reset();
            isAwaited = true;
            return new ValueTask(this, core.Version);
        }

        public void Complete()
        {
            if (isAwaited)
            {
                isAwaited = false;
                core.SetResult(true);
            }
        }

        public void GetResult(short token) => core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => core.GetStatus(token);

        /// <summary>The scheduler is not asked for: the loop is the one, and a task for each wait is saved.</summary>
        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            core.OnCompleted(continuation, state, token, ValueTaskSourceOnCompletedFlags.None);
    }
}
