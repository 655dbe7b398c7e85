using System.Globalization;
using System.Threading.Channels;

namespace VolMgr.Cli.Service.Events;

/// <summary>
/// Hands events to everyone who watches, and keeps the newest for those who come back. A watcher that does not keep up
/// loses its place: it is told so, and neither memory nor other watchers wait for it.
/// </summary>
internal sealed class EventFeed(TimeProvider time)
{
    /// <summary>Events that are kept for watchers who come back.</summary>
    public const int KeptEvents = 1024;

    /// <summary>Events that wait for one watcher: a few seconds of a busy migration.</summary>
    public const int WaitingEvents = 256;

    private readonly Lock gate = new();
    private readonly Queue<ServiceEvent> kept = new();
    private readonly List<EventWatch> watches = [];
    private readonly string epoch = $"{time.GetUtcNow().ToUnixTimeMilliseconds():x}";
    private long newest;

    /// <summary>How many watch.</summary>
    public int WatcherCount
    {
        get
        {
            lock (gate)
            {
                return watches.Count;
            }
        }
    }

    /// <summary>The id of an event, as Last-Event-ID brings it back; it names this process too.</summary>
    public string IdOf(ServiceEvent happened) =>
        string.Create(CultureInfo.InvariantCulture, $"{epoch}-{happened.Number}");

    /// <summary>Tells everyone.</summary>
    public void Publish(string type, string data)
    {
        lock (gate)
        {
            var happened = new ServiceEvent(++newest, type, data);
            kept.Enqueue(happened);
            if (kept.Count > KeptEvents)
            {
                kept.Dequeue();
            }

            watches.RemoveAll(watch => !watch.TryAdd(happened));
        }
    }

    /// <summary>
    /// Watches from now on, or from the event after that of <paramref name="lastId"/>. Where that one is not known any
    /// more, <see cref="EventWatch.HasGap"/> says so.
    /// </summary>
    public EventWatch Watch(string? lastId)
    {
        lock (gate)
        {
            long oldest = newest - kept.Count;
            long? seen = lastId is null ? newest : Read(lastId);
            bool hasGap = seen is null || seen < oldest || seen > newest;
            List<ServiceEvent> missed = hasGap ? [] : [.. kept.Where(happened => happened.Number > seen)];
            var watch = new EventWatch(missed, hasGap, Forget);
            watches.Add(watch);
            return watch;
        }
    }

    private long? Read(string id) =>
        id.StartsWith(epoch + "-", StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(epoch.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    private void Forget(EventWatch watch)
    {
        lock (gate)
        {
            watches.Remove(watch);
        }
    }
}

/// <summary>One watcher of the feed.</summary>
internal sealed class EventWatch : IDisposable
{
    private readonly Channel<ServiceEvent> waiting = Channel.CreateBounded<ServiceEvent>(
        new BoundedChannelOptions(EventFeed.WaitingEvents)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });

    private readonly Action<EventWatch> forget;

    /// <summary>A watcher that first gets what it missed.</summary>
    public EventWatch(IReadOnlyList<ServiceEvent> missed, bool hasGap, Action<EventWatch> forget)
    {
        Missed = missed;
        HasGap = hasGap;
        this.forget = forget;
    }

    /// <summary>What happened since the event that it saw last.</summary>
    public IReadOnlyList<ServiceEvent> Missed { get; }

    /// <summary>Whether events are lost that it has not seen.</summary>
    public bool HasGap { get; }

    /// <summary>What happens from now on; it ends when the watcher was too slow.</summary>
    public ChannelReader<ServiceEvent> Events => waiting.Reader;

    /// <summary>Adds an event; false when the watcher is too slow and gets no more.</summary>
    public bool TryAdd(ServiceEvent happened)
    {
        if (waiting.Writer.TryWrite(happened))
        {
            return true;
        }

        waiting.Writer.TryComplete();
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => forget(this);
}
