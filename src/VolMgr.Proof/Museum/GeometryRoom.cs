using VolMgr.Proof.Mutants;
using VolMgr.Volumes.InputOutput;
using static VolMgr.Proof.Mutants.Mixes;

namespace VolMgr.Proof.Museum;

/// <summary>GEO, DZ and RS: geometry, discards and zeroes, resizing.</summary>
internal static class GeometryRoom
{
    /// <summary>The exhibits.</summary>
    public static IReadOnlyList<Exhibit> Exhibits { get; } =
    [
        new("GEO-01", "QEMU", "5a0f6fd5c8, 4150ae60eb, 1048ddf0a3",
            "the last chunk was longer than what was left",
            "a copy always writes a whole unit, with whatever is in its buffer",
            new(s => new GeometryBugs.AlwaysAWholeUnit(s))),
        new("GEO-02", "dm-raid1, QEMU", "f0e9736012",
            "a partial last region had no bit",
            "the last unit, when it is a short one, is not copied",
            new(s => new GeometryBugs.NoShortUnit(s))) { Shape = OddLength },
        new("GEO-03", "Longhorn", "issue 4354, pull request 745",
            "a write of less than 4 KiB made its block count as synchronized",
            "a write clears the copy map of the 4 KiB that it touches",
            new(s => new TrackingBugs.WriteClearsItsUnit(s, 4096))),
        new("GEO-04", "dm-clone", "linux 4b5142905d4f",
            "a discard strictly inside a region discarded the wrong blocks",
            "a discard is rounded out to blocks on the second plex",
            new(s => new GeometryBugs.DiscardRounded(s, outwards: true))) { Shape = Mirror, Mix = DiscardsAndCopies },
        new("GEO-05", "LVM2, QEMU, dm-clone", "20babc7b4; ed7b70c27b; dm-clone series of 2020",
            "a multiplication in 32 bits gave the wrong region",
            "the place of a unit is computed in 17 bits",
            new(s => new GeometryBugs.PlaceOverflows(s))),
        new("GEO-09", "QEMU vmdk", "b1649fae49",
            "a sector was not made relative to its extent at the boundary",
            "the second part of a long write goes to the place of the first",
            new(s => new GeometryBugs.SecondPartOnTheFirst(s))),
        new("GEO-10", "Mayastor, LVM2, DRBD", "5489802d; 9dd36a05c; c2d3d9150",
            "an end was computed as inclusive",
            "a copy marks what lies around its range too",
            new(s => new Rule05ClearWhatWasCopied.CopiedRoundedOut(s))),
        new("GEO-12", "Cinder", "8d4a9e902",
            "a zero chunk that was passed over did not advance the destination",
            "what follows zeroes goes to their place",
            new(s => new GeometryBugs.ZeroesAreNotCounted(s))),
        new("DZ-02", "QEMU", "508249952c, df702c9b4c",
            "a discard cleared dirty bits, and the target kept the old data",
            "a discard is not sent to the target and counts as copied",
            new(s => new MutationBugs.DiscardNeedsNoCopy(s))) { Mix = DiscardsAndCopies },
        new("DZ-03", "QEMU", "ec050f77a5, 3ea1a09111, 0eb1e89112",
            "a second write path did not go through the tracking",
            "zeroes are not sent to the target",
            new(s => new Rule04AppliedOrMarked.TargetMisses(s, MutationKind.Zero))),
        new("DZ-04", "QEMU", "5279efebcf, cdf3bc934a",
            "unallocated areas were not copied to a target that was not new",
            "zeroes are not copied",
            new(s => new GeometryBugs.ZeroesAreNotCopied(s))),
        new("DZ-05", "DRBD", "5204727f9",
            "a backend ignored the partial chunks of a discard",
            "a discard is rounded in to blocks on the second plex",
            new(s => new GeometryBugs.DiscardRounded(s, outwards: false))) { Shape = Mirror, Mix = DiscardsAndCopies },
        new("DZ-06", "DRBD", "653f9dae8",
            "a shortcut for deallocated areas forgot what the usual path does",
            "discards are not sent to the target",
            new(s => new Rule04AppliedOrMarked.TargetMisses(s, MutationKind.Discard))),
        new("DZ-07", "QEMU qcow2", "qemu-devel 20260427170520.101242-4",
            "a discard did not wait for writes in flight in the same cluster",
            "a discard takes no lock",
            new(s => new MutationBugs.DiscardWithoutLock(s))) { Shape = Mirror, Mix = DiscardsAndCopies },
        new("DZ-08", "generic", "a reading of dm-raid1",
            "a discard during a copy: the target gets the old data back",
            "a discard passes the copier, and the copier a discard",
            new(s => new MutationBugs.DiscardPassesTheCopier(s))) { Mix = DiscardsAndCopies },
        new("DZ-11", "md raid0", "linux e836007089ba",
            "discard used another mapping than read and write",
            "a discard goes 16 KiB before its place",
            new(s => new GeometryBugs.DiscardElsewhere(s))) { Mix = DiscardsAndCopies },
        new("RS-01", "VMware", "KB 2090639",
            "after an extension changed blocks were missed",
            "half of the new area is cleared",
            new(s => new GeometryBugs.NewAreaNotCleared(
                s, (_, area) => area with { Length = area.Length / 1024 * 512 })))
            { Mix = Growth },
        new("RS-03", "DRBD", "f02777183, d13ae3d6d",
            "what lay behind the old end became live",
            "nothing of the new area is cleared",
            new(s => new GeometryBugs.NewAreaNotCleared(
                s, (_, area) => area with { Length = 0 }))) { Mix = Growth },
        new("RS-06", "LVM2", "5fa417a9c, 2faf416e0, c908a8b13",
            "the code that synchronized an extension was off, and the legs differed there",
            "the new area is cleared on the first plex only",
            new(s => new GeometryBugs.NewAreaNotCleared(
                s, (plex, area) => plex == 0 ? area : area with { Length = 0 }))) { Shape = Mirror, Mix = Growth },
    ];
}
