using VolMgr.Arrays;
using VolMgr.Blocks;

namespace VolMgr.Cli.Labs;

/// <summary>The files of a lab: making them, and emptying them again. The lab must be down.</summary>
/// <param name="Paths">Where they are.</param>
/// <param name="Topology">What they are for.</param>
internal sealed record LabDirectory(LabPaths Paths, LabTopology Topology)
{
    /// <summary>Refuses a directory that holds anything; true when it does not exist yet.</summary>
    public static bool RequireVacant(LabPaths paths)
    {
        if (File.Exists(paths.Root))
        {
            throw UserErrorException.Refused($"{paths.Root} is a file; give a new or empty directory");
        }

        if (!Directory.Exists(paths.Root))
        {
            return true;
        }

        try
        {
            return Directory.EnumerateFileSystemEntries(paths.Root).Any()
                ? throw UserErrorException.Refused($"{paths.Root} is not empty; give a new or empty directory")
                : false;
        }
        catch (UnauthorizedAccessException error)
        {
            throw UserErrorException.Refused($"cannot read {paths.Root}: {error.Message}", error);
        }
    }

    /// <summary>Makes every LUN anew: a file as long as its LUN and empty; in a virtual-time lab the place for their
    /// content. What servers hold stays as it is.</summary>
    public void CreateLuns()
    {
        if (Topology.IsVirtual)
        {
            Directory.CreateDirectory(Paths.VirtualFolder);
            File.Delete(Paths.VirtualContent);
            return;
        }

        foreach (LunTopology lun in Topology.Luns)
        {
            if (LunBacking.FileOf(Paths, lun) is not { } path)
            {
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Paths.Root);
            File.Delete(path);
            SparseFileDevice.Create(path, lun.Size);
        }

        foreach ((string path, long size) in EstateFiles.HomeFiles(Paths, Topology))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Paths.Root);
            File.Delete(path);
            SparseFileDevice.Create(path, size);
        }
    }

    /// <summary>Writes the topology; from then on the directory is a lab.</summary>
    public void WriteTopology() => LabTopologyFile.Write(Paths.TopologyFile, Topology);

    /// <summary>
    /// Carries out a step that fills a new directory; when it fails, everything in the directory goes, and the
    /// directory too if it was not there before.
    /// </summary>
    public static async Task BuildAsync(LabPaths paths, Func<Task> build)
    {
        bool isNew = RequireVacant(paths);
        try
        {
            Directory.CreateDirectory(paths.Root);
            await build();
        }
        catch (Exception error)
        {
            Remove(paths, isNew);
            if (error is IOException or UnauthorizedAccessException)
            {
                throw UserErrorException.Refused($"cannot make a lab in {paths.Root}: {error.Message}", error);
            }

            throw;
        }
    }

    private static void Remove(LabPaths paths, bool isNew)
    {
        if (!Directory.Exists(paths.Root))
        {
            return;
        }

        foreach (string entry in Directory.EnumerateFileSystemEntries(paths.Root))
        {
            if (Directory.Exists(entry))
            {
                Directory.Delete(entry, recursive: true);
            }
            else
            {
                File.Delete(entry);
            }
        }

        if (isNew)
        {
            Directory.Delete(paths.Root);
        }
    }
}
