using VolMgr.Blocks;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Movers.Domains;

/// <summary>How the run-time state of an active domain gets to the target.</summary>
public enum DomainTransfer
{
    /// <summary>In one go, while the domain is suspended.</summary>
    Warm = 1,

    /// <summary>In rounds while it runs; only the rest while it is suspended.</summary>
    Live = 2,
}

/// <summary>How a domain is migrated.</summary>
internal sealed record DomainMigrationOptions
{
    public DomainTransfer Transfer { get; init; } = DomainTransfer.Live;

    public bool IsDryRun { get; init; }

    /// <summary>As the manager of production: equal paths are taken for the same storage.</summary>
    public bool TrustsPaths { get; init; }

    public MovePace Pace { get; init; } = new();

    public TrackingLimits Limits { get; init; } = new() { RegionSize = 8 << 10 };

    /// <summary>What reading and installing processors and devices takes, while the domain is suspended.</summary>
    public TimeSpan Install { get; init; } = TimeSpan.FromMilliseconds(200);

    public MoveSteps Steps { get; init; } = new();

    public CancellationToken Cancel { get; init; }
}

/// <summary>A domain with what it holds while it runs.</summary>
/// <param name="Domain">Its configuration.</param>
/// <param name="Memory">Its memory; null unless it is active.</param>
/// <param name="Disks">Its disks: they stand still while it does, and stay where they are.</param>
internal sealed record RunningDomain(LogicalDomain Domain, GuestDisk? Memory, IReadOnlyList<GuestDisk> Disks);

