using System.CommandLine;
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
        RehearseChoice choice = new();
        RunbookChoice runbook = new();
        Command command = new("rehearse", "Rehearse a whole array migration under verified live I/O");
        choice.AddTo(command);
        runbook.AddTo(command);
        command.SetAction((parsed, token) => runbook.Of(parsed, [.. choice.OwnShape]) is { } file
            ? RunRunbookAsync(file, choice.Of(parsed), parsed, runbook, token)
            : RunAsync(choice, parsed, token));
        return command;
    }

    private static Task<int> RunRunbookAsync(
        string file, RehearseOptions options, ParseResult parsed, RunbookChoice runbook, CancellationToken token) =>
        RunbookVerb.RunAsync(
            new RunbookOptions(
                file,
                options.Lab,
                parsed.GetValue(runbook.Group),
                options.Seed,
                options.Shape,
                parsed.GetValue(runbook.KeepGoing),
                options.IsJson),
            !parsed.GetValue(runbook.NoIo),
            token);

    private static Task<int> RunAsync(RehearseChoice choice, ParseResult parsed, CancellationToken token)
    {
        RehearseOptions options = choice.Of(parsed);
        if (VirtualRehearsal.Fit(options, choice.HasSize(parsed)) is { } virtualOptions)
        {
            return RunAsync(virtualOptions, RehearseVirtuallyAsync, token);
        }

        return !choice.HasCrashes(parsed)
            ? RunAsync(options, RehearseAsync, token)
            : throw UserErrorException.Usage(
                "--crashes is for rehearsals in virtual time; in real time, kill -9 the lab's owner meanwhile");
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
            RehearseSpace.Check(options, root);
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
}
