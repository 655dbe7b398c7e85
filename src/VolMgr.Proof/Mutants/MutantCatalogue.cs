using VolMgr.Simulation;
using VolMgr.Volumes.InputOutput;

using static VolMgr.Proof.Mutants.Mixes;

namespace VolMgr.Proof.Mutants;

/// <summary>Every broken engine. For each of the ten design rules there is at least one, and the tests notice
/// all.</summary>
internal static class MutantCatalogue
{
    /// <summary>All of them, by rule.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        Make(1, "copy without lock", s => new Rule01RegionLock.CopyWithoutLock(s), OnePlex, WritesAndCopies),
        Make(1, "writers without order", s => new Rule01RegionLock.WritersWithoutOrder(s), Mirror, WritesAndReads),
        Make(1, "readers beside writers", s => new Rule01RegionLock.ReadersBesideWriters(s), Mirror, WritesAndReads),
        Make(2, "applications overtake", s => new Rule02CopierIsNotStarved.ApplicationsOvertake(s), OnePlex,
            WritesAndCopies),
        Make(2, "copier waits for idle", s => new Rule02CopierIsNotStarved.CopierWaitsForIdle(s), OnePlex, Saturation),
        Make(3, "snapshot outside the gate", s => new Rule03OneSnapshot.SnapshotOutsideTheGate(s), OnePlex,
            WritesAndCopies),
        Make(3, "change without drain", s => new Rule03OneSnapshot.ChangeWithoutDrain(s), OnePlex, WritesAndCopies),
        Make(4, "target misses discards", s => new Rule04AppliedOrMarked.TargetMisses(s, MutationKind.Discard), OnePlex,
            WritesAndCopies),
        Make(4, "target misses zeroes", s => new Rule04AppliedOrMarked.TargetMisses(s, MutationKind.Zero), OnePlex,
            WritesAndCopies),
        Make(5, "marked before copied", s => new Rule05ClearWhatWasCopied.MarkedBeforeCopied(s), LongWithLog,
            InterruptedCopies),
        Make(5, "copied rounded out", s => new Rule05ClearWhatWasCopied.CopiedRoundedOut(s), OnePlex, WritesAndCopies),
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
        new Mutant(6, "flush does nothing", EngineUnderTest.Real with { IgnoresFlush = true }, OnePlex,
            FlushesAndCrashes),
        Make(7, "complete by cursor", s => new Rule07OneDecisionOfCompletion.CompleteByCursor(s), OnePlex,
            WritesAndCopies),
        Make(8, "open during commit", s => new Rule08ClosedUntilPublished.OpenDuringCommit(s), OnePlex,
            WritesAndCopies),
        Make(9, "target is read", s => new Rule09Errors.TargetIsRead(s), OnePlex, WritesAndCopies),
        Make(9, "target errors ignored", s => new Rule09Errors.TargetErrorsIgnored(s), OnePlex, FaultsAndCopies),
        Make(9, "source errors ignored", s => new Rule09Errors.SourceErrorsIgnored(s), OnePlex, FaultsAndCopies),
        Make(9, "last plex given up", s => new Rule09Errors.LastPlexGivenUp(s), OnePlex, FaultsAndCopies),
        Make(10, "record believed without log", s => new Rule10Restart.RecordBelievedWithoutLog(s), OnePlex,
            CopiesAndCrashes),
    ];

    private static Mutant Make(
        int rule, string name, Func<Simulator, JitteredSteps> steps, LabShape shape, OperationMix mix) =>
        new(rule, name, new EngineUnderTest(steps), shape, mix);
}
