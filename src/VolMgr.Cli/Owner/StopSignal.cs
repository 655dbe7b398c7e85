using System.Runtime.InteropServices;

namespace VolMgr.Cli.Owner;

/// <summary>The one request to stop the owner; the first reason counts.</summary>
internal sealed class StopSignal
{
    private readonly TaskCompletionSource<string> requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the reason.</summary>
    public Task<string> Requested => requested.Task;

    /// <summary>Asks for a clean stop.</summary>
    public void Request(string reason) => requested.TrySetResult(reason);

    /// <summary>Turns a signal of the operating system into a request.</summary>
    public PosixSignalRegistration On(PosixSignal signal) => PosixSignalRegistration.Create(
        signal,
        context =>
        {
            context.Cancel = true;
            Request($"signal {signal}");
        });
}
