using System.Diagnostics;
using System.Text.Json;
using VolMgr.Arrays;
using VolMgr.Blocks;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Rehearse;

/// <summary>
/// A lab driven from outside, as a person does it: each command is a process of this program with VOLMGR_LAB set.
/// </summary>
internal sealed class RehearseLab(string path, string host = "host1") : IRehearseLab
{
    private const int AttemptsMax = 20;
    private readonly LabPaths lab = new(path);

    public string Host => host;

    public TimeProvider Time => TimeProvider.System;

    public TimeSpan PollInterval => TimeSpan.FromMilliseconds(500);

    public TimeSpan QuietTime => TimeSpan.FromSeconds(RehearseOptions.QuietSeconds);

    public async Task<RehearsePlan> CreateAsync(RehearsePlan plan, CancellationToken token)
    {
        LabTopology topology = LabTemplates.Build(
            LabTemplates.Migration, new LabTemplateOptions(plan.LunCount, plan.LunSize))!; // the template is built in
        await LabCreation.CreateAsync(path, topology, LabTemplates.Migration, token);
        return plan;
    }

    public async Task<IWorkload> StartWorkloadAsync(WorkloadOptions options, CancellationToken token) =>
        await WorkloadHandle.StartAsync(options, token);

    public Task DisturbAsync(MigrationStatus status, CancellationToken token) =>
        Task.CompletedTask; // whoever wants to, kills the owner

    public void BeginChecks()
    {
        // Real time goes on.
    }

    public async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken token)
    {
        (int exitCode, string output, string error) = await StartRepeatableAsync(arguments, token);
        return exitCode == ExitCodes.Done
            ? output
            : throw new RehearsalException($"'{string.Join(' ', arguments)}' ended with {exitCode}: {error.Trim()}");
    }

    public async Task<(int ExitCode, string Output)> TryAsync(IReadOnlyList<string> arguments, CancellationToken token)
    {
        (int exitCode, string output, string error) = await StartRepeatableAsync(arguments, token);
        return (exitCode, output.Length > 0 ? output : error);
    }

    public async Task<IReadOnlyList<string>> DevicesAsync(string enclosure, CancellationToken token)
    {
        string listing = await RunAsync(["vxdisk", "list"], token);
        return [.. listing.Split('\n')
            .Select(line => line.Split(' ', 2)[0])
            .Where(name => name.StartsWith(enclosure + "_", StringComparison.Ordinal))];
    }

    public async Task<MigrationStatus> MigrationStatusAsync(string group, CancellationToken token)
    {
        (int exitCode, string output) = await TryAsync(["migrate", "status", "--group", group, "--json"], token);
        return exitCode == ExitCodes.Done
            ? JsonSerializer.Deserialize(output, RehearseStatusJson.Default.MigrationStatus) ?? new MigrationStatus()
            : new MigrationStatus();
    }

    public async Task<IBlockDevice?> OpenAsync(string group, string volumeOrPlex, CancellationToken token)
    {
        try
        {
            return await VolumeClient.OpenAsync(lab, new OpenVolumeRequest(Host, group, volumeOrPlex), token);
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    /// <summary>A command that only looks is asked again when the host crashes under it.</summary>
    private async Task<(int ExitCode, string Output, string Error)> StartRepeatableAsync(
        IReadOnlyList<string> arguments, CancellationToken token)
    {
        bool isRepeatable = arguments is ["vxprint" or "vxtask" or "vxdctl" or "vxdisk" or "verify", ..]
            or ["migrate", "status", ..];
        (int ExitCode, string Output, string Error) ended = await StartAsync(arguments, token);
        for (int attempt = 1;
            isRepeatable && ended.ExitCode == ExitCodes.Interrupted && attempt < AttemptsMax;
            attempt++)
        {
            ended = await StartAsync(arguments, token);
        }

        return ended;
    }

    private async Task<(int ExitCode, string Output, string Error)> StartAsync(
        IReadOnlyList<string> arguments, CancellationToken token)
    {
        ProcessStartInfo start = new(OwnerStarter.ProgramPath, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[LabPaths.Variable] = path;
        start.Environment["VOLMGR_HOST"] = Host;
        using Process process = Process.Start(start)
            ?? throw new RehearsalException($"could not start {OwnerStarter.ProgramPath}");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> error = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return (process.ExitCode, await output, await error);
    }
}
