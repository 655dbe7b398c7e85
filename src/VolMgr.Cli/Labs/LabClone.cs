using VolMgr.Arrays;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Labs;

/// <summary>
/// Copies a lab. It is down meanwhile: an idle owner is stopped cleanly, a busy one makes the copy refused, for a
/// copy of LUNs that change would be a copy of no moment.
/// </summary>
internal static class LabClone
{
    /// <summary>Makes the copy.</summary>
    public static async Task<LabPaths> RunAsync(LabPaths source, string directory, CancellationToken token)
    {
        var target = new LabPaths(directory);
        if (target.Root.StartsWith(source.Root + "/", StringComparison.Ordinal))
        {
            throw UserErrorException.Refused($"{target.Root} lies inside the lab; give a directory outside of it");
        }

        LabTopology topology = LabTopologyFile.Read(source).Topology;
        using PidFile held = OwnerStop.TakeDown(source, isForced: false, "clone");
        await LabDirectory.BuildAsync(target, () => Task.Run(() => Copy(source, target, topology, token), token));
        return target;
    }

    private static void Copy(LabPaths source, LabPaths target, LabTopology topology, CancellationToken token)
    {
        foreach (LunTopology lun in topology.Luns)
        {
            string from = Path.Combine(source.Root, lun.Backing);
            string to = Path.Combine(target.Root, lun.Backing);
            if (File.Exists(from) && !string.Equals(from, to, StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to) ?? target.Root);
                SparseCopy.Copy(from, to, token);
            }
        }

        if (Directory.Exists(source.HostsFolder))
        {
            SparseCopy.CopyFolder(source.HostsFolder, target.HostsFolder, token);
        }

        if (File.Exists(source.TemplateFile))
        {
            SparseCopy.Copy(source.TemplateFile, target.TemplateFile, token);
        }

        SparseCopy.Copy(source.TopologyFile, target.TopologyFile, token);
    }
}
