using VolMgr.Arrays;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Virtual;

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
        VirtualRules.RequireReal(
            source, "volmgr lab clone", "copy the directory by cp -r while no command runs in it");
        var target = new LabPaths(directory);
        if (target.Root.StartsWith(source.Root + "/", StringComparison.Ordinal))
        {
            throw UserErrorException.Refused($"{target.Root} lies inside the lab; give a directory outside of it");
        }

        LabTopology topology = LabTopologyFile.Read(source).Topology;
        if (LunBacking.AtServers(topology) is [{ } shared, ..])
        {
            throw UserErrorException.Refused(
                $"LUN {shared.Name} is at {shared.Backing}, which the copy would share with the lab and destroy; "
                + "make a lab with other addresses by 'volmgr lab create --topology' and copy the exports there");
        }

        using PidFile held = OwnerStop.TakeDown(source, isForced: false, "clone");
        await LabDirectory.BuildAsync(target, () => Task.Run(() => Copy(source, target, topology, token), token));
        return target;
    }

    private static void Copy(LabPaths source, LabPaths target, LabTopology topology, CancellationToken token)
    {
        foreach (LunTopology lun in topology.Luns)
        {
            if (LunBacking.FileOf(source, lun) is { } from && LunBacking.FileOf(target, lun) is { } to
                && File.Exists(from))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to) ?? target.Root);
                SparseCopy.Copy(from, to, token);
            }
        }

        foreach ((string path, _) in EstateFiles.HomeFiles(source, topology).Where(file => File.Exists(file.Path)))
        {
            string to = Path.Combine(target.Root, Path.GetRelativePath(source.Root, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to) ?? target.Root);
            SparseCopy.Copy(path, to, token);
        }

        if (Directory.Exists(source.ControlsFolder))
        {
            SparseCopy.CopyFolder(source.ControlsFolder, target.ControlsFolder, token);
        }

        if (Directory.Exists(source.HostsFolder))
        {
            SparseCopy.CopyFolder(source.HostsFolder, target.HostsFolder, token);
        }

        if (File.Exists(source.DomainLabelsFile))
        {
            SparseCopy.Copy(source.DomainLabelsFile, target.DomainLabelsFile, token);
        }

        if (File.Exists(source.TemplateFile))
        {
            SparseCopy.Copy(source.TemplateFile, target.TemplateFile, token);
        }

        SparseCopy.Copy(source.TopologyFile, target.TopologyFile, token);
    }
}
