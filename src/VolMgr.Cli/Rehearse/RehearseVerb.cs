using System.CommandLine;
using System.CommandLine.Parsing;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Runbooks;

namespace VolMgr.Cli.Rehearse;

/// <summary><c>volmgr rehearse</c>: parses its options, runs a <see cref="Rehearsal"/> and prints the report.</summary>
internal static class RehearseVerb
{
    public static Command Define()
    {
        Option<string> lab = new("--lab")
        {
            Description =
                "Keep the lab in this new folder (default: a temporary one); with --runbook also one that is there",
        };
        Option<int> seed = new("--seed")
        {
            Description = "Seed of the application's choices (default: by the clock, printed at the end)",
            DefaultValueFactory = _ => Environment.TickCount & int.MaxValue,
        };
        Option<string> size = new("--size")
        {
            Description = "Size of each volume, such as 256m or 1g",
            DefaultValueFactory = _ => "256m",
        };
        size.Validators.Add(CheckSize);
        Option<int> volumes = new("--volumes")
        {
            Description = "How many volumes: concatenated, striped and mirrored in turn",
            DefaultValueFactory = _ => RehearseOptions.DefaultVolumes,
        };
        volumes.Validators.Add(CheckVolumes);
        Option<string> workload = new("--workload")
        {
            Description = "What the application does",
            DefaultValueFactory = _ => WorkloadShape.All[0].Name,
        };
        workload.AcceptOnlyFromAmong([.. WorkloadShape.All.Select(shape => shape.Name)]);
        Option<bool> json = new("--json") { Description = "Report as one JSON object" };
        RunbookChoice runbook = new();
        Command command = new("rehearse", "Rehearse a whole array migration under verified live I/O")
        {
            lab, seed, size, volumes, workload, json,
        };
        runbook.AddTo(command);
        command.SetAction((parsed, token) => runbook.Of(parsed, size, volumes) is { } file
            ? RunbookVerb.RunAsync(
                new RunbookOptions(
                    file,
                    parsed.GetValue(lab),
                    parsed.GetValue(runbook.Group),
                    parsed.GetValue(seed),
                    WorkloadShape.Find(parsed.GetValue(workload) ?? "") ?? WorkloadShape.All[0],
                    parsed.GetValue(runbook.KeepGoing),
                    parsed.GetValue(json)),
                !parsed.GetValue(runbook.NoIo),
                token)
            : RunAsync(
            new RehearseOptions(
                parsed.GetValue(lab),
                parsed.GetValue(seed),
                SizeText.Read(parsed.GetValue(size)) ?? RehearseOptions.DefaultSize,
                parsed.GetValue(volumes),
                WorkloadShape.Find(parsed.GetValue(workload) ?? "") ?? WorkloadShape.All[0],
                parsed.GetValue(json)),
            token));
        return command;
    }

    private static async Task<int> RunAsync(RehearseOptions options, CancellationToken token)
    {
        string root = options.Lab is null
            ? Directory.CreateTempSubdirectory("volmgr-rehearse-").FullName
            : Path.GetFullPath(options.Lab);
        string path = options.Lab is null ? Path.Combine(root, "lab") : root;
        try
        {
            RehearseReport report = await RehearseAsync(options, path, token);
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
            if (options.Lab is null)
            {
                await RemoveAsync(path);
                Directory.Delete(root, recursive: true);
            }
        }
    }

    private static async Task<RehearseReport> RehearseAsync(
        RehearseOptions options, string path, CancellationToken token)
    {
        RehearseLab lab = new(path);
        bool hasBars = !Console.IsErrorRedirected && !options.IsJson;
        return hasBars
            ? await BarProgress.RunAsync(bars => new Rehearsal(options, path, lab, bars).RunAsync(token))
            : await new Rehearsal(options, path, lab, new PlainProgress(Console.Error)).RunAsync(token);
    }

    /// <summary>Stops the owner and removes the lab; a lab that was never made is nothing to remove.</summary>
    private static async Task RemoveAsync(string path)
    {
        if (File.Exists(new LabPaths(path).TopologyFile))
        {
            await new RehearseLab(path).TryAsync(["lab", "destroy", path], CancellationToken.None);
        }
    }

    private static void CheckSize(OptionResult result)
    {
        string text = result.Tokens is [{ Value: { } value }] ? value : "256m";
        long? size = SizeText.Read(text);
        if (size is null or < RehearseOptions.SizeMin or > (1L << 42) || size % (1 << 20) != 0)
        {
            result.AddError(
                $"--size takes whole MiB from {RehearseOptions.SizeMin >> 20}m to 4t, such as 256m, not '{text}'");
        }
    }

    private static void CheckVolumes(OptionResult result)
    {
        if (result.Tokens is [{ Value: { } text }] && int.TryParse(text, out int count)
            && count is < 1 or > RehearseOptions.VolumesMax)
        {
            result.AddError($"--volumes takes 1 to {RehearseOptions.VolumesMax}, not {count}");
        }
    }
}
