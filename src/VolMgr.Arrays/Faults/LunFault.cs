using VolMgr.Arrays.Topology;

namespace VolMgr.Arrays.Faults;

/// <summary>What an operation does, for a fault.</summary>
internal enum LunAction
{
    /// <summary>Reads.</summary>
    Read = 1,

    /// <summary>Writes, zeroes, discards.</summary>
    Write = 2,

    /// <summary>Flushes.</summary>
    Flush = 3,
}

/// <summary>A fault at work on a LUN, with what is left of its count.</summary>
internal sealed class LunFault
{
    private readonly long offset;
    private readonly long length = long.MaxValue;
    private readonly bool isCounted;
    private long left;
    private volatile bool isOver;

    private LunFault(LabFault fault)
    {
        Name = fault.Definition.Name;
        Target = fault.Target;
        Cache = Name == "flush-lie" ? new LyingCache() : null;
        isCounted = fault.Values.TryGetValue("count", out string? count);
        left = isCounted ? long.Parse(count ?? "1") : 0;
        if (fault.Values.TryGetValue("by", out string? by))
        {
            By = SizeText.Parse(by).Size;
        }

        if (fault.Values.TryGetValue("ms", out string? ms))
        {
            Delay = TimeSpan.FromMilliseconds(int.Parse(ms));
        }

        if (fault.Values.TryGetValue("length", out string? range))
        {
            length = SizeText.Parse(range).Size;
            offset = fault.Values["offset"] == "0" ? 0 : SizeText.Parse(fault.Values["offset"]).Size;
        }
    }

    public string Name { get; }

    /// <summary>The LUN, or its array.</summary>
    public string Target { get; }

    /// <summary>What a LUN that lies about flushes holds back.</summary>
    public LyingCache? Cache { get; }

    /// <summary>How far off its place an operation lands.</summary>
    public long By { get; }

    /// <summary>What each operation takes longer.</summary>
    public TimeSpan Delay { get; }

    /// <summary>The fault as one of a LUN; null when it is of another kind.</summary>
    public static LunFault? Of(LabFault fault) => fault.Definition.Name is "corrupt-read" or "corrupt-write"
        or "flush-error" or "flush-lie" or "lost-write" or "lun-failed" or "lun-hang" or "lun-readonly" or "lun-slow"
        or "medium-error" or "misdirected-read" or "misdirected-write" or "pool-full" or "torn-write"
        or "transient-error" or "write-error" or "clone-presented"
        ? new LunFault(fault)
        : null;

    /// <summary>It is over; what it holds back goes to the medium with the next flush.</summary>
    public void End() => isOver = true;

    /// <summary>Whether it strikes an operation; a counted one is used up by that.</summary>
    public bool Strikes(LunAction action, long from, long size)
    {
        bool matches = Name switch
        {
            "flush-error" or "flush-lie" => action == LunAction.Flush,
            "corrupt-read" or "medium-error" =>
                action == LunAction.Read && from < offset + length && from + size > offset,
            "write-error" => action == LunAction.Write && from < offset + length && from + size > offset,
            "misdirected-read" => action == LunAction.Read,
            "lun-failed" or "lun-hang" or "lun-slow" => true,
            "transient-error" => action != LunAction.Flush,
            _ => action == LunAction.Write,
        };
        return matches && !isOver && (!isCounted || Interlocked.Decrement(ref left) >= 0);
    }
}