/// <summary>
/// Moves a logical domain to another control domain, in four phases. Its disks stay where they are.
/// </summary>
/// <remarks>
/// P1 checks, nothing changed; P2 the target makes the receiving domain (a warm migration suspends first); P3 run-time
/// state is copied and recorded as installed; P4 the source gives the domain away for ever, the target owns and resumes
/// it, the source's rest is destroyed. Up to the giving away any failure leaves the source with the domain, resumed.
/// </remarks>
internal sealed class DomainMigration(
    ControlDomain from, ControlDomain to, IDomainRecords records, EngineServices engine)
{
    private TrackedMove? move;
    private TimeSpan stun;
    private bool isLeftToRecovery;

    /// <summary>Migrates; <paramref name="targetMemory"/> is what the receiving domain has for memory.</summary>
    public async Task<MoveReport> RunAsync(
        RunningDomain domain, IExtentDevice? targetMemory, DomainMigrationOptions options)
    {
        var clock = new MoveClock(engine.Time);
        IReadOnlyList<MoveRefusal> refused = DomainChecks.Check(domain.Domain, from, to, options.TrustsPaths);
        clock.End("P1 checks", string.Join(
            ", ", DomainChecks.NamesFor(domain.Domain.State, options.TrustsPaths)));
        if (refused.Count > 0 || options.IsDryRun)
        {
            return refused.Count > 0
                ? new MoveReport(MoveResult.Refused, refused[0].Reason, refused[0].Remedy) { Phases = clock.Phases }
                : new MoveReport(MoveResult.Refused, "dry run: nothing stands against it", "run it without dry run")
                {
                    Phases = clock.Phases,
                };
        }

        await options.Steps.ReachedAsync(MoveStep.Checked);
        await using CancellationTokenRegistration cancelling = options.Cancel.UnsafeRegister(_ => move?.Stop(), null);
        if (domain.Memory is { } memory)
        {
            Invariant.Holds(targetMemory is not null);
            move = new TrackedMove(
                memory, targetMemory, $"{to.Name}:{domain.Domain.Name}", options.Pace, options.Limits);
        }

        bool isMoved = await CreateAsync(options, clock)
            && await TransferAsync(domain, options, clock)
            && await FinishAsync(options, clock);
        return isMoved ? Report(MoveResult.Moved, "", options, clock) : await BackOutAsync(options, clock);
    }

    private async Task<bool> CreateAsync(DomainMigrationOptions options, MoveClock clock)
    {
        bool isMade = !options.Cancel.IsCancellationRequested && await records.SetTargetAsync(DomainSide.Receiving);
        clock.End("P2 receiving domain", isMade ? $"made on {to.Name}" : "not made");
        await options.Steps.ReachedAsync(MoveStep.ShadowStarted);
        return isMade;
    }

    private async Task<bool> TransferAsync(RunningDomain domain, DomainMigrationOptions options, MoveClock clock)
    {
        if (move is not null && options.Transfer == DomainTransfer.Live)
        {
            DiskMoveState state = await move.RunAsync();
            clock.End("P3 rounds of memory", $"{move.Passes.Count} rounds, {move.Left} bytes left");
            await options.Steps.ReachedAsync(MoveStep.Copied);
            if (state != DiskMoveState.Ready)
            {
                return false;
            }
        }

        long began = engine.Time.GetTimestamp();
        bool isHandedOver = await SuspendedAsync(domain.Disks, 0, () => move is null
            ? HandOverAsync(TimeSpan.Zero, options)
            : options.Transfer == DomainTransfer.Warm
                ? move.SwitchWholeAsync(() => HandOverAsync(options.Install, options))
                : move.SwitchAsync(() => HandOverAsync(options.Install, options)));
        stun = move is null ? TimeSpan.Zero : engine.Time.GetElapsedTime(began);
        clock.End(
            move is null ? "P3 configuration" : "P3 suspended, state installed; P4 handoff",
            isHandedOver ? $"{to.Name} has the domain" : $"{from.Name} keeps the domain");
        return isHandedOver;
    }

    /// <summary>The domain does nothing on any disk while this runs.</summary>
    private static Task<bool> SuspendedAsync(IReadOnlyList<GuestDisk> disks, int index, Func<Task<bool>> inside) =>
        index == disks.Count
            ? inside()
            : disks[index].Volume.ReconfigureAsync(async _ => (
                await SuspendedAsync(disks, index + 1, inside), (VolumeChange?)null));

    private async Task<bool> HandOverAsync(TimeSpan install, DomainMigrationOptions options)
    {
        await engine.DelayAsync(install, CancellationToken.None);
        await options.Steps.ReachedAsync(MoveStep.Suspended);
        // What is recorded counts, not what the write said: a source that gave the domain away must never resume it.
        bool isGiven = !options.Cancel.IsCancellationRequested
            && await records.SetTargetAsync(DomainSide.Installed)
            && (await records.SetSourceAsync(DomainSide.HandedOver) || records.Source == DomainSide.HandedOver);
        await options.Steps.ReachedAsync(MoveStep.Recorded);
        return isGiven;
    }

    private async Task<bool> FinishAsync(DomainMigrationOptions options, MoveClock clock)
    {
        bool isOwned = await records.SetTargetAsync(DomainSide.Owner);
        await options.Steps.ReachedAsync(MoveStep.Resumed);
        bool isDestroyed = isOwned && await records.SetSourceAsync(DomainSide.None);
        isLeftToRecovery = !isDestroyed;
        clock.End("P4 source destroyed", isDestroyed ? $"{to.Name} has the only one" : "left to recovery");
        await options.Steps.ReachedAsync(MoveStep.SourceDeleted);
        return true;
    }

    private async Task<MoveReport> BackOutAsync(DomainMigrationOptions options, MoveClock clock)
    {
        if (move is not null)
        {
            await move.AbandonAsync();
        }

        bool isRecovered = await DomainRecovery.RunAsync(records);
        isLeftToRecovery = !isRecovered;
        clock.End("backed out", isRecovered ? $"{from.Name} has the only one" : "left to recovery");
        return options.Cancel.IsCancellationRequested
            ? Report(MoveResult.Cancelled, "cancelled", options, clock)
            : Report(MoveResult.Failed, Why(options), options, clock);
    }

    private string Why(DomainMigrationOptions options) =>
        move is not null && options.Transfer == DomainTransfer.Live && move.Left > options.Limits.Threshold
            ? "the domain writes its memory as fast as it is copied"
            : "run-time state could not be copied, or could not be recorded";

    private MoveReport Report(MoveResult result, string reason, DomainMigrationOptions options, MoveClock clock) =>
        new(result, reason, result == MoveResult.Moved
            ? isLeftToRecovery
                ? $"run domain recover: {to.Name} has everything, and a record could not be written"
                : "nothing to do; the disks are where they were"
            : isLeftToRecovery ? "remove the cause, then run domain recover: it leaves the domain in one place"
            : $"the domain runs on {from.Name}; remove the cause, or migrate it "
                + (options.Transfer == DomainTransfer.Live ? "when it writes less, or warm" : "again"))
        {
            Phases = clock.Phases,
            Passes = move?.Passes ?? [],
            Stun = stun,
        };
}
