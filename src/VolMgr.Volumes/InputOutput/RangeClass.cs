namespace VolMgr.Volumes.InputOutput;

/// <summary>Why a range of a volume is held.</summary>
internal enum RangeClass
{
    /// <summary>A read of a volume with two or more readable plexes, or a compare: shared.</summary>
    Shared = 1,

    /// <summary>A write, zero or discard of an application: excludes overlapping holders of every class.</summary>
    Write = 2,

    /// <summary>The copier, repair or recovery: excludes overlapping holders of every class.</summary>
    Exclusive = 3,
}
