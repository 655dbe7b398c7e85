using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace VolMgr.Cli.Rehearse;

/// <summary>The rehearsal's end of a workload process.</summary>
internal sealed class WorkloadHandle : IWorkload
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(10);
    private readonly Process process;
    private readonly Channel<WorkloadEvent> events = Channel.CreateUnbounded<WorkloadEvent>();
    private readonly WorkloadOptions options;
    private volatile bool isDisconnected;

    private WorkloadHandle(Process process, WorkloadOptions options)
    {
        this.process = process;
        this.options = options;
        _ = ReadEventsAsync();
    }

    /// <inheritdoc/>
    public bool IsDisconnected => isDisconnected;

    /// <summary>Starts this program again as the workload process.</summary>
    public static async Task<WorkloadHandle> StartAsync(WorkloadOptions options, CancellationToken token)
    {
        ProcessStartInfo start = new(Environment.ProcessPath ?? throw new InvalidOperationException("no program path"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("workload");
        Process child = Process.Start(start) ?? throw new InvalidOperationException("the workload did not start");
        WorkloadHandle handle = new(child, options);
        await handle.TellAsync(JsonSerializer.Serialize(options, WorkloadJson.Default.WorkloadOptions));
        await handle.ExpectAsync("ready", token);
        return handle;
    }

    /// <inheritdoc/>
    public async Task TellAsync(string command)
    {
        await process.StandardInput.WriteLineAsync(command);
        await process.StandardInput.FlushAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task<WorkloadEvent> AskAsync(string command, string expected, CancellationToken token)
    {
        if (command == "settle")
        {
            isDisconnected = false;
        }

        await TellAsync(command);
        return await ExpectAsync(expected, token);
    }

    /// <inheritdoc/>
    public Ledger OpenLedger(string volume) => Ledger.Open(options.LedgerPath(volume));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private async Task<WorkloadEvent> ExpectAsync(string expected, CancellationToken token)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(PatienceMax);
        while (await events.Reader.WaitToReadAsync(limit.Token) && events.Reader.TryRead(out WorkloadEvent? said))
        {
            if (said.Event == expected)
            {
                return said;
            }

            if (said.Event == "failed")
            {
                throw new RehearsalException($"the workload failed: {said.Message}");
            }
        }

        throw new RehearsalException($"the workload process ended while '{expected}' was expected");
    }

    private async Task ReadEventsAsync()
    {
        while (await process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            WorkloadEvent? said = JsonSerializer.Deserialize(line, WorkloadJson.Default.WorkloadEvent);
            if (said is null)
            {
                continue;
            }

            if (said.Event == "disconnected")
            {
                isDisconnected = true;
            }
            else
            {
                await events.Writer.WriteAsync(said, CancellationToken.None);
            }
        }

        events.Writer.TryComplete();
    }
}

/// <summary>The rehearsal cannot go on; the message is for the user.</summary>
internal sealed class RehearsalException(string message) : Exception(message);
