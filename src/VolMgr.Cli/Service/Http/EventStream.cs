using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using VolMgr.Cli.Service.Events;

namespace VolMgr.Cli.Service.Http;

/// <summary>
/// GET /v1/events: server-sent events. A client that comes back with Last-Event-ID gets what it missed, or the event
/// "reset" where that is not known any more; one that is too slow gets "dropped" and is let go; at the end of the
/// service all get "stopping".
/// </summary>
internal sealed class EventStream(EventFeed feed, ServiceHealth health, ILogger<EventStream> logger)
{
    private static readonly TimeSpan keepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Streams until the client goes, is too slow, or the service stops.</summary>
    public async Task SendAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        string? lastId = context.Request.Headers["Last-Event-ID"];
        using EventWatch watch = feed.Watch(string.IsNullOrEmpty(lastId) ? null : lastId);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, health.Stopping);
        await WriteAsync(context, "retry: 2000\n\n");
        if (watch.HasGap)
        {
            await NoticeAsync(context, EventTypes.Reset, "Events are lost; read the resources again");
        }

        foreach (ServiceEvent happened in watch.Missed)
        {
            await WriteAsync(context, TextOf(happened));
        }

        try
        {
            await FollowAsync(context, watch, ending.Token);
            Log.SlowWatcher(logger);
            await NoticeAsync(context, EventTypes.Dropped, "You were too slow; connect again with Last-Event-ID");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await NoticeAsync(context, EventTypes.Stopping, "The service stops");
        }
    }

    /// <summary>Returns when the watcher was too slow.</summary>
    private async Task FollowAsync(HttpContext context, EventWatch watch, CancellationToken ending)
    {
        while (true)
        {
            Task<bool> more = watch.Events.WaitToReadAsync(ending).AsTask();
            if (await Task.WhenAny(more, Task.Delay(keepAlive, ending)) != more && !ending.IsCancellationRequested)
            {
                await WriteAsync(context, ": still here\n\n"); // so that a client that has gone is noticed
            }

            if (!await more)
            {
                return;
            }

            while (watch.Events.TryRead(out ServiceEvent? happened))
            {
                await WriteAsync(context, TextOf(happened));
            }
        }
    }

    private string TextOf(ServiceEvent happened) =>
        $"id: {feed.IdOf(happened)}\nevent: {happened.Type}\ndata: {happened.Data}\n\n";

    private static Task NoticeAsync(HttpContext context, string type, string message) =>
        WriteAsync(
            context,
            $"event: {type}\ndata: {JsonSerializer.Serialize(new Notice(message), ApiJson.Default.Notice)}\n\n");

    private static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
