namespace VolMgr.Arrays.Multipath;

/// <summary>
/// Looks at paths every so often and enables those that work again; under the wider policies it also finds paths that
/// broke without an I/O. It runs only while there is something to look at, so that an idle host has no timer.
/// </summary>
internal sealed class RestoreDaemon(MultipathHost host, Func<IReadOnlyList<DmpNode>> nodes) : IAsyncDisposable
{
    private readonly Lock changing = new();
    private CancellationTokenSource? stopping;
    private Task running = Task.CompletedTask;
    private long round;
    private bool isDisposed;

    /// <summary>Starts the loop if there is something to look at and it does not run.</summary>
    public void Wake()
    {
        lock (changing)
        {
            if (isDisposed || stopping is not null || !IsNeeded())
            {
                return;
            }

            CancellationTokenSource source = new();
            stopping = source;
            running = host.Engine.StartAsync(() => RunAsync(source));
        }
    }

    /// <summary>Takes over a changed interval or policy: the running interval begins anew.</summary>
    public void Restart()
    {
        Stop(isLast: false);
        Wake();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Stop(isLast: true);
        await running;
    }

    /// <summary>One look at the paths that the policy asks for.</summary>
    public void Look()
    {
        long now = Interlocked.Increment(ref round);
        DmpTunables tunables = host.Tunables;
        bool isWide = tunables.DaemonPolicy switch
        {
            "check_all" => true,
            "check_periodic" => now % tunables.DaemonCycles == 0,
            _ => false,
        };
        foreach (DmpNode node in nodes())
        {
            for (int index = 0; index < node.Paths.Count; index++)
            {
                DevicePath path = node.Paths[index];
                bool isMeant = isWide || (tunables.DaemonPolicy == "check_alternate" && (index + now) % 2 == 0);
                if (path.State == PathState.Enabled && isMeant && !MultipathDevice.IsAnswering(path))
                {
                    node.Multipath.Fail(path);
                }
                else
                {
                    node.Multipath.TryRestore(path);
                }
            }
        }
    }

    private void Stop(bool isLast)
    {
        lock (changing)
        {
            isDisposed |= isLast;
            stopping?.Cancel();
            stopping = null;
        }
    }

    private bool IsNeeded() => host.Tunables.IsDaemonRunning
        && (host.Tunables.DaemonPolicy != "check_disabled"
            || nodes().Any(node => node.Paths.Any(path => path.MayReturn)));

    private async Task RunAsync(CancellationTokenSource source)
    {
        try
        {
            while (!source.IsCancellationRequested)
            {
                await host.Engine.DelayAsync(host.Tunables.DaemonInterval, source.Token);
                Look();
                lock (changing)
                {
                    if (!IsNeeded())
                    {
                        stopping = ReferenceEquals(stopping, source) ? null : stopping;
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // stopped or restarted
        }
    }
}
