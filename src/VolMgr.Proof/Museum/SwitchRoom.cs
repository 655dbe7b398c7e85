using VolMgr.Proof.Mutants;
using static VolMgr.Proof.Mutants.Mixes;

namespace VolMgr.Proof.Museum;

/// <summary>SW, AD, PH and MB: switching, administration, progress and buffers.</summary>
internal static class SwitchRoom
{
    /// <summary>The exhibits.</summary>
    public static IReadOnlyList<Exhibit> Exhibits { get; } =
    [
        new("SW-01", "QEMU", "176c36997f, ab27c3b5e7, Launchpad 1570134",
            "between drained and switched new guest writes were accepted",
            "the gate is open during the commit",
            new(s => new Rule08ClosedUntilPublished.OpenDuringCommit(s))),
        new("SW-04", "DRBD", "96991d360",
            "suspend returned without draining under any write load",
            "the drain gives up when two or more requests are in flight",
            new(s => new SwitchBugs.DrainGivesUp(s))),
        new("SW-06", "Nova, md, ZFS", "9ed782641; f7851be736d5; 101edf7ed",
            "observers saw complete before the plex counted as in sync",
            "a copy is called complete before the switch",
            new(s => new SwitchBugs.CompleteBeforeTheSwitch(s))),
        new("AD-09", "LVM2", "8ab072507",
            "a command for tuning changed which leg is read",
            "a plex that is being attached serves reads, behind a log",
            new(s => new Rule09Errors.TargetIsRead(s))) { Shape = SingleWithLog },
        new("PH-03", "QEMU", "d69a879bdf, rhbz 2123297",
            "the copy waited until no active write was left and never converged",
            "the copier waits for a moment in which nobody uses the volume",
            new(s => new Rule02CopierIsNotStarved.CopierWaitsForIdle(s))) { Mix = Saturation },
        new("PH-08", "DRBD", "8e9c08122, b7f54a240",
            "the resync's lock and application writes starved one another",
            "applications overtake a copier that waits",
            new(s => new Rule02CopierIsNotStarved.ApplicationsOvertake(s))),
        new("PH-09", "DRBD, QEMU", "1c378efe6, 8effcd085; 9e48b02540",
            "completion was noticed only when a last bit was cleared",
            "a copy with nothing left to do never ends",
            new(s => new SwitchBugs.EmptyCopyNeverEnds(s))) { Shape = SingleWithLog, Mix = InterruptedCopies },
        new("PH-11", "md", "linux d6b42dcb995e, a35e63efa1fb, cc27b0c78c79",
            "who waits for requests in flight is who those requests need",
            "the record of a missed write waits for the gate, and the gate for the write",
            new(s => new SwitchBugs.RecordWaitsForTheGate(s))) { Shape = Mirror, Mix = FaultsAndFlushes },
        new("PH-13", "Crucible, Mayastor, DRBD", "ba953748; 48c8dc10; 62f5be08b",
            "the target failed at the end, and parked requests were never released",
            "who waits for a range whose copy failed waits for ever",
            new(s => new SwitchBugs.ParkedWritersForgotten(s))) { Mix = FaultsAndCopies },
        new("PH-14", "QEMU, Longhorn, DRBD", "90ab48eb07; 664f84b8; aac820f90",
            "the same work was counted twice",
            "every other range is marked twice",
            new(s => new SwitchBugs.CountedTwice(s))),
        new("MB-04", "blktap, SPDK, DRBD", "4a4bc86; f84f0cc81; 724202876",
            "a buffer was used again while a request still referred to it",
            "the buffer of a copy is used again before the target has it",
            new(s => new GeometryBugs.BufferUsedAgain(s))),
        new("MB-05", "QEMU, DRBD", "d06107ade0; c662f35d0",
            "two legs read the caller's buffer at different times",
            "each plex takes the bytes from the caller's buffer, which changes",
            new(s => new MutationBugs.CallersBuffer(s))) { Shape = Mirror, Mix = WritesAndReads },
    ];
}
