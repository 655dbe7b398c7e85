namespace VolMgr.Fuzz;

/// <summary>What one input may cost, and what it did.</summary>
internal static class RunLimits
{
    private const long MostBytes = 512L << 20;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    /// <summary>The input that runs now and since when; for the watch over the whole process.</summary>
    public static (IFuzzTarget Target, byte[] Input, long Start)? Current { get; private set; }

    /// <summary>Runs an input; what it broke, or null.</summary>
    public static Finding? Try(IFuzzTarget target, string origin, byte[] input)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = TimeProvider.System.GetTimestamp();
        Current = (target, input, start);
        try
        {
            target.Run(input);
            TimeSpan time = TimeProvider.System.GetElapsedTime(start);
            // A machine that is busy with other things makes time pass, but no processor time of ours.
            if (time > MostTime && Environment.CpuUsage.TotalTime - processor > MostTime)
            {
                throw new LimitException($"it took {time.TotalSeconds:0.0} s");
            }

            long taken = GC.GetAllocatedBytesForCurrentThread() - bytes;
            return taken <= MostBytes ? null : throw new LimitException($"it took {taken >> 20} MiB of memory");
        }
        catch (Exception exception)
        {
            return new Finding(target.Name, origin, input, exception);
        }
        finally
        {
            Current = null;
        }
    }

    /// <summary>An input that costs too much.</summary>
    private sealed class LimitException(string message) : Exception(message);
}
