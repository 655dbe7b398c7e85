using System.ComponentModel;

namespace VolMgr.Cli.Service.Events;

/// <summary>One event of the stream.</summary>
/// <param name="Number">Grows by one with each event of this process.</param>
/// <param name="Type">What it tells; see <see cref="EventTypes"/>.</param>
/// <param name="Data">JSON.</param>
internal sealed record ServiceEvent(long Number, string Type, string Data);

/// <summary>The types of events.</summary>
internal static class EventTypes
{
    /// <summary>A task began, went on, changed its state or ended; the data is the task.</summary>
    public const string Task = "task";

    /// <summary>A host, group, volume, plex or disk came, went or changed its state.</summary>
    public const string State = "state";

    /// <summary>Events before this one are not known any more: read the resources again.</summary>
    public const string Reset = "reset";

    /// <summary>The client was too slow and missed events: the stream ends, connect again.</summary>
    public const string Dropped = "dropped";

    /// <summary>The service stops: the stream ends.</summary>
    public const string Stopping = "stopping";
}

/// <summary>A change of state.</summary>
internal sealed record StateChange(
    string Host,
    [property: Description("host, group, volume, plex or disk.")] string Kind,
    string Name,
    [property: Description("Null: it was not there.")] string? Before,
    [property: Description("Null: it is not there any more.")] string? After);

/// <summary>Something about the stream itself.</summary>
internal sealed record Notice(string Message);
