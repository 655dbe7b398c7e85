namespace VolMgr.Arrays;

/// <summary>
/// Devices that another driver controls (`vxddladm addforeign`): a device file, or all of a folder. The volume manager
/// takes them as they are: category OTHER_DISKS, the system's names, no multipathing.
/// </summary>
/// <param name="BlockPath">Block device or folder, such as /dev/sdc or /dev.</param>
/// <param name="CharacterPath">Character device or folder.</param>
/// <param name="IsFolder">Whether a folder is meant.</param>
public sealed record ForeignDevices(string BlockPath, string CharacterPath, bool IsFolder)
{
    /// <summary>Whether a device file is one of them.</summary>
    public bool Has(string device) => IsFolder
        ? device.StartsWith(BlockPath.TrimEnd('/') + "/", StringComparison.Ordinal)
            && device.IndexOf('/', BlockPath.TrimEnd('/').Length + 1) < 0
        : device == BlockPath;
}
