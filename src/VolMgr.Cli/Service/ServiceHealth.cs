namespace VolMgr.Cli.Service;

/// <summary>Whether the service takes work: true from its start until it begins to stop.</summary>
internal sealed class ServiceHealth(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    /// <summary>When the service started.</summary>
    public DateTimeOffset Started { get; } = time.GetUtcNow();

    /// <summary>Fires when the service begins to stop.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Whether it takes work.</summary>
    public bool IsServing => !stopping.IsCancellationRequested;

    /// <summary>It takes no more work.</summary>
    public void BeginStop() => stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();
}
