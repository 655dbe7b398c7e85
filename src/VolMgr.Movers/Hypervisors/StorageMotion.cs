using VolMgr.Blocks;
using VolMgr.Movers.Moves;

namespace VolMgr.Movers.Hypervisors;

/// <summary>The two generations of Storage vMotion.</summary>
public enum StorageMotionMode
{
    /// <summary>Changed-block tracking: passes until little is left.</summary>
    Tracking = 1,

    /// <summary>Mirror driver: one pass, writes behind it go to both sides.</summary>
    MirrorDriver = 2,
}

/// <summary>How a Storage vMotion is carried out.</summary>
internal sealed record StorageMotionOptions
{
    public StorageMotionMode Mode { get; init; } = StorageMotionMode.Tracking;

    public MovePace Pace { get; init; } = new();

    public TrackingLimits Limits { get; init; } = new();

    /// <summary>What starting the second machine takes.</summary>
    public TimeSpan ShadowStart { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What handing the memory over to the second machine takes, while the guest stands still.</summary>
    public TimeSpan FastSuspendResume { get; init; } = TimeSpan.FromMilliseconds(200);

    public MoveSteps Steps { get; init; } = new();

    public CancellationToken Cancel { get; init; }
}

/// <summary>
/// Moves a running machine's home directory and disk files to another datastore.
/// </summary>
/// <remarks>
/// checks; home directory; second machine started, idling; disks copied (tracking or mirror driver) in waves; guest
/// suspended, rest copied, new places recorded in one record, guest resumed; old files deleted.
/// <para>What always holds: until the record is durable the old files are complete and in use, and nothing of them is
/// deleted; after it the new files are. Whatever fails before it leaves the machine running where it was, with the new
/// files deleted.</para>
/// </remarks>
internal sealed class StorageMotion(
    HypervisorEstate estate, IDatastoreFiles files, IMachineRecords records, MotionSlots slots, EngineServices engine)
{
    private readonly List<(string Store, string File)> made = [];
    private readonly List<(DiskMove Move, IExtentDevice Target)> moves = [];
    private TimeSpan stun;

    /// <summary>Carries it out. The machine's disks serve the guest all the time.</summary>
    public async Task<MoveReport> RunAsync(RunningMachine running, string to, StorageMotionOptions options)
    {
        var clock = new MoveClock(engine.Time);
        IReadOnlyList<MoveRefusal> refused = StorageMotionRules.Check(
            estate, new StorageMotionRequest(running.Machine.Name, to));
        MoveRefusal? refusal = refused.Count > 0 ? refused[0] : slots.TryBegin(running.Machine, to);
        if (refusal is not null)
        {
            return new MoveReport(MoveResult.Refused, refusal.Reason, refusal.Remedy) { Phases = clock.Phases };
        }

        await using CancellationTokenRegistration cancelling = options.Cancel.UnsafeRegister(
            _ => moves.ForEach(each => each.Move.Stop()), null);
        try
        {
            clock.End("checks", $"{StorageMotionRules.Names.Count} rules");
            await options.Steps.ReachedAsync(MoveStep.Checked);
            string? failed = await PrepareAsync(running.Machine, to, options, clock)
                ?? await CopyAsync(running, to, options, clock)
                ?? await SwitchAsync(running.Machine.MovedTo(to), options, clock);
            if (failed is not null)
            {
                await BackOutAsync(clock);
            }
            else
            {
                await FinishAsync(running.Machine, to, options, clock);
            }

            return Report(failed, options, clock);
        }
        finally
        {
            slots.End(running.Machine, to);
        }
    }

    private async Task<string?> PrepareAsync(
        VirtualMachine machine, string to, StorageMotionOptions options, MoveClock clock)
    {
        long bytes = 0;
        long written = 0;
        foreach (HomeFile file in machine.Home == to ? [] : machine.Files)
        {
            IExtentDevice? source = files.Open(machine.Home, file.Name);
            IExtentDevice? target = Make(to, file.Name, file.Length);
            if (source is null || target is null)
            {
                return source is null ? $"{file.Name} cannot be read" : $"{file.Name} could not be made on {to}";
            }

            await using var copy = new DiskCopy(file.Name, source, target, options.Pace, engine);
            Volumes.Resync.PlexCopyResult result = await copy.RunAsync(null);
            if (result.State != Volumes.Resync.PlexCopyState.Completed)
            {
                return $"{file.Name} could not be copied ({result.Reason})";
            }

            bytes += file.Length;
            written += result.BytesCopied;
        }

        clock.End(
            "home directory",
            $"{bytes} bytes in {machine.Files.Count} files: {written} copied, the rest is holes");
        await options.Steps.ReachedAsync(MoveStep.HomeCopied);
        await engine.DelayAsync(options.ShadowStart, CancellationToken.None);
        clock.End("second machine started", $"{machine.Memory} bytes of memory taken");
        await options.Steps.ReachedAsync(MoveStep.ShadowStarted);
        return null;
    }

    private async Task<string?> CopyAsync(
        RunningMachine running, string to, StorageMotionOptions options, MoveClock clock)
    {
        IEnumerable<MachineDisk> moved = running.Machine.Disks
            .Where(disk => disk.Datastore != to && StorageMotionRules.MovesData(disk));
        foreach (IReadOnlyList<MachineDisk> wave in MotionSlots.Waves(moved))
        {
            List<DiskMove> beside = [];
            foreach (MachineDisk disk in wave)
            {
                IExtentDevice? target = Make(to, disk.File, disk.Length);
                if (target is null)
                {
                    return $"{disk.File} could not be made on {to}";
                }

                beside.Add(Begin(running.Disks[disk.Name], target, $"[{to}] {disk.File}", options));
                moves.Add((beside[^1], target));
            }

            DiskMoveState[] states = await Together.AllAsync(
                beside.Select(move => options.Cancel.IsCancellationRequested
                    ? Task.FromResult(DiskMoveState.Stopped) : move.RunAsync()));
            int failed = Array.FindIndex(states, state => state != DiskMoveState.Ready);
            if (failed >= 0)
            {
                clock.End("disks copied", "not completed");
                return Words(states[failed], beside[failed]);
            }
        }

        int passes = moves.Select(each => each.Move.Passes.Count).DefaultIfEmpty().Max();
        clock.End(
            "disks copied",
            $"{moves.Sum(each => each.Move.Passes.Sum(pass => pass.Bytes))} bytes in "
            + (passes == 1 ? "1 pass" : $"{passes} passes"));
        await options.Steps.ReachedAsync(MoveStep.Copied);
        return options.Cancel.IsCancellationRequested ? "cancelled" : null;
    }

    private static DiskMove Begin(GuestDisk disk, IExtentDevice target, string place, StorageMotionOptions options) =>
        options.Mode == StorageMotionMode.Tracking
            ? new TrackedMove(disk, target, place, options.Pace, options.Limits)
            : new MirroredMove(disk, target, place, options.Pace, isDriver: true);

    /// <summary>All disks change places under one suspension and one record.</summary>
    private async Task<string?> SwitchAsync(VirtualMachine moved, StorageMotionOptions options, MoveClock clock)
    {
        long began = engine.Time.GetTimestamp();
        bool isRecorded = false;
        bool isSwitched = await SwitchFromAsync(0, async () =>
        {
            await engine.DelayAsync(options.FastSuspendResume, CancellationToken.None);
            await options.Steps.ReachedAsync(MoveStep.Suspended);
            isRecorded = !options.Cancel.IsCancellationRequested && await records.RecordAsync(moved);
            await options.Steps.ReachedAsync(MoveStep.Recorded);
            return isRecorded;
        });
        stun = engine.Time.GetElapsedTime(began);
        clock.End("suspend and resume", isSwitched ? "the new places are recorded" : "nothing was recorded");
        return isSwitched ? null
            : options.Cancel.IsCancellationRequested ? "cancelled"
            : "the rest could not be copied, or the new places could not be recorded";
    }

    private Task<bool> SwitchFromAsync(int index, Func<Task<bool>> record) => index == moves.Count
        ? record()
        : moves[index].Move.SwitchAsync(() => SwitchFromAsync(index + 1, record));

    private async Task FinishAsync(VirtualMachine before, string to, StorageMotionOptions options, MoveClock clock)
    {
        await options.Steps.ReachedAsync(MoveStep.Resumed);
        foreach (HomeFile file in before.Home == to ? [] : before.Files)
        {
            files.Delete(before.Home, file.Name);
        }

        foreach (MachineDisk disk in before.Disks.Where(disk => disk.Datastore != to))
        {
            files.Delete(disk.Datastore, disk.File);
        }

        clock.End("old files deleted", "the old datastore holds nothing of the machine");
        await options.Steps.ReachedAsync(MoveStep.SourceDeleted);
    }

    private async Task BackOutAsync(MoveClock clock)
    {
        foreach ((DiskMove move, _) in moves)
        {
            await move.AbandonAsync();
        }

        foreach ((string store, string file) in made)
        {
            files.Delete(store, file);
        }

        clock.End("backed out", $"{made.Count} new files deleted; the machine runs where it was");
    }

    private MoveReport Report(string? failed, StorageMotionOptions options, MoveClock clock)
    {
        MoveResult result = failed is null ? MoveResult.Moved
            : options.Cancel.IsCancellationRequested ? MoveResult.Cancelled : MoveResult.Failed;
        string next = result switch
        {
            MoveResult.Moved => "nothing to do; going back is a move of its own",
            MoveResult.Cancelled => "the machine runs where it was; ask again when you like",
            MoveResult.Refused or MoveResult.Failed =>
                "the machine runs where it was with all its data; remove the cause, or move it while it writes less, "
                + "or mirror its volumes inside the guest",
        };
        return new MoveReport(result, failed ?? "", next)
        {
            Phases = clock.Phases,
            Passes = [.. moves.SelectMany(each => each.Move.Passes)],
            BytesMirrored = moves.Sum(each => each.Move.BytesMirrored),
            Stun = stun,
        };
    }

    private IExtentDevice? Make(string store, string file, long length)
    {
        IExtentDevice? device = files.Create(store, file, length);
        if (device is not null)
        {
            made.Add((store, file));
        }

        return device;
    }

    private static string Words(DiskMoveState state, DiskMove move) => state switch
    {
        DiskMoveState.Ready => "",
        DiskMoveState.NotConverging =>
            $"{move.Disk.Name} does not converge: its guest writes as fast as it is copied",
        DiskMoveState.SourceFailed => $"{move.Disk.Name} could not be read",
        DiskMoveState.TargetFailed => $"{move.Place} could not be written",
        DiskMoveState.Stopped => "cancelled",
        DiskMoveState.TrackingLost => $"{move.Disk.Name}: the log of changed blocks took no marks",
    };
}
