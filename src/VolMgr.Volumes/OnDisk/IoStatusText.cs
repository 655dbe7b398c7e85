using VolMgr.Blocks;

namespace VolMgr.Volumes.OnDisk;

/// <summary>How a device status reads in a message.</summary>
internal static class IoStatusText
{
    public static string Describe(this IoStatus status) => status switch
    {
        IoStatus.Success => "no error",
        IoStatus.MediaError => "Disk I/O error",
        IoStatus.NotReachable => "Disk device cannot be reached",
        IoStatus.NoSpace => "No space left on the backing store",
        IoStatus.Timeout => "Disk did not answer in time",
        IoStatus.ReadOnly => "Disk is write protected",
        IoStatus.ReservationConflict => "Disk is reserved by another host",
    };
}
