using System.Net.Sockets;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Owner;

/// <summary>
/// Takes connections on the control socket and serves each by itself. Whatever a client sends, it can end its own
/// connection and nothing else.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private static readonly TimeSpan firstFramePatience = TimeSpan.FromSeconds(30);

    private readonly Socket listener;
    private readonly ILabService service;
    private readonly Func<string?> busyWith;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly Dictionary<FrameStream, Task> connections = [];
    private readonly Task accepting;
    private long lastActivity = Environment.TickCount64;
    private bool isClosed;

    /// <summary>Starts to serve a listening socket.</summary>
    /// <param name="listener">The socket.</param>
    /// <param name="service">The lab.</param>
    /// <param name="busyWith">What else, beside commands and tasks, keeps the lab up; null for nothing.</param>
    public ControlServer(Socket listener, ILabService service, Func<string?> busyWith)
    {
        this.listener = listener;
        this.service = service;
        this.busyWith = busyWith;
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>For how long there has been no client; zero while there is one.</summary>
    public TimeSpan IdleTime
    {
        get
        {
            lock (gate)
            {
                return connections.Count > 0
                    ? TimeSpan.Zero
                    : TimeSpan.FromMilliseconds(Environment.TickCount64 - lastActivity);
            }
        }
    }

    /// <summary>Takes no more clients, if there is none now; false when there is one.</summary>
    public bool TryCloseWhenIdle()
    {
        lock (gate)
        {
            isClosed = connections.Count == 0;
            return isClosed;
        }
    }

    /// <summary>Takes no more clients, interrupts those that are there and waits until they have gone.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        Task[] running;
        lock (gate)
        {
            isClosed = true;
            running = [.. connections.Values];
        }

        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        Task all = Task.WhenAll(running);
        if (await Task.WhenAny(all, Task.Delay(patience)) == all)
        {
            return;
        }

        lock (gate)
        {
            foreach (FrameStream frames in connections.Keys)
            {
                frames.Dispose();
            }
        }

        await Task.WhenAny(all, Task.Delay(patience));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(1));
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(stopping.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                OwnerLog.Write($"could not take a connection: {error.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                continue;
            }

            Begin(new FrameStream(socket));
        }
    }

    private void Begin(FrameStream frames)
    {
        lock (gate)
        {
            if (isClosed)
            {
                frames.Dispose(); // without Accepted: the client tries again and finds the next owner
                return;
            }

            connections.Add(frames, Task.Run(() => ServeAsync(frames)));
        }
    }

    private async Task ServeAsync(FrameStream frames)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            patience.CancelAfter(firstFramePatience);
            FrameHeader? header = await frames.ReadHeaderAsync(patience.Token);
            if (header is { } first
                && await frames.ReadPayloadAsync(first.PayloadLength, patience.Token) is { } payload)
            {
                await ServeAsync(frames, first.Type, payload);
            }
            else if (frames.Problem.Length > 0)
            {
                await frames.RefuseAsync(ExitCodes.Refused, frames.Problem);
            }
        }
        catch (Exception error)
        {
            OwnerLog.Write($"a connection failed: {error}");
        }
        finally
        {
            frames.Dispose();
            lock (gate)
            {
                connections.Remove(frames);
                lastActivity = Environment.TickCount64;
            }
        }
    }

    private async Task ServeAsync(FrameStream frames, FrameType type, byte[] payload)
    {
        if (type == FrameType.Run)
        {
            await new CommandSession(frames, service).ServeAsync(payload, stopping.Token);
        }
        else if (type == FrameType.OpenVolume)
        {
            await new VolumeSession(frames, service).ServeAsync(payload, stopping.Token);
        }
        else if (type == FrameType.Stop && payload.Length == 1)
        {
            await StopOnRequestAsync(frames, isForced: payload[0] == 1);
        }
        else
        {
            await frames.RefuseAsync(ExitCodes.Refused, $"a connection cannot begin with {type}");
        }
    }

    private async Task StopOnRequestAsync(FrameStream frames, bool isForced)
    {
        bool hasOtherClients;
        lock (gate)
        {
            hasOtherClients = connections.Count > 1;
        }

        string? reason = hasOtherClients || service.HasTasks
            ? "commands or tasks run in it, wait for them"
            : busyWith();
        if (!isForced && reason is not null)
        {
            await frames.RefuseAsync(ExitCodes.Refused, reason);
            return;
        }

        await frames.SendAsync(FrameType.Accepted, ReadOnlyMemory<byte>.Empty);
        service.RequestStop("asked by a client");
    }
}
