using VolMgr.Blocks;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Cli.Labs;

/// <summary>What the private region of one LUN holds.</summary>
/// <param name="State">In words, for a listing.</param>
/// <param name="Problem">What is damaged; null when nothing is.</param>
internal sealed record PrivateRegionReading(string State, string? Problem)
{
    /// <summary>Reads all of a private region and changes nothing.</summary>
    public static async Task<PrivateRegionReading> ReadAsync(IBlockDevice device, CancellationToken token)
    {
        if (device is SparseFileDevice { OpenStatus: not IoStatus.Success and { } status })
        {
            return new PrivateRegionReading("unusable", $"its file cannot be opened ({status})");
        }

        DiskHeaderReading reading = await VmDisk.ReadAsync(device, token);
        if (reading.Header is not { } header)
        {
            return reading.Status == ReadStatus.NotOurs
                ? new PrivateRegionReading("not initialised", null)
                : new PrivateRegionReading("damaged", $"its disk header is unusable: {Describe(reading.Status)}");
        }

        string state = header.GroupName.Length == 0 ? "free VM disk"
            : header.HostId.Length == 0 ? $"disk group {header.GroupName}, deported"
            : $"disk group {header.GroupName}, locked to host {header.HostId}";
        string? problem = await FindDamagedCopyAsync(device, header, token)
            ?? await FindConfigurationProblemAsync(device, header, token);
        return new PrivateRegionReading(state, problem);
    }

    private static async Task<string?> FindDamagedCopyAsync(
        IBlockDevice device, DiskHeader header, CancellationToken token)
    {
        foreach ((string what, long offset, bool isHeader) in new[]
        {
            ("first disk header", PrivateRegion.HeaderPrimary, true),
            ("second disk header", PrivateRegion.HeaderBackup, true),
            ("first table of contents", PrivateRegion.ContentsPrimary, false),
            ("second table of contents", PrivateRegion.ContentsBackup, false),
        })
        {
            byte[] bytes = new byte[isHeader ? DiskHeader.Size : TableOfContents.Size];
            IoStatus status = await device.ReadAsync(PrivateRegion.DiskOffset + offset, bytes, token);
            ReadStatus read = status != IoStatus.Success ? ReadStatus.Unreadable
                : isHeader ? DiskHeader.Read(bytes, out _)
                : TableOfContents.Read(bytes, header, out _);
            if (read != ReadStatus.Valid)
            {
                return $"the {what} of its private region is damaged: {Describe(read)}";
            }
        }

        return null;
    }

    private static async Task<string?> FindConfigurationProblemAsync(
        IBlockDevice device, DiskHeader header, CancellationToken token)
    {
        if (header.GroupId.Length == 0)
        {
            return null;
        }

        CopyReading copy = await CopyReader.ReadAsync(device, header, token);
        return copy.Status == ReadStatus.Valid
            ? null
            : $"its copy of the configuration of disk group {header.GroupName} does not count: {Describe(copy.Status)}";
    }

    private static string Describe(ReadStatus status) => status switch
    {
        ReadStatus.Valid => "valid",
        ReadStatus.NotOurs => "nothing of ours is there",
        ReadStatus.BadChecksum => "a checksum is wrong",
        ReadStatus.TooNew => "a later version of the program wrote it",
        ReadStatus.Inconsistent => "it contradicts itself",
        ReadStatus.Unreadable => "it cannot be read",
    };
}
