namespace VolMgr.Volumes.InputOutput;

/// <summary>A range that is held; the default value holds nothing. Release exactly once.</summary>
internal readonly struct RangeHold(RangeLockTable table, RangeLockTable.Entry entry, int version)
{
    private readonly RangeLockTable? table = table;

    /// <summary>Gives the range up and wakes who waited for it, in the order of arrival.</summary>
    public void Release() => table?.Release(entry, version);
}
