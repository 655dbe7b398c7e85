namespace VolMgr.Arrays.Performance;

/// <summary>
/// Serves one after the other, at a fixed rate, whatever is given to it. Exact: what a division leaves over counts for
/// the next one, so that a line that is never idle passes its rate to the last byte. Thread-safe.
/// </summary>
internal sealed class ServiceLine(long ratePerSecond)
{
    private const long LargestPlainAmount = long.MaxValue / TimeSpan.TicksPerSecond / 2;

    private readonly Lock changing = new();

    /// <summary>When everything given so far has been served.</summary>
    private long freeTicks;

    /// <summary>What that instant leaves out: so many of the rate's parts of a tick.</summary>
    private long remainder;

    /// <summary>Gives it an amount at an instant; when it will have been served, in ticks.</summary>
    public long Reserve(long nowTicks, long amount)
    {
        lock (changing)
        {
            if (freeTicks < nowTicks)
            {
                freeTicks = nowTicks;
                remainder = 0;
            }

            if (amount <= LargestPlainAmount)
            {
                (long ticks, remainder) = Math.DivRem((amount * TimeSpan.TicksPerSecond) + remainder, ratePerSecond);
                freeTicks += ticks;
            }
            else
            {
                Int128 total = ((Int128)amount * TimeSpan.TicksPerSecond) + remainder;
                freeTicks += (long)(total / ratePerSecond);
                remainder = (long)(total % ratePerSecond);
            }

            return freeTicks;
        }
    }
}
