using System.Threading.Channels;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>
/// The durable configuration of one imported group. Its loop is the only writer: it takes commits one at a time and
/// brings
/// each to its end: compute, check, write to every holder, publish.
/// </summary>
/// <remarks>
/// Always true:
/// <list type="bullet">
/// <item><see cref="Current"/> is durable on every holder; what is published is never ahead of the disks.</item>
/// <item>A commit is on the disks whole or not at all, whenever the host goes down.</item>
/// <item>A disk that fails is taken off the holders in the same generation; with none left nothing changes any
/// more.</item>
/// </list>
/// It never throws for what a device does. A change that breaks the rules of a configuration is a bug and throws to
/// the one
/// who asked for it; the store goes on.
/// </remarks>
public sealed partial class ConfigurationStore
{
    /// <summary>Commits that may wait: as many as a host runs commands and faults at a time, with room.</summary>
    private const int QueueCapacity = 64;

    private readonly HolderSet set;

    /// <summary>The name of this import only, or null.</summary>
    private readonly string? temporaryName;

    /// <summary>The host that has the group.</summary>
    private readonly string hostId;

    private readonly Channel<Func<Task>> queue = Channel.CreateBounded<Func<Task>>(
        new BoundedChannelOptions(QueueCapacity)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = false,
            AllowSynchronousContinuations = false,
        });

    /// <summary>The loop.</summary>
    private readonly Task loop;

    private volatile Published published;

    /// <summary>Set by the loop: commands that are still in the queue are refused.</summary>
    private bool hasEnded;

    private ConfigurationStore(HolderSet set, string hostId, string? temporaryName, EngineServices engine)
    {
        Invariant.Holds(set.Durable is not null);
        this.set = set;
        this.hostId = hostId;
        this.temporaryName = temporaryName;
        published = Snapshot(isDisabled: false);
        loop = engine.StartAsync(RunAsync);
    }

    /// <summary>The configuration of the newest durable generation.</summary>
    public GroupConfiguration Current => published.Configuration;

    /// <summary>Number of the newest durable generation.</summary>
    public long Generation => published.Generation;

    /// <summary>The disks that hold it.</summary>
    public IReadOnlyList<ConfigurationHolder> Holders => published.Holders;

    /// <summary>No disk holds the configuration any more: nothing can be changed until the next import.</summary>
    public bool IsDisabled => published.IsDisabled;

    /// <summary>
    /// Changes the configuration. The function gets the current one and gives the next one, or a refusal, which is
    /// passed on
    /// and leaves everything as it was. Done means durable and published.
    /// </summary>
    public Task<Outcome<GroupConfiguration>> CommitAsync(
        Func<GroupConfiguration, Outcome<GroupConfiguration>> change, StoreMembership? joinOrLeave = null) =>
        EnqueueAsync(() => ApplyAsync(change, joinOrLeave ?? new StoreMembership()), RefuseClosed());

    /// <summary>
    /// Gives the group up and ends the store. When not one disk could be told, the group stays: usable, or disabled if
    /// its disks cannot be written at all. With a host id the group is kept for that host, with a name it is
    /// renamed.
    /// </summary>
    public Task<Outcome> DeportAsync(string? newHostId = null, string? newName = null) => EnqueueAsync(
        async () =>
        {
            if (IsDisabled)
            {
                // No disk can be told; the next import decides by what is on them.
                End();
                return Outcome.Done;
            }

            string oldName = DurableName;
            Outcome<GroupConfiguration> last = await RenameAsync(newName ?? oldName);
            if (!last.IsDone)
            {
                return last.Refusal;
            }

            await set.CheckpointAsync();
            Outcome released = await ReleaseAsync($"Disk group {oldName}: deport failed", header => header with
            {
                HostId = newHostId ?? "",
                GroupName = newName ?? DurableName,
                IsNoAutoImport = false,
            });
            if (!released.IsDone)
            {
                await RenameAsync(oldName);
            }

            return released;
        },
        RefuseClosed());

    /// <summary>Takes all disks out of the group and ends the store. The data of the disks stays as it is.</summary>
    public Task<Outcome> DestroyAsync() => EnqueueAsync(
        async () =>
        {
            if (IsDisabled)
            {
                return RefuseDisabled();
            }

            return await ReleaseAsync($"Disk group {DurableName}: destroy failed", WithoutGroup);
        },
        RefuseClosed());

    /// <summary>Ends the store after the commits that are waiting; the group stays with this host.</summary>
    public async Task CloseAsync()
    {
        Outcome closing = await EnqueueAsync<Outcome>(
            async () =>
            {
                await set.CheckpointAsync();
                End();
                return Outcome.Done;
            },
            Outcome.Done);
        Invariant.Holds(closing.IsDone);
        await loop;
    }

    private async Task RunAsync()
    {
        while (await queue.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (queue.Reader.TryRead(out Func<Task>? command))
            {
                await command();
            }
        }
    }

    /// <summary>Runs a piece of work on the loop; the given answer when the store has ended.</summary>
    private async Task<T> EnqueueAsync<T>(Func<Task<T>> work, T closed)
    {
        var reply = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task RunOneAsync()
        {
            try
            {
                reply.SetResult(hasEnded ? closed : await work());
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // A bug belongs to the one who asked; the loop has to live for the others.
                reply.SetException(error);
            }
        }

        while (await queue.Writer.WaitToWriteAsync(CancellationToken.None))
        {
            if (queue.Writer.TryWrite(RunOneAsync))
            {
                return await reply.Task;
            }
        }

        return closed;
    }

    private void End()
    {
        hasEnded = true;
        queue.Writer.TryComplete();
    }

    private Published Snapshot(bool isDisabled)
    {
        CopyImage durable = set.Durable!; // there since the first commit
        GroupConfiguration visible = temporaryName is null
            ? durable.Configuration
            : WithName(durable.Configuration, temporaryName);
        return new Published(
            visible,
            durable.Generation,
            [.. set.Holders.Select(holder => new ConfigurationHolder(holder.DeviceName, holder.Header))],
            isDisabled);
    }

    private string DurableName => set.Durable!.Configuration.Group.Name; // there since the first commit

    private static GroupConfiguration WithName(GroupConfiguration configuration, string name) =>
        configuration with { Group = configuration.Group with { Name = name } };

    private static DiskHeader WithoutGroup(DiskHeader header) =>
        header with { GroupId = "", GroupName = "", HostId = "", IsNoAutoImport = false };

    private Refusal RefuseClosed() => new(
        ErrorCode.NoDiskGroup, $"Disk group {Current.Group.Name}: Disk group is not imported");

    private sealed record Published(
        GroupConfiguration Configuration,
        long Generation,
        IReadOnlyList<ConfigurationHolder> Holders,
        bool IsDisabled);
}
