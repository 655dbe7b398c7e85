namespace VolMgr.Volumes.Hosts;

/// <summary>
/// Lets one administrative operation in at a time, in order of arrival. Continuations stay on the scheduler of the
/// waiter. Not reentrant.
/// </summary>
internal sealed class SerialGate
{
    private readonly Lock guard = new();
    private readonly Queue<TaskCompletionSource> waiters = new();
    private bool isHeld;

    /// <summary>Waits for the turn; dispose the result to give it back.</summary>
    public async Task<IDisposable> EnterAsync()
    {
        TaskCompletionSource? turn = null;
        lock (guard)
        {
            if (isHeld)
            {
                turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiters.Enqueue(turn);
            }
            isHeld = true;
        }
        if (turn is not null)
        {
            await turn.Task;
        }
        return new Turn(this);
    }

    private void Leave()
    {
        TaskCompletionSource? next;
        lock (guard)
        {
            isHeld = waiters.TryDequeue(out next);
        }
        next?.SetResult();
    }

    private sealed class Turn(SerialGate gate) : IDisposable
    {
        private SerialGate? gate = gate;

        public void Dispose() => Interlocked.Exchange(ref gate, null)?.Leave();
    }
}
