using System.Text.Json;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Owner;
using VolMgr.Cli.Service.Http;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Cli.Service.Events;

/// <summary>
/// Looks at the lab several times a second, at its tasks also whenever one begins or ends, and publishes what has
/// changed since the last look. A state that lasts shorter than that is not seen; the last state of a task always is.
/// </summary>
internal sealed class LabWatch(LabHosts hosts, EventFeed feed, TimeProvider time)
{
    private static readonly TimeSpan period = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan unwatchedPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan progressPeriod = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Host, int Id), WatchedTask> tasks = [];
    private Dictionary<LabStateKey, string> states = [];
    private long looked;

    /// <summary>Watches until the service stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        states = LabStates.Read(hosts);
        looked = time.GetTimestamp();
        while (!stopping.IsCancellationRequested)
        {
            Task[] wakes = [.. hosts.Up.Select(host => host.Host.Tasks.WaitForChangeAsync(host.Host.Tasks.Version))];
            TimeSpan between = feed.WatcherCount > 0 ? period : unwatchedPeriod;
            try
            {
                LookAtTasks();
                if (time.GetElapsedTime(looked) >= between)
                {
                    LookAtStates();
                }
            }
            catch (Exception error)
            {
                OwnerLog.Write($"the watch over the lab failed and goes on: {error}");
            }

            using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            TimeSpan rest = between - time.GetElapsedTime(looked);
            rest = rest > TimeSpan.FromMilliseconds(1) ? rest : TimeSpan.FromMilliseconds(1);
            await Task.WhenAny([.. wakes, Task.Delay(rest, time, wait.Token)]);
            await wait.CancelAsync();
        }
    }

    private void LookAtTasks()
    {
        foreach (RunningHost host in hosts.Up)
        {
            foreach (VolumeTask task in host.Host.Tasks.List)
            {
                if (!tasks.ContainsKey((host.Host.Name, task.Id)))
                {
                    tasks.Add((host.Host.Name, task.Id), new WatchedTask(task));
                }
            }
        }

        HashSet<VolumeTask> listed = [.. hosts.Up.SelectMany(up => up.Host.Tasks.List)];
        foreach (((string host, int id), WatchedTask watched) in tasks.ToArray())
        {
            TaskState state = watched.Task.State;
            bool isNew = state != watched.Told;
            bool isProgress = watched.Task.Current != watched.ToldCurrent
                && (watched.ToldAt is not { } at || time.GetElapsedTime(at) >= progressPeriod);
            if (isNew || isProgress)
            {
                feed.Publish(
                    EventTypes.Task,
                    JsonSerializer.Serialize(LabViews.Of(host, watched.Task), ApiJson.Default.TaskReply));
                tasks[(host, id)] = watched with
                {
                    Told = state,
                    ToldCurrent = watched.Task.Current,
                    ToldAt = time.GetTimestamp(),
                };
            }

            if (watched.Task.IsEnded || !listed.Contains(watched.Task))
            {
                tasks.Remove((host, id));
            }
        }
    }

    private void LookAtStates()
    {
        looked = time.GetTimestamp();
        Dictionary<LabStateKey, string> now = LabStates.Read(hosts);
        foreach (LabStateKey key in states.Keys.Union(now.Keys).Where(HasChanged).Order())
        {
            var change = new StateChange(
                key.Host, key.Kind, key.Name, states.GetValueOrDefault(key), now.GetValueOrDefault(key));
            feed.Publish(EventTypes.State, JsonSerializer.Serialize(change, ApiJson.Default.StateChange));
        }

        bool HasChanged(LabStateKey key) => !string.Equals(
            states.GetValueOrDefault(key), now.GetValueOrDefault(key), StringComparison.Ordinal);

        states = now;
    }

    private sealed record WatchedTask(VolumeTask Task)
    {
        public TaskState? Told { get; init; }

        public long ToldCurrent { get; init; } = -1;

        public long? ToldAt { get; init; }
    }
}
