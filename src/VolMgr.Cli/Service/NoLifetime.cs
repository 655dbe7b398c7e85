using Microsoft.Extensions.Hosting;

namespace VolMgr.Cli.Service;

/// <summary>A host that nobody stops but <see cref="ServeProcess"/>.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
