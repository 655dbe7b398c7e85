namespace VolMgr.Arrays.Multipath;

/// <summary>What a command finds when it is sent down a path.</summary>
internal enum TransportAnswer
{
    /// <summary>It reaches the LUN.</summary>
    Good = 1,

    /// <summary>The link is down: an error at once.</summary>
    Down = 2,

    /// <summary>The target is busy: the same path may work if the command is repeated.</summary>
    Busy = 3,

    /// <summary>No answer within the command's time; the command was aborted and never reaches the LUN.</summary>
    TimedOut = 4,
}

/// <summary>
/// What is wrong with a way to a LUN: no link, or it swallows commands, delays them, or answers busy. All of it happens
/// before the LUN sees the command, so that an aborted one has changed nothing. Immutable but for the count.
/// </summary>
internal sealed class PathTrouble
{
    private long busyLeft;

    private PathTrouble(bool hangs, TimeSpan delay, long busyCount)
    {
        Hangs = hangs;
        Delay = delay;
        busyLeft = busyCount;
    }

    /// <summary>The cable is pulled.</summary>
    public bool IsLinkDown { get; private init; }

    /// <summary>Commands get no answer.</summary>
    public bool Hangs { get; }

    /// <summary>What each command waits.</summary>
    public TimeSpan Delay { get; }

    public static PathTrouble LinkDown { get; } = new(false, TimeSpan.Zero, 0) { IsLinkDown = true };

    public static PathTrouble Hang { get; } = new(true, TimeSpan.Zero, 0);

    public static PathTrouble Slow(TimeSpan delay) => new(false, delay, 0);

    /// <summary>The next so many commands are answered busy.</summary>
    public static PathTrouble Busy(long count) => new(false, TimeSpan.Zero, count);

    /// <summary>Takes one busy answer; false when none is left.</summary>
    public bool TakeBusy()
    {
        long left = Interlocked.Read(ref busyLeft);
        while (left > 0)
        {
            long seen = Interlocked.CompareExchange(ref busyLeft, left - 1, left);
            if (seen == left)
            {
                return true;
            }

            left = seen;
        }

        return false;
    }
}
