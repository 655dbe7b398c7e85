using System.Text.Json;
using Microsoft.AspNetCore.Http;
using VolMgr.Cli.Service.Replies;

namespace VolMgr.Cli.Service.Http;

/// <summary>
/// Migration and verification of a group, by the program's own verbs. A name reaches a verb as the value of an option,
/// never as a word of its own, so that none can pass for an option.
/// </summary>
internal sealed class GroupActions(LabViews views, HttpCommands commands)
{
    private static readonly string[] steps = ["pause", "resume", "finish", "abort"];

    /// <summary>Starts a migration in the background and tells where it stands.</summary>
    public async Task<JsonElement> MigrateAsync(
        string group, string? host, MigrationRequestBody body, CancellationToken gone)
    {
        string on = HostOf(group, host);
        List<string> arguments = [$"--group={group}", $"--to={body.To}", "--background", "--json"];
        if (body.From is { } from)
        {
            arguments.Add($"--from={from}");
        }

        arguments.AddRange((body.Volumes ?? []).Select(volume => $"--volume={volume}"));
        if (body.UntilMirrored)
        {
            arguments.Add("--until=mirrored");
        }

        Require(await commands.RunAsync("migrate", arguments, on, "", gone));
        return await StatusAsync(group, on, gone);
    }

    /// <summary>Where the group's migration stands.</summary>
    public async Task<JsonElement> StatusAsync(string group, string? host, CancellationToken gone)
    {
        string on = HostOf(group, host);
        CommandReply reply = await commands.RunAsync("migrate", ["status", $"--group={group}", "--json"], on, "", gone);
        if (reply.ExitCode == ExitCodes.Refused)
        {
            throw ApiProblem.NotFound(Sentence(reply));
        }

        Require(reply);
        using var json = JsonDocument.Parse(reply.Output);
        return json.RootElement.Clone();
    }

    /// <summary>Pauses, resumes, finishes or aborts it.</summary>
    public async Task<JsonElement> StepAsync(string group, string step, string? host, CancellationToken gone)
    {
        if (!steps.Contains(step, StringComparer.Ordinal))
        {
            throw ApiProblem.NotFound($"A migration has no '{step}'; it has {string.Join(", ", steps)}");
        }

        string on = HostOf(group, host);
        List<string> arguments = [step, $"--group={group}"];
        if (step is "resume" or "finish")
        {
            arguments.Add("--background");
        }

        Require(await commands.RunAsync("migrate", arguments, on, "", gone));
        return await StatusAsync(group, on, gone);
    }

    /// <summary>Compares the plexes of the group's volumes, or of one of them.</summary>
    public async Task<VerifyReply> VerifyAsync(string group, string? volume, string? host, CancellationToken gone)
    {
        string on = HostOf(group, host);
        List<string> arguments = [$"--group={group}"];
        if (volume is not null)
        {
            arguments.Add($"--volume={volume}");
        }

        CommandReply reply = await commands.RunAsync("verify", arguments, on, "", gone);
        if (reply.ExitCode is not (ExitCodes.Done or ExitCodes.CheckFailed))
        {
            Require(reply);
        }

        return new VerifyReply(
            reply.ExitCode == ExitCodes.Done, reply.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private string HostOf(string group, string? host) =>
        views.Groups(host).FirstOrDefault(known => string.Equals(known.Name, group, StringComparison.Ordinal))?.Host
        ?? throw ApiProblem.NotFound($"No disk group '{group}' is imported; GET /v1/groups lists those that are");

    private static void Require(CommandReply reply)
    {
        if (reply.ExitCode != ExitCodes.Done)
        {
            throw new ApiProblem(
                reply.ExitCode == ExitCodes.WrongUsage
                    ? StatusCodes.Status400BadRequest
                    : StatusCodes.Status409Conflict,
                Sentence(reply));
        }
    }

    private static string Sentence(CommandReply reply) =>
        reply.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [.., { } last]
            ? last
            : $"The command ended with exit code {reply.ExitCode}";
}
