using System.Diagnostics;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Verbs;
using VolMgr.Cli.Virtual;
using VolMgr.Commands.Runbooks;

namespace VolMgr.Cli.Runbooks;

/// <summary>
/// Runs a runbook step by step in the lab's shell while a verified application works on the volumes, stops where a gate
/// or a step fails, and checks the data at the end.
/// </summary>
internal sealed class RunbookRehearsal(
    RunbookOptions options, Runbook runbook, LabPaths paths, RehearseLab lab, IRehearseProgress progress)
{
    private readonly List<RunbookStepResult> results = [];
    private HostPicture before = new("", [], []);
    private string? stopped;
    private string? rollback;
    private Dictionary<string, string> environment = [];
    private HostView? view;

    public async Task<RunbookReport> RunAsync(string folder, CancellationToken token)
    {
        environment = LabShell.Environment(paths, lab.Host, isRunbook: true);
        view = HostView.For(runbook, folder, paths, lab.Host);
        before = await HostPicture.TakeAsync(lab, token);
        WorkloadOptions? workloadOptions = await PlanWorkloadAsync(folder, token);
        if (workloadOptions is null)
        {
            await RunStepsAsync(folder, token);
            return await ReportAsync([], null, token);
        }

        await using WorkloadHandle workload = await WorkloadHandle.StartAsync(workloadOptions, token);
        progress.Step("fill the volumes");
        await workload.AskAsync("fill 100", "filled", token);
        await workload.TellAsync("phase during");
        await workload.AskAsync("run", "running", token);
        await RunStepsAsync(folder, token);
        if (workload.IsDisconnected)
        {
            await lab.TryAsync(["vxdctl", "mode"], token); // a step crashed the host: it is booted, and looked at
            await workload.AskAsync("settle", "settled", token);
        }

        await workload.AskAsync("stop", "stopped", token);
        WorkloadEvent felt = await workload.AskAsync("quit", "report", token);
        progress.Step("check");
        List<RehearseCheck> checks = [.. Felt(felt)];
        LedgerCheck ledgers = new(lab, workloadOptions, workload.OpenLedger);
        foreach (string volume in workloadOptions.Volumes)
        {
            checks.Add(await ledgers.RunAsync(volume, token));
        }

        return await ReportAsync(checks, felt.Phases?[(int)WorkloadPhase.During], token);
    }

    private async Task<WorkloadOptions?> PlanWorkloadAsync(string folder, CancellationToken token)
    {
        if (options.Group is not { } group)
        {
            return null;
        }

        string started = await lab.RunAsync(
            ["vxprint", "-g", group, "-vF", "%name", "-e", "v_kstate==\"ENABLED\""], token);
        string[] volumes = started.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return volumes.Length == 0
            ? throw UserErrorException.Refused(
                $"disk group {group} has no started volume for the application; start one, or use --no-io")
            : new WorkloadOptions(
                paths.Root, lab.Host, group, volumes, options.Shape.Name, options.Seed, folder)
            {
                Span = RunbookOptions.Span,
            };
    }

    private async Task RunStepsAsync(string folder, CancellationToken token)
    {
        bool isVirtual = VirtualRules.IsVirtual(paths);
        using BashSession shell = new(folder, environment, view);
        foreach (RunbookStep step in runbook.Steps)
        {
            progress.Step($"step {step.Number}: {(step.Title.Length > 0 ? step.Title : step.Commands.Split('\n')[0])}");
            long began = Stopwatch.GetTimestamp();
            TimeSpan virtually = VirtualContentFile.ReadClock(paths);
            (int exitCode, string output) = await shell.RunAsync(step, token);
            results.Add(new RunbookStepResult(
                step.Number, step.Line, step.Title, step.Commands, step.Planned?.TotalSeconds,
                isVirtual ? (VirtualContentFile.ReadClock(paths) - virtually).TotalSeconds
                    : Stopwatch.GetElapsedTime(began).TotalSeconds,
                exitCode, output, step.Gate));
            rollback = step.Rollback ?? rollback;
            bool isLast = step.Number == runbook.Steps.Count;
            stopped = exitCode != 0 && step.Gate is { } gate ? $"gate at step {step.Number} is closed: {gate}"
                : exitCode != 0 && !options.KeepsGoing
                    ? $"step {step.Number} (line {step.Line}) ended with exit code {exitCode}"
                : shell.HasEnded && !isLast ? $"step {step.Number} (line {step.Line}) ended the shell"
                : null;
            if (stopped is not null || shell.HasEnded)
            {
                break;
            }
        }
    }

    private async Task<RunbookReport> ReportAsync(
        IReadOnlyList<RehearseCheck> data, PhaseReport? felt, CancellationToken token)
    {
        (_, string listing) = await lab.TryAsync(["vxtask", "-q", "list"], token);
        string[] tasks = [.. listing.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])];
        HostPicture now = await HostPicture.TakeAsync(lab, token);
        int failed = results.Count(step => step.ExitCode != 0);
        List<RehearseCheck> checks =
        [
            new("every step was run", stopped is null && results.Count == runbook.Steps.Count,
                $"{results.Count} of {runbook.Steps.Count}"),
            new("every step succeeded", failed == 0, $"{failed} failed"),
            new("no task is left", tasks.Length == 0, $"{tasks.Length} tasks"),
            .. data,
        ];
        List<string> way = rollback is { } own && stopped is not null ? [$"the runbook says: {own}"] : [];
        if (stopped is not null)
        {
            way.AddRange(now.WayBackTo(before, tasks));
        }

        progress.End();
        return new RunbookReport
        {
            Result = checks.TrueForAll(check => check.Passed) ? "pass" : "fail",
            Runbook = runbook.Name,
            StepCount = runbook.Steps.Count,
            Steps = results,
            Checks = checks,
            Application = felt,
            Stopped = stopped,
            Host = stopped is null ? null : now.Listing,
            WayBack = way,
            Seed = options.Seed,
        };
    }

    private static IEnumerable<RehearseCheck> Felt(WorkloadEvent felt)
    {
        IReadOnlyList<string> problems = felt.Problems ?? [];
        yield return new RehearseCheck(
            "the application read only what it had written", problems.Count == 0,
            problems.Count == 0 ? $"{felt.Phases?.Sum(phase => phase.Operations) ?? 0} operations" : problems[0]);
        yield return new RehearseCheck(
            "no operation of the application failed", felt.FailedOperations == 0, $"{felt.FailedOperations} failed");
    }
}
