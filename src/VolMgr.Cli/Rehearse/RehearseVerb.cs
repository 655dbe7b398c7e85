using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Runbooks;
using VolMgr.Cli.Virtual;

namespace VolMgr.Cli.Rehearse;

/// <summary><c>volmgr rehearse</c>: parses its options, runs a <see cref="Rehearsal"/> and prints the report.</summary>
internal static class RehearseVerb
{
    public static Command Define()
    {
        Option<string> lab = new("--lab")
        {
            Description = "Keep the lab in this new folder, or a virtual-time lab (default: a temporary one); with "
                + "--runbook also one that is there",
        };
        Option<int> seed = new("--seed")
        {
            Description = "Seed of the application's choices (default: by the clock, printed at the end)",
            DefaultValueFactory = _ => Environment.TickCount & int.MaxValue,
        };
        Option<string> size = new("--size")
        {
            Description = "Size of each volume, such as 256m or 1g (default: 256m; in a virtual-time lab an eighth "
                + "of the old array)",
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
        Option<bool> isVirtual = new("--virtual")
        {
            Description = "In virtual time, over arrays that take some; what a virtual-time lab does by itself",
        };
        Option<int?> crashes = new("--crashes")
        {
            Description = "In virtual time: crashes of the host while volumes are copied, 0 to 20 (default: 1)",
        };
        crashes.Validators.Add(result => CheckRange(result, 0, 20));
        Option<int?> pace = new("--iops")
        {
            Description = "Operations a second of the application on each volume (default: by --workload; "
                + "in virtual time a tenth of that)",
        };
        pace.Validators.Add(result => CheckRange(result, 1, 100_000));
        Option<bool> json = new("--json") { Description = "Report as one JSON object" };
        RunbookChoice runbook = new();
        Command command = new("rehearse", "Rehearse a whole array migration under verified live I/O")
        {
            lab, seed, size, volumes, workload, isVirtual, crashes, pace, json,
        };
        runbook.AddTo(command);
        command.SetAction((parsed, token) =>
        {
            if (runbook.Of(parsed, size, volumes, isVirtual, crashes, pace) is { } file)
            {
                return RunbookVerb.RunAsync(
                    new RunbookOptions(
                        file,
                        parsed.GetValue(lab),
                        parsed.GetValue(runbook.Group),
                        parsed.GetValue(seed),
                        WorkloadShape.Find(parsed.GetValue(workload) ?? "") ?? WorkloadShape.All[0],
                        parsed.GetValue(runbook.KeepGoing),
                        parsed.GetValue(json)),
                    !parsed.GetValue(runbook.NoIo),
                    token);
            }

            var options = new RehearseOptions(
                parsed.GetValue(lab),
                parsed.GetValue(seed),
                SizeText.Read(parsed.GetValue(size)) ?? RehearseOptions.DefaultSize,
                parsed.GetValue(volumes),
                WorkloadShape.Find(parsed.GetValue(workload) ?? "") ?? WorkloadShape.All[0],
                parsed.GetValue(json))
            {
                IsVirtual = parsed.GetValue(isVirtual),
                Crashes = parsed.GetValue(crashes) ?? 1,
                OperationsPerSecond = parsed.GetValue(pace),
            };
            if (VirtualRehearsal.Fit(options, hasSize: parsed.GetValue(size) is not null) is { } virtualOptions)
            {
                return RunAsync(virtualOptions, RehearseVirtuallyAsync, token);
            }

            return parsed.GetValue(crashes) is null
                ? RunAsync(options, RehearseAsync, token)
                : throw UserErrorException.Usage(
                    "--crashes is for rehearsals in virtual time; in real time, kill -9 the lab's owner meanwhile");
        });
        return command;
    }

    private static async Task<int> RunAsync(
        RehearseOptions options,
        Func<RehearseOptions, CancellationToken, Task<RehearseReport>> rehearseAsync,
        CancellationToken token)
    {
        try
        {
            RehearseReport report = await rehearseAsync(options, token);
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
    }

    private static async Task<RehearseReport> RehearseAsync(RehearseOptions options, CancellationToken token)
    {
        string root = options.Lab is null
            ? Directory.CreateTempSubdirectory("volmgr-rehearse-").FullName
            : Path.GetFullPath(options.Lab);
        string path = options.Lab is null ? Path.Combine(root, "lab") : root;
        try
        {
            RehearseLab lab = new(path);
            return await WithProgressAsync(
                options, progress => new Rehearsal(options, path, lab, progress).RunAsync(token));
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

    /// <summary>The real time goes to standard error: the report follows from the options alone.</summary>
    private static async Task<RehearseReport> RehearseVirtuallyAsync(RehearseOptions options, CancellationToken token)
    {
        string folder = Directory.CreateTempSubdirectory("volmgr-rehearse-").FullName;
        try
        {
            long began = Stopwatch.GetTimestamp();
            RehearseReport report = await WithProgressAsync(options, progress => Task.Run(
                () => VirtualRehearsal.Run(options, folder, progress, token), CancellationToken.None));
            await Console.Error.WriteLineAsync(
                $"{RehearseReport.Duration(report.VirtualSeconds ?? 0)} virtual in "
                + $"{RehearseReport.Duration(Stopwatch.GetElapsedTime(began).TotalSeconds)} real");
            return report;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<RehearseReport> WithProgressAsync(
        RehearseOptions options, Func<IRehearseProgress, Task<RehearseReport>> work)
    {
        bool hasBars = !Console.IsErrorRedirected && !options.IsJson;
        return hasBars ? await BarProgress.RunAsync(work) : await work(new PlainProgress(Console.Error));
    }

    /// <summary>Stops the owner and removes the lab; a lab that was never made is nothing to remove.</summary>
    private static async Task RemoveAsync(string path)
    {
        if (File.Exists(new LabPaths(path).TopologyFile))
        {
            await new RehearseLab(path).TryAsync(["lab", "destroy", path], CancellationToken.None);
        }
    }

    private static void CheckRange(OptionResult result, int least, int most)
    {
        if (result.Tokens is [{ Value: { } text }] && int.TryParse(text, out int value)
            && (value < least || value > most))
        {
            result.AddError($"{result.Option.Name} takes {least} to {most}, not {value}");
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
