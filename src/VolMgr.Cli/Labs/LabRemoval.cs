using VolMgr.Arrays;
using VolMgr.Cli.Engine;
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
                await ClearExportsAsync(lab, token);
                if (Directory.Exists(paths.HostsFolder))
                {
                    Directory.Delete(paths.HostsFolder, recursive: true);
                }

                if (Directory.Exists(paths.ControlsFolder))
                {
                    Directory.Delete(paths.ControlsFolder, recursive: true);
                }

                File.Delete(paths.FaultsFile);
                File.Delete(paths.DomainLabelsFile);
                File.Delete(paths.ReservationsFile);
                File.Delete(paths.VirtualMachinesFile);
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

    /// <summary>
    /// Empties what servers hold, before anything else: when one of them does not answer nothing has changed yet.
    /// </summary>
    private static async Task ClearExportsAsync(LabDirectory lab, CancellationToken token)
    {
        await using LabExports exports = await LabExports.OpenAsync(
            lab.Paths, lab.Topology, EngineComposition.CreateEngine());
        foreach (LunTopology lun in LunBacking.AtServers(lab.Topology))
        {
            if (await exports.FindProblemAsync(lun) is { } problem)
            {
                throw UserErrorException.Refused($"cannot reset lab {lab.Paths.Root}: {problem}");
            }
        }

        await exports.ClearAsync(token);
    }

    /// <summary>Deletes the lab's directory; what servers hold stays as it is.</summary>
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
