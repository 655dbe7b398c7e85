using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

namespace VolMgr.Proof.Mutants;

/// <summary>Every broken engine. For each of the ten design rules there is at least one, and the tests notice
/// all.</summary>
internal static class MutantCatalogue
{
    private static readonly LabShape Single = new();
    private static readonly LabShape SingleWithLog = new() { HasLog = true };
    private static readonly LabShape Mirror = new() { MirrorCount = 2 };
    private static readonly LabShape MirrorWithLog = new() { MirrorCount = 2, HasLog = true };

    // many dirty regions, so that a few writes leave most of them clean
    private static readonly LabShape LongWithLog = new() { HasLog = true, LengthKib = 960, Workers = 3 };
    private static readonly LabShape LongMirrorWithLog = LongWithLog with { MirrorCount = 2 };

    // recovery works in units of a mebibyte: two of them
    private static readonly LabShape TwoUnitsWithLog = LongMirrorWithLog with { LengthKib = 2048 };

    private static readonly OperationMix WritesAndCopies = new(
    [
        (OperationKind.Write, 60), (OperationKind.Read, 5), (OperationKind.Attach, 12), (OperationKind.Remove, 4),
        (OperationKind.AwaitTasks, 3), (OperationKind.Zero, 6), (OperationKind.Discard, 6),
    ]);

    private static readonly OperationMix WritesAndReads = new(
        [(OperationKind.Write, 50), (OperationKind.Read, 50)]);

    private static readonly OperationMix Saturation = new(
        [(OperationKind.Attach, 10), (OperationKind.Saturate, 10), (OperationKind.Remove, 5)]);

    private static readonly OperationMix CopiesAndCrashes = new(
    [
        (OperationKind.Write, 50), (OperationKind.Flush, 2), (OperationKind.Attach, 15), (OperationKind.Crash, 8),
        (OperationKind.AwaitTasks, 2), (OperationKind.Remove, 4), (OperationKind.Wait, 12),
    ]);

    private static readonly OperationMix WritesAndCrashes = new(
    [
        (OperationKind.Write, 60), (OperationKind.Wait, 6), (OperationKind.Crash, 10), (OperationKind.AwaitTasks, 4),
    ]);

    private static readonly OperationMix FewWritesAndCrashes = new(
        [(OperationKind.Write, 30), (OperationKind.Wait, 15), (OperationKind.Crash, 15)]);

    private static readonly OperationMix InterruptedCopies = new(
    [
        (OperationKind.Write, 4), (OperationKind.Wait, 30), (OperationKind.Attach, 20), (OperationKind.Crash, 20),
        (OperationKind.Remove, 8),
    ]);

    private static readonly OperationMix QuietCopiesAndCrashes = new(
    [
        (OperationKind.Write, 14), (OperationKind.Wait, 10), (OperationKind.Reboot, 6), (OperationKind.Attach, 14),
        (OperationKind.AwaitTasks, 14), (OperationKind.Crash, 14), (OperationKind.Remove, 6),
    ]);

    private static readonly OperationMix FlushesAndCrashes = new(
    [
        (OperationKind.Write, 60), (OperationKind.Join, 10), (OperationKind.Flush, 20), (OperationKind.Crash, 6),
    ]);

    private static readonly OperationMix FaultsAndCrashes = new(
    [
        (OperationKind.Write, 40), (OperationKind.Join, 6), (OperationKind.Flush, 12), (OperationKind.Fault, 10),
        (OperationKind.Crash, 10), (OperationKind.Repair, 6), (OperationKind.Attach, 6), (OperationKind.AwaitTasks, 4),
    ]);

    private static readonly OperationMix FaultsAndCopies = new(
    [
        (OperationKind.Write, 10), (OperationKind.Flush, 8), (OperationKind.Attach, 30), (OperationKind.Fault, 20),
        (OperationKind.AwaitTasks, 12), (OperationKind.Repair, 16), (OperationKind.Remove, 8),
    ]);

