using VolMgr.Cli.Labs;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Virtual;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Cli.Runbooks;

/// <summary><c>volmgr rehearse --runbook</c>: finds or makes the lab, runs a <see cref="RunbookRehearsal"/>, prints the
/// report.</summary>
internal static class RunbookVerb
{
    public static async Task<int> RunAsync(RunbookOptions options, bool wantsIo, CancellationToken token)
    {
        Runbook runbook = RunbookFile.Read(options.File);
        bool isThere = options.Lab is { } given && File.Exists(new LabPaths(given).TopologyFile);
        if (isThere && options.Group is null && wantsIo)
        {
            throw UserErrorException.Usage(
                $"the application overwrites the first {RunbookOptions.Span >> 20} MiB of each volume of "
                + $"{options.Lab}: name the disk group whose volumes it may use by --group, or rehearse without it by "
                + "--no-io");
        }

        string root = Directory.CreateTempSubdirectory("volmgr-runbook-").FullName;
        string path = options.Lab is null ? Path.Combine(root, "lab") : Path.GetFullPath(options.Lab);
        try
        {
            RunbookOptions own = wantsIo && !isThere
                ? options with { Group = options.Group ?? RunbookOptions.TemplateGroup } : options;
            RunbookReport report = await RehearseAsync(own, runbook, path, root, isThere, token);
            await Console.Out.WriteLineAsync(options.IsJson ? report.ToJson() : report.ToText());
            return report.Result == "pass" ? ExitCodes.Done : ExitCodes.CheckFailed;
        }
        catch (RehearsalException exception)
        {
            await Console.Error.WriteLineAsync($"volmgr rehearse: {exception.Message}");
            return ExitCodes.CheckFailed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("volmgr rehearse: interrupted");
            return ExitCodes.Interrupted;
        }
        finally
        {
            if (options.Lab is null && File.Exists(new LabPaths(path).TopologyFile))
            {
                await new RehearseLab(path).TryAsync(["lab", "destroy", path], CancellationToken.None);
            }

            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task<RunbookReport> RehearseAsync(
        RunbookOptions options, Runbook runbook, string path, string root, bool isThere, CancellationToken token)
    {
        PlainProgress progress = new(Console.Error);
        LabPaths paths = new(path);
        if (options.Group is not null)
        {
            VirtualRules.RequireReal(
                paths,
                "volmgr rehearse --runbook",
                "the application runs in real time; rehearse without it by --no-io");
        }

        if (!isThere)
        {
            progress.Step("create the lab");
            await new RehearseLab(path).RunAsync(["lab", "create", path, "--template", RunbookOptions.Template], token);
        }

        string host = LabHostNames.Resolve(
            paths, LabTopologyFile.Read(paths).Topology, Environment.GetEnvironmentVariable("VOLMGR_HOST") ?? "");
        RunbookRehearsal rehearsal = new(options, runbook, paths, new RehearseLab(path, host), progress);
        return await rehearsal.RunAsync(root, token);
    }
}
