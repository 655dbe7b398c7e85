using Microsoft.AspNetCore.Http;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Protocol;
using VolMgr.Cli.Service.Replies;
using VolMgr.Commands;

namespace VolMgr.Cli.Service.Http;

/// <summary>
/// Runs commands for the API, as the control socket does for a shell: the client's going is a Ctrl-C. They see files of
/// the lab only. A few run at a time; the next one is told to come again.
/// </summary>
internal sealed class HttpCommands(LabPaths lab, LabService service, ServiceHealth health) : IDisposable
{
    private const int MaximumRunning = 32;
    private const int MaximumText = 4 << 20;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <summary>Verbs that take no path of the user's machine.</summary>
    private static readonly string[] verbs = ["migrate", "verify", "lun", "host"];

    private readonly SemaphoreSlim room = new(MaximumRunning);

    /// <summary>Runs a command that a client sent.</summary>
    public Task<CommandReply> RunAsync(CommandRequestBody body, CancellationToken gone)
    {
        bool isKnown = CommandSet.Names.Contains(body.Name, StringComparer.Ordinal)
            || verbs.Contains(body.Name, StringComparer.Ordinal);
        if (body.Arguments?.Any(argument => argument is null) == true)
        {
            throw ApiProblem.BadRequest("Every argument is a string; null is none");
        }

        return isKnown
            ? RunAsync(body.Name, body.Arguments ?? [], body.Host ?? "", body.Input ?? "", gone)
            : throw ApiProblem.BadRequest(
                $"'{body.Name}' is no command of the API; it has {string.Join(", ", CommandSet.Names)}, "
                + string.Join(", ", verbs));
    }

    /// <summary>Runs a command by name.</summary>
    public async Task<CommandReply> RunAsync(
        string name, IReadOnlyList<string> arguments, string host, string input, CancellationToken gone)
    {
        if (!health.IsServing || !await room.WaitAsync(0, CancellationToken.None))
        {
            throw new ApiProblem(
                StatusCodes.Status503ServiceUnavailable,
                health.IsServing ? "Too many commands run at once; try again when one has ended"
                    : "The service is stopping; try again when it is up again");
        }

        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(gone, health.Stopping);
        await using var output = new BoundedText(MaximumText);
        await using var error = new BoundedText(MaximumText);
        using var reader = new StringReader(input);
        try
        {
            int exitCode = await service.RunAsync(
                new RunRequest(name, arguments, lab.Root, host, []),
                new CommandStreams(output, error, reader),
                new ConfinedFiles(lab),
                interrupted.Token);
            return new CommandReply(
                exitCode, output.ToString(), error.ToString(), output.IsTruncated || error.IsTruncated);
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>Waits a while for the commands that run; <see cref="ServiceHealth"/> has told them to end.</summary>
    public async Task StopAsync()
    {
        long deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (room.CurrentCount < MaximumRunning && Environment.TickCount64 < deadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => room.Dispose();
}
