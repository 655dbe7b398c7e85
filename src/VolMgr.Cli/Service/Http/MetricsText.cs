using System.Diagnostics;
using System.Globalization;
using System.Text;
using VolMgr.Cli.Exports;
using VolMgr.Cli.Service.Events;
using VolMgr.Cli.Service.Replies;
using VolMgr.Nbd.Server;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Cli.Service.Http;

/// <summary>GET /metrics: the service in Prometheus' text format, version 0.0.4.</summary>
internal sealed class MetricsText(VolumeExports exports, LabViews views, NbdListeners nbd, EventFeed feed)
{
    /// <summary>The content type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>All metrics as they are now.</summary>
    public string Read()
    {
        var text = new MetricsWriter();
        WriteVolumes(text);
        WriteTasks(text);
        WriteNbd(text, nbd.Statistics);
        WriteProcess(text);
        text.Begin("volmgr_event_watchers", "gauge", "Clients of the event stream.");
        text.Sample("volmgr_event_watchers", [], feed.WatcherCount);
        return text.ToString();
    }

    private void WriteVolumes(MetricsWriter text)
    {
        IReadOnlyList<StartedVolume> volumes = exports.Started();
        (string, Func<DirectionStatistics, double>, string)[] counters =
        [
            ("operations_total", each => each.Operations, "Operations of applications that ended."),
            ("bytes_total", each => each.Bytes, "Bytes that they asked for."),
            ("seconds_total", each => each.Time.TotalSeconds, "Their times added up."),
            ("failures_total", each => each.Failures, "Operations that failed."),
        ];
        foreach ((string name, Func<DirectionStatistics, double> value, string help) in counters)
        {
            string metric = $"volmgr_volume_{name}";
            text.Begin(metric, "counter", help);
            foreach (StartedVolume volume in volumes)
            {
                VolumeStatistics statistics = volume.Device.Statistics;
                text.Sample(metric, Labels(volume, "read"), value(statistics.Reads));
                text.Sample(metric, Labels(volume, "write"), value(statistics.Writes));
                text.Sample(metric, Labels(volume, "flush"), value(statistics.Flushes));
            }
        }

        WriteGauge(text, volumes, "length_bytes", "Length.", volume => volume.Device.Length);
        WriteGauge(text, volumes, "open", "Clients that hold it open.", volume => volume.Device.OpenCount);
        WriteGauge(
            text, volumes, "readable_plexes", "Plexes that serve reads.", volume => volume.Device.Plexes.ReadableCount);
    }

    private static void WriteGauge(
        MetricsWriter text,
        IReadOnlyList<StartedVolume> volumes,
        string name,
        string help,
        Func<StartedVolume, double> value)
    {
        string metric = $"volmgr_volume_{name}";
        text.Begin(metric, "gauge", help);
        foreach (StartedVolume volume in volumes)
        {
            text.Sample(metric, Labels(volume, null), value(volume));
        }
    }

    private void WriteTasks(MetricsWriter text)
    {
        text.Begin("volmgr_task_progress_ratio", "gauge", "Share of a task that is done, 0 to 1.");
        foreach (TaskReply task in views.Tasks(null))
        {
            text.Sample(
                "volmgr_task_progress_ratio",
                [
                    ("host", task.Host),
                    ("id", task.Id.ToString(CultureInfo.InvariantCulture)),
                    ("type", task.Type),
                    ("state", task.State),
                    ("group", task.Group ?? ""),
                    ("volume", task.Volume ?? ""),
                    ("plex", task.Plex ?? ""),
                ],
                task.Percent / 100);
        }
    }

    private static void WriteNbd(MetricsWriter text, NbdServerStatistics nbd)
    {
        text.One("volmgr_nbd_connections", "gauge", "NBD clients that chose an export.", nbd.Connections);
        text.One("volmgr_nbd_handshakes", "gauge", "NBD clients that have not yet.", nbd.Handshakes);
        text.One("volmgr_nbd_accepted_total", "counter", "NBD clients ever accepted.", nbd.ConnectionsAccepted);
        text.One("volmgr_nbd_requests_total", "counter", "NBD requests answered.", nbd.Requests);
        text.One("volmgr_nbd_errors_total", "counter", "NBD requests answered with an error.", nbd.Errors);
        text.One("volmgr_nbd_read_bytes_total", "counter", "Bytes sent to NBD clients.", nbd.BytesRead);
        text.One("volmgr_nbd_written_bytes_total", "counter", "Bytes taken from NBD clients.", nbd.BytesWritten);
        text.One("volmgr_nbd_held_bytes", "gauge", "Bytes that NBD requests hold now.", nbd.BytesHeld);
    }

    private static void WriteProcess(MetricsWriter text)
    {
        using var process = Process.GetCurrentProcess();
        text.One("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        text.One("process_cpu_seconds_total", "counter", "CPU time.", process.TotalProcessorTime.TotalSeconds);
        text.One("process_threads", "gauge", "Threads.", process.Threads.Count);
        text.One("dotnet_heap_bytes", "gauge", "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
    }

    private static (string Name, string Value)[] Labels(StartedVolume volume, string? direction)
    {
        (string, string)[] labels =
            [("host", volume.Host.Host.Name), ("group", volume.Group.Name), ("volume", volume.Record.Name)];
        return direction is null ? labels : [.. labels, ("direction", direction)];
    }
}

/// <summary>Writes samples under their headings.</summary>
internal sealed class MetricsWriter
{
    private readonly StringBuilder text = new();

    /// <summary>The heading of a metric.</summary>
    public void Begin(string metric, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {metric} {help}\n# TYPE {metric} {type}\n");

    /// <summary>One value.</summary>
    public void Sample(string metric, IReadOnlyList<(string Name, string Value)> labels, double value)
    {
        string words = string.Join(",", labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\""));
        text.Append(metric);
        if (words.Length > 0)
        {
            text.Append('{').Append(words).Append('}');
        }

        text.Append(CultureInfo.InvariantCulture, $" {value:R}\n");
    }

    /// <summary>A metric without labels.</summary>
    public void One(string metric, string type, string help, double value)
    {
        Begin(metric, type, help);
        Sample(metric, [], value);
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
