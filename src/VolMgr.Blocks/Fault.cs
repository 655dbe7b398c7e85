namespace VolMgr.Blocks;

/// <summary>
/// A rule at work on a <see cref="FaultDevice"/>: returned by its Add, handed to its Remove and Release.
/// </summary>
public sealed class Fault
{
    private readonly List<TaskCompletionSource<IoStatus>> _hung = [];
    private long _matched;
    private long _struck;

    internal Fault(FaultRule rule) => Rule = rule;

    /// <summary>What was asked for.</summary>
    public FaultRule Rule { get; }

    /// <summary>How many operations it has struck.</summary>
    public long Struck => Interlocked.Read(ref _struck);

    /// <summary>How many operations hang in it now.</summary>
    public int Hanging
    {
        get
        {
            lock (_hung)
            {
                return _hung.Count;
            }
        }
    }

    /// <summary>Counts the operation and says whether it is struck. The device's lock is held.</summary>
    internal bool StrikesUnsynchronized(DeviceOperations operation, long offset, long length, Random? random)
    {
        if (!Rule.Matches(operation, offset, length) || _struck >= Rule.Limit)
        {
            return false;
        }

        _matched++;
        if (_matched <= Rule.Passing)
        {
            return false;
        }

        if (Rule.Rate < 1 && random!.NextDouble() >= Rule.Rate)
        {
            return false;
        }

        Interlocked.Increment(ref _struck);
        return true;
    }

    /// <summary>Waits for the release; success means: go on to the device.</summary>
    internal Task<IoStatus> HangAsync()
    {
        TaskCompletionSource<IoStatus> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_hung)
        {
            _hung.Add(source);
        }

        return source.Task;
    }

    internal int Release(IoStatus status)
    {
        TaskCompletionSource<IoStatus>[] released;
        lock (_hung)
        {
            released = [.. _hung];
            _hung.Clear();
        }

        foreach (TaskCompletionSource<IoStatus> source in released)
        {
            source.SetResult(status);
        }

        return released.Length;
    }
}
