namespace VolMgr.Blocks;

/// <summary>
/// A device that keeps its own account of acknowledged, unflushed writes, and writes them again when what it stands on
/// comes back. Who watches over it need not take each failure for a loss of such writes.
/// </summary>
public interface ISelfRestoringDevice : IBlockDevice
{
    /// <summary>
    /// Whether something that was acknowledged depends on this very object: opening another one in its place could lose
    /// it silently. Null: the device cannot tell, as those without this interface.
    /// </summary>
    bool? HasUnflushedWrites { get; }
}
