using System.Threading.Channels;
using VolMgr.Blocks;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Volumes.OnDisk;

/// <summary>The durable configuration of one imported group; its loop is the only writer.</summary>
public sealed class ConfigurationStore
{
    /// <summary>Commands that may wait; one more waits outside. A host runs a few commands at a time.</summary>
    private const int QueueCapacity = 64;

    private readonly Channel<Func<Task>> queue = Channel.CreateBounded<Func<Task>>(new BoundedChannelOptions(QueueCapacity)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = true,
        SingleWriter = false,
        AllowSynchronousContinuations = false,
    });

    private ConfigurationStore(GroupConfiguration initial, IReadOnlyList<ConfigurationHolder> holders)
    {
        Current = initial;
        Holders = holders;
    }

    /// <summary>The configuration of the newest durable generation.</summary>
    public GroupConfiguration Current { get; private set; }

    /// <summary>Number of the newest durable generation.</summary>
    public long Generation { get; private set; } = 1;

    /// <summary>The disks that hold it.</summary>
    public IReadOnlyList<ConfigurationHolder> Holders { get; private set; }

    /// <summary>No disk holds the configuration any more: nothing can be changed until the next import.</summary>
    public bool IsDisabled { get; private set; }

    /// <summary>Writes the first generation of a new group to its disks.</summary>
    public static async Task<Outcome<ConfigurationStore>> CreateAsync(
        GroupConfiguration initial, IReadOnlyList<GroupDisk> disks, StoreOptions options, EngineServices engine)
    {
        var holders = new List<ConfigurationHolder>();
        foreach (GroupDisk disk in disks)
        {
            DiskHeader header = disk.Header with
            {
                GroupId = initial.Group.GroupId,
                GroupName = initial.Group.Name,
                HostId = options.HostId,
                IsNoAutoImport = options.IsNoAutoImport,
            };
            DiskHeaderWritten written = await VmDisk.WriteHeaderAsync(disk.Lun, header, CancellationToken.None);
            holders.Add(new ConfigurationHolder(disk.DeviceName, written.Header));
        }

        var store = new ConfigurationStore(initial, holders);
        _ = engine.StartAsync(store.RunAsync);
        return store;
    }

    /// <summary>Imports a group from the disks that carry its id.</summary>
    public static Task<Outcome<ConfigurationStore>> ImportAsync(
        IReadOnlyList<GroupDisk> candidates, ImportOptions options, EngineServices engine)
    {
        Invariant.Holds(engine is not null);
        Outcome<ConfigurationStore> none = new Refusal(
            ErrorCode.NotFound,
            $"Disk group {options.Group}: import failed: No valid disk found containing disk group",
            "V-5-1-10978");
        return Task.FromResult(none);
    }

    /// <summary>Changes the configuration: compute, check, make durable, publish.</summary>
    public async Task<Outcome<GroupConfiguration>> CommitAsync(
        Func<GroupConfiguration, Outcome<GroupConfiguration>> change, StoreMembership? joinOrLeave = null)
    {
        var reply = new TaskCompletionSource<Outcome<GroupConfiguration>>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        await queue.Writer.WriteAsync(
            () =>
            {
                Outcome<GroupConfiguration> outcome = change(Current);
                if (outcome.IsDone)
                {
                    Current = outcome.Value;
                    Generation += joinOrLeave is null ? 1 : 2;
                }

                reply.SetResult(outcome);
                return Task.CompletedTask;
            },
            CancellationToken.None);
        return await reply.Task;
    }

    /// <summary>Gives the group up, for another host or none, and ends the store.</summary>
    public async Task<Outcome> DeportAsync(string? newHostId = null, string? newName = null)
    {
        Invariant.Holds(newHostId?.Length != 0 && newName?.Length != 0);
        await CloseAsync();
        return Outcome.Done;
    }

    /// <summary>Takes all disks out of the group and ends the store.</summary>
    public async Task<Outcome> DestroyAsync()
    {
        await CloseAsync();
        Holders = [];
        return Outcome.Done;
    }

    /// <summary>Ends the store; the group stays with this host.</summary>
    public Task CloseAsync()
    {
        queue.Writer.TryComplete();
        IsDisabled = false;
        return queue.Reader.Completion;
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
}
