using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Engine;
using VolMgr.Commands.Captures;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.OnDisk;

namespace VolMgr.Cli.Labs.Import;

/// <summary>
/// Writes the disk groups of a lab in description form, from the private regions of its disks and without changing
/// anything; what was imported comes back with its foreign keys and records. The lab may be up.
/// </summary>
internal static class LabExport
{
    /// <summary>The text of each group, by name.</summary>
    public static async Task<IReadOnlyList<(string Group, string Text)>> ReadAsync(
        LabPaths lab, CancellationToken token)
    {
        EngineServices engine = EngineComposition.CreateEngine();
        var newest = new SortedDictionary<string, (long Generation, GroupConfiguration Configuration)>(
            StringComparer.Ordinal);
        foreach (LunTopology lun in LabTopologyFile.Read(lab).Topology.Luns)
        {
            if (LunBacking.FileOf(lab, lun) is not { } path || !File.Exists(path))
            {
                continue;
            }

            await using IBlockDevice device = SparseFileDevice.Open(path, engine, readOnly: true);
            DiskHeaderReading header = await VmDisk.ReadAsync(device, token);
            if (header.Header is not { GroupId.Length: > 0 } found)
            {
                continue;
            }

            CopyReading copy = await CopyReader.ReadAsync(device, found, token);
            if (copy is { Status: ReadStatus.Valid, Image: { } image }
                && (!newest.TryGetValue(found.GroupId, out var known) || known.Generation < image.Generation))
            {
                newest[found.GroupId] = (image.Generation, image.Configuration);
            }
        }

        CaptureReading? imported = LabImport.Kept(lab);
        return [.. newest.Values.Select(entry => entry.Configuration)
            .OrderBy(configuration => configuration.Group.Name, StringComparer.Ordinal)
            .Select(configuration => (configuration.Group.Name, DescriptionExport.Of(
                configuration,
                imported?.Groups.FirstOrDefault(
                    group => group.Configuration.Group.GroupId == configuration.Group.GroupId))))];
    }
}