    /// <summary>All of them, by rule.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Make(1, "copy without lock", s => new Rule01RegionLock.CopyWithoutLock(s), Single, WritesAndCopies),
        Make(1, "writers without order", s => new Rule01RegionLock.WritersWithoutOrder(s), Mirror, WritesAndReads),
        Make(1, "readers beside writers", s => new Rule01RegionLock.ReadersBesideWriters(s), Mirror, WritesAndReads),
        Make(2, "applications overtake", s => new Rule02CopierIsNotStarved.ApplicationsOvertake(s), Single,
            WritesAndCopies),
        Make(2, "copier waits for idle", s => new Rule02CopierIsNotStarved.CopierWaitsForIdle(s), Single, Saturation),
        Make(3, "snapshot outside the gate", s => new Rule03OneSnapshot.SnapshotOutsideTheGate(s), Single,
            WritesAndCopies),
        Make(3, "change without drain", s => new Rule03OneSnapshot.ChangeWithoutDrain(s), Single, WritesAndCopies),
        Make(4, "target misses discards", s => new Rule04AppliedOrMarked.TargetMisses(s, MutationKind.Discard), Single,
            WritesAndCopies),
        Make(4, "target misses zeroes", s => new Rule04AppliedOrMarked.TargetMisses(s, MutationKind.Zero), Single,
            WritesAndCopies),
        Make(5, "marked before copied", s => new Rule05ClearWhatWasCopied.MarkedBeforeCopied(s), LongWithLog,
            InterruptedCopies),
        Make(5, "copied rounded out", s => new Rule05ClearWhatWasCopied.CopiedRoundedOut(s), Single, WritesAndCopies),
        Make(5, "dirty rounded in", s => new Rule05ClearWhatWasCopied.DirtyRoundedIn(s), TwoUnitsWithLog,
            FewWritesAndCrashes),
        Make(6, "data before dirty bit", s => new Rule06DurabilityOrder.DataBeforeDirtyBit(s), LongMirrorWithLog,
            FewWritesAndCrashes),
        Make(6, "clear before flush", s => new Rule06DurabilityOrder.ClearBeforeFlush(s), MirrorWithLog,
            WritesAndCrashes),
        Make(6, "record before flush", s => new Rule06DurabilityOrder.RecordBeforeFlush(s), LongWithLog,
            InterruptedCopies),
        Make(6, "switch before flush", s => new Rule06DurabilityOrder.SwitchBeforeFlush(s), SingleWithLog,
            QuietCopiesAndCrashes),
        Make(6, "acknowledge before record", s => new Rule06DurabilityOrder.AcknowledgeBeforeRecord(s), Mirror,
            FaultsAndCrashes),
        new Mutant(6, "flush does nothing", EngineUnderTest.Real with { IgnoresFlush = true }, Single,
            FlushesAndCrashes),
        Make(7, "complete by cursor", s => new Rule07OneDecisionOfCompletion.CompleteByCursor(s), Single,
            WritesAndCopies),
        Make(8, "open during commit", s => new Rule08ClosedUntilPublished.OpenDuringCommit(s), Single,
            WritesAndCopies),
        Make(9, "target is read", s => new Rule09Errors.TargetIsRead(s), Single, WritesAndCopies),
        Make(9, "target errors ignored", s => new Rule09Errors.TargetErrorsIgnored(s), Single, FaultsAndCopies),
        Make(9, "source errors ignored", s => new Rule09Errors.SourceErrorsIgnored(s), Single, FaultsAndCopies),
        Make(9, "last plex given up", s => new Rule09Errors.LastPlexGivenUp(s), Single, FaultsAndCopies),
        Make(10, "record believed without log", s => new Rule10Restart.RecordBelievedWithoutLog(s), Single,
            CopiesAndCrashes),
    ];

    private static Mutant Make(
        int rule, string name, Func<Simulator, JitteredSteps> steps, LabShape shape, OperationMix mix) =>
        new(rule, name, new EngineUnderTest(steps), shape, mix);
}
