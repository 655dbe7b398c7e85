namespace VolMgr.Proof.Histories;

/// <summary>A mutation as a history knows it.</summary>
internal sealed class MutationEntry(Invoked request, long start)
{
    /// <summary>What was asked.</summary>
    public Invoked Request { get; } = request;

    /// <summary>What its sectors show.</summary>
    public long Value => Request.Value;

    /// <summary>When it was issued.</summary>
    public long Start { get; } = start;

    /// <summary>When it was answered, or the host died; never, while it is in flight.</summary>
    public long End { get; set; } = long.MaxValue;

    /// <summary>Whether it takes back what was there before: acknowledged, and not put in doubt by a crash.</summary>
    public bool IsAcknowledged { get; set; }

    /// <summary>Whether a flush that began after its acknowledgement succeeded, so that a crash puts nothing in doubt.
    /// </summary>
    public bool IsDurable { get; set; }
}
