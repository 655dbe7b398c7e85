using VolMgr.Arrays;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Labs;

/// <summary>Empties a lab or deletes it. Its owner is stopped first and cannot start again meanwhile.</summary>
internal static class LabRemoval
{
    /// <summary>Empties every LUN and every host; a lab of the populated template is populated again.</summary>
    public static async Task ResetAsync(LabPaths paths, bool isForced, CancellationToken token)
    {
        var lab = new LabDirectory(paths, LabTopologyFile.Read(paths).Topology);
        try
        {
            using (OwnerStop.TakeDown(paths, isForced, "reset"))
            {
                if (Directory.Exists(paths.HostsFolder))
                {
                    Directory.Delete(paths.HostsFolder, recursive: true);
                }

                lab.CreateLuns();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused($"cannot reset lab {paths.Root}: {error.Message}", error);
        }

        string template = File.Exists(paths.TemplateFile)
            ? (await File.ReadAllTextAsync(paths.TemplateFile, token)).Trim()
            : "";
        if (string.Equals(template, LabTemplates.Populated, StringComparison.Ordinal))
        {
            await LabPopulation.PopulateAsync(lab, token);
        }
    }

    /// <summary>Deletes the lab's directory.</summary>
    public static void Destroy(LabPaths paths, bool isForced)
    {
        try
        {
            using PidFile held = OwnerStop.TakeDown(paths, isForced, "destroy");
            Directory.Delete(paths.Root, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Refused($"cannot delete lab {paths.Root}: {error.Message}", error);
        }
    }
}
