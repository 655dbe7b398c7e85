using VolMgr.Blocks;

namespace VolMgr.Arrays;

/// <summary>
/// Opens what holds the bytes of a LUN: a sparse file, memory, a simulated disk, a network block device.
/// </summary>
public interface ILunOpener
{
    /// <summary>
    /// A device that the caller disposes. It never throws: a backing that is missing gives a device that answers
    /// <see cref="IoStatus.NotReachable"/> (or has no length), and is opened anew at a later scan. Two hosts that open
    /// one LUN see each other's writes.
    /// </summary>
    IBlockDevice Open(LunTopology lun);
}
