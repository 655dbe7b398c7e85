using VolMgr.Proof.Histories;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;
using VolMgr.Volumes.Tasks;

namespace VolMgr.Proof;

/// <summary>
/// Gives commands on the volume, one after the other and beside the clients. A command may be refused; what it did or
/// did
/// not do is seen by the oracle.
/// </summary>
internal sealed class Administrator(
    SimulatedLab lab, VolumeModel model, Saboteur saboteur, Clients clients, string volumeName)
{
    private const int MostPlexes = 3;
    private const long LimitedRate = 512 << 10;
    private const long LongestVolume = 1L << 20;
    private const int MostGrowthKib = 256;
    private const long ShortestVolume = 128L << 10;

    private readonly HistoryFeed? feed = lab.Feeds.Of(volumeName);
    private readonly Troubles troubles = saboteur.Troubles;
    private Task chain = Task.CompletedTask;
    private int commands;

    /// <summary>Copies that ended with an ACTIVE plex.</summary>
    public int Attached { get; private set; }

    /// <summary>The length that a change under way wants, or 0.</summary>
    public long PendingLength { get; set; }

    /// <summary>Commands that were carried out.</summary>
    public int Carried { get; private set; }

    /// <summary>The volume, or of a layered one those below: theirs are the mirrors.</summary>
    private IReadOnlyList<VolumeRecord> Targets
    {
        get
        {
            GroupConfiguration configuration = lab.Group.Current;
            return configuration.FindVolume(volumeName) is not { } volume ? []
                : configuration.VolumesBelow(volume.Id) is { Count: > 0 } below
                    ? [.. below.Select(id => configuration.Volumes[id])]
                    : [volume];
        }
    }

    /// <summary>Gives a command after the earlier ones; does not wait for its end.</summary>
    public void Start(Operation operation)
    {
        Task before = chain;
        int boot = lab.Boot;
        chain = lab.Simulator.Engine.StartAsync(async () =>
        {
            await before;
            if (boot == lab.Boot && lab.HasGroup)
            {
                await RunAsync(operation);
            }
        });
    }

    /// <summary>Waits for the end of all commands.</summary>
    public Task JoinAsync() => Patience.AwaitAsync(lab.Simulator, chain, "a command hangs");

    /// <summary>The host is dead, and who waits for it waits for ever.</summary>
    public void Abandon() => chain = Task.CompletedTask;

    /// <summary>Lets go on what is paused, and waits until no copy and no recovery is left.</summary>
    public async Task AwaitTasksAsync()
    {
        while (lab.Host.Tasks.List is { Count: > 0 } tasks)
        {
            long version = lab.Host.Tasks.Version;
            Resume(tasks);
            if (lab.Host.Tasks.List.Count > 0)
            {
                await Patience.AwaitAsync(
                    lab.Simulator, lab.Host.Tasks.WaitForChangeAsync(version), "a copy or a recovery hangs");
            }
        }
    }

    /// <summary>After a boot: the volume has the length from before or after a change that was under way.</summary>
    public void CheckLength()
    {
        long length = lab.Group.Current.FindVolume(volumeName)?.Length ?? 0;
        if (length != model.Length && length != PendingLength)
        {
            throw new ProofViolationException(
                $"after the boot the volume has {length} bytes; it had {model.Length}");
        }

        model.Resize(length);
        PendingLength = 0;
    }

    private async Task RunAsync(Operation operation)
    {
        DiskGroup group = lab.Group;
        if (Targets is not [_, ..] targets)
        {
            return;
        }

        string volume = targets[operation.Place / 16 % targets.Count].Name;
        if (operation.Kind == OperationKind.Race)
        {
            (Operation one, Operation other) = Commands.Racing(operation);
            Task first = lab.Simulator.Engine.StartAsync(() => CommandAsync(group, volume, one));
            await CommandAsync(group, volume, other);
            await first;
            return;
        }

        await CommandAsync(group, volume, operation);
    }

    private async Task CommandAsync(DiskGroup group, string volume, Operation operation)
    {
        int boot = lab.Boot;
        int command = ++commands;
        feed?.Record(new CommandBegan(command));
        Outcome outcome = await CarryOutAsync(group, volume, operation);
        if (boot == lab.Boot)
        {
            feed?.Record(new CommandEnded(command, outcome.IsDone));
        }

        Carried += outcome.IsDone ? 1 : 0;
        lab.Tell($"{volume} {operation}: {outcome.Refusal?.Message ?? "done"}");
    }

    private async Task<Outcome> CarryOutAsync(DiskGroup group, string volume, Operation operation)
    {
        IReadOnlyList<PlexRecord> plexes = group.Current.FindVolume(volume) is { } found
            ? group.Current.DataPlexesOf(found.Id)
            : [];
        PlexRecord? plex = plexes.Count == 0 ? null : plexes[operation.Place % plexes.Count];
        return operation.Kind switch
        {
            OperationKind.Attach => await AttachAsync(group, volume, plexes, operation),
            OperationKind.Detach when plex is not null =>
                await group.DetachPlexAsync(volume, plex.Name, force: false),
            OperationKind.Remove when plex is not null => await RemoveAsync(group, volume, plex),
            OperationKind.Abort => ForCopy(static task => task.Abort()),
            OperationKind.Pause => ForCopy(static task => task.Pause()),
            OperationKind.Resume => Resume(lab.Host.Tasks.List),
            OperationKind.Grow => await GrowAsync(group, operation),
            OperationKind.Shrink => await ShrinkAsync(group, operation),
            OperationKind.Repair => await RepairAsync(group),
            _ when plex is not null && saboteur.Try(operation, group, plex) => Outcome.Done,
            _ => Outcome.Done,
        };
    }

    private async Task<Outcome> RemoveAsync(DiskGroup group, string volume, PlexRecord plex)
    {
        int boot = lab.Boot;
        Outcome outcome = await group.DissociatePlexAsync(
            volume, plex.Name, remove: true, force: false);
        if (outcome.IsDone && boot == lab.Boot)
        {
            feed?.Record(new ObjectRemoved(PlexPlaces.NameOf(plex)));
        }

        return outcome;
    }

    /// <summary>All LUNs work; what was given up is brought back.</summary>
    private async Task<Outcome> RepairAsync(DiskGroup group)
    {
        troubles.Clear();
        if (!troubles.IsActive)
        {
            lab.Feeds.Record(new FaultsEnded());
        }

        await lab.Host.RescanAsync();
        Outcome<VolumeTask?> recovery = await group.RecoverAsync(
            new RecoverRequest { StartsVolumes = true, Copy = lab.Copy });
        return recovery.IsDone ? Outcome.Done : recovery.Refusal;
    }

    private async Task<Outcome> AttachAsync(
        DiskGroup group, string volume, IReadOnlyList<PlexRecord> plexes, Operation operation)
    {
        CopyOptions copy = lab.Copy with
        {
            SlowMs = operation.Size % 3 == 0 ? 3 : null,
            BandwidthLimit = operation.Size % 7 == 2 ? LimitedRate : null,
        };
        PlexRecord? detached = plexes.FirstOrDefault(plex => plex.KernelState != PlexKernelState.Enabled);
        if (detached is not null && operation.Place % 2 == 0)
        {
            Outcome<VolumeTask?> begun = await group.AttachPlexAsync(volume, detached.Name, copy);
            return begun.IsDone ? Note(begun.Value) : begun.Refusal;
        }

        if (plexes.Count >= MostPlexes)
        {
            return Outcome.Done;
        }

        Outcome<VolumeTask> added = await group.AddMirrorAsync(
            new MirrorRequest { Volume = volume }, copy);
        return added.IsDone ? Note(added.Value) : added.Refusal;
    }

    private Outcome Note(VolumeTask? copy)
    {
        if (copy is not null)
        {
            _ = CountAsync(copy);
        }

        return Outcome.Done;
    }

    private async Task CountAsync(VolumeTask task)
    {
        TaskState last = await task.Completion;
        lab.Tell($"copy to {task.PlexName}: {last} {task.Failure}");
        if (last == TaskState.Completed)
        {
            Attached++;
        }
    }

    private async Task<Outcome> GrowAsync(DiskGroup group, Operation operation)
    {
        long length = model.Length + (64 * 1024 * (1 + (operation.Size % 3)));
        if (length > Math.Max(LongestVolume, (lab.Shape.LengthKib + MostGrowthKib) * 1024L))
        {
            return Outcome.Done;
        }

        int boot = lab.Boot;
        PendingLength = length;
        feed?.Record(new LengthAsked((int)(length / Stamp.SectorSize)));
        Outcome outcome = await group.GrowAsync(volumeName, length, StorageSpecification.Any);
        if (boot == lab.Boot)
        {
            CheckLength();
            feed?.Record(new LengthAsked((int)(model.Length / Stamp.SectorSize)));
        }

        return outcome;
    }

    private async Task<Outcome> ShrinkAsync(DiskGroup group, Operation operation)
    {
        long length = model.Length - (64 * 1024 * (1 + (operation.Size % 3)));
        if (length < ShortestVolume)
        {
            return Outcome.Done;
        }

        int boot = lab.Boot;
        PendingLength = length;
        troubles.BeginShrink();
        lab.Feeds.Record(new FaultBegan("the volume shrinks") { IsOfHost = true });
        feed?.Record(new LengthAsked((int)(length / Stamp.SectorSize)));
        clients.BeginShrink(length);
        Outcome outcome = await group.ShrinkAsync(volumeName, length);
        if (boot == lab.Boot)
        {
            CheckLength();
            clients.EndShrink();
            troubles.EndShrink();
            if (!troubles.IsActive)
            {
                lab.Feeds.Record(new FaultsEnded());
            }
        }

        return outcome;
    }

    private Outcome ForCopy(Func<VolumeTask, bool> action)
    {
        HashSet<string> names = [.. Targets.Select(volume => volume.Name)];
        foreach (VolumeTask task in lab.Host.Tasks.List.Where(
            task => task.Type == "ATCOPY" && names.Contains(task.VolumeName)))
        {
            action(task);
        }

        return Outcome.Done;
    }

    private static Outcome Resume(IReadOnlyList<VolumeTask> tasks)
    {
        foreach (VolumeTask task in tasks.Where(task => task.State == TaskState.Paused))
        {
            task.Resume();
        }

        return Outcome.Done;
    }
}
