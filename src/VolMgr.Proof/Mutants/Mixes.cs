namespace VolMgr.Proof.Mutants;

/// <summary>Volumes and mixes of operations that are good at one kind of bug.</summary>
internal static class Mixes
{
    /// <summary>One plex.</summary>
    public static readonly LabShape OnePlex = new();
    /// <summary>One plex and a log.</summary>
    public static readonly LabShape SingleWithLog = new() { HasLog = true };
    /// <summary>Two plexes.</summary>
    public static readonly LabShape Mirror = new() { MirrorCount = 2 };
    /// <summary>Two plexes and a log.</summary>
    public static readonly LabShape MirrorWithLog = new() { MirrorCount = 2, HasLog = true };

    /// <summary>Two plexes, and maps of what one of them misses.</summary>
    public static readonly LabShape Tracked = new() { MirrorCount = 2, HasDco = true };

    /// <summary>Many dirty regions, so that a few writes leave most of them clean.</summary>
    public static readonly LabShape LongWithLog = new() { HasLog = true, LengthKib = 960, Workers = 3 };
    /// <summary>The same with two plexes.</summary>
    public static readonly LabShape LongMirrorWithLog = LongWithLog with { MirrorCount = 2 };

    /// <summary>Recovery works in units of a mebibyte: two of them.</summary>
    public static readonly LabShape TwoUnitsWithLog = LongMirrorWithLog with { LengthKib = 2048 };

    /// <summary>Writes while copies begin, end and are taken away.</summary>
    public static readonly OperationMix WritesAndCopies = new(
    [
        (OperationKind.Write, 60), (OperationKind.Read, 5), (OperationKind.Attach, 12), (OperationKind.Remove, 4),
        (OperationKind.AwaitTasks, 3), (OperationKind.Zero, 6), (OperationKind.Discard, 6),
    ]);

    /// <summary>Plexes that go and come back, and crashes between.</summary>
    public static readonly OperationMix DetachesAndCrashes = new(
    [
        (OperationKind.Write, 50), (OperationKind.Detach, 12), (OperationKind.Attach, 6), (OperationKind.AwaitTasks, 6),
        (OperationKind.Crash, 4), (OperationKind.HostCrash, 2), (OperationKind.Zero, 4),
    ]);

    /// <summary>Writes and reads.</summary>
    public static readonly OperationMix WritesAndReads = new(
        [(OperationKind.Write, 50), (OperationKind.Read, 50)]);

    /// <summary>Clients that leave a copy no pause.</summary>
    public static readonly OperationMix Saturation = new(
        [(OperationKind.Attach, 10), (OperationKind.Saturate, 10), (OperationKind.Remove, 5)]);

    /// <summary>Copies that crashes interrupt.</summary>
    public static readonly OperationMix CopiesAndCrashes = new(
    [
        (OperationKind.Write, 50), (OperationKind.Flush, 2), (OperationKind.Attach, 15), (OperationKind.Crash, 8),
        (OperationKind.AwaitTasks, 2), (OperationKind.Remove, 4), (OperationKind.Wait, 12),
    ]);

    /// <summary>Writes and crashes, with time for recovery.</summary>
    public static readonly OperationMix WritesAndCrashes = new(
    [
        (OperationKind.Write, 60), (OperationKind.Wait, 6), (OperationKind.Crash, 10), (OperationKind.AwaitTasks, 4),
    ]);

    /// <summary>Few writes between crashes.</summary>
    public static readonly OperationMix FewWritesAndCrashes = new(
        [(OperationKind.Write, 30), (OperationKind.Wait, 15), (OperationKind.Crash, 15)]);

    /// <summary>Copies that go on after a crash.</summary>
    public static readonly OperationMix InterruptedCopies = new(
    [
        (OperationKind.Write, 4), (OperationKind.Wait, 30), (OperationKind.Attach, 20), (OperationKind.Crash, 20),
        (OperationKind.Remove, 8),
    ]);

    /// <summary>Copies to their end, then a crash.</summary>
    public static readonly OperationMix QuietCopiesAndCrashes = new(
    [
        (OperationKind.Write, 14), (OperationKind.Wait, 10), (OperationKind.Reboot, 6), (OperationKind.Attach, 14),
        (OperationKind.AwaitTasks, 14), (OperationKind.Crash, 14), (OperationKind.Remove, 6),
    ]);

    /// <summary>Flushes, then a crash.</summary>
    public static readonly OperationMix FlushesAndCrashes = new(
    [
        (OperationKind.Write, 60), (OperationKind.Join, 10), (OperationKind.Flush, 20), (OperationKind.Crash, 6),
    ]);

    /// <summary>Disks that fail, and crashes.</summary>
    public static readonly OperationMix FaultsAndCrashes = new(
    [
        (OperationKind.Write, 40), (OperationKind.Join, 6), (OperationKind.Flush, 12), (OperationKind.Fault, 10),
        (OperationKind.Crash, 10), (OperationKind.Repair, 6), (OperationKind.Attach, 6), (OperationKind.AwaitTasks, 4),
    ]);

    /// <summary>Disks that fail under a copy.</summary>
    public static readonly OperationMix FaultsAndCopies = new(
    [
        (OperationKind.Write, 10), (OperationKind.Flush, 8), (OperationKind.Attach, 30), (OperationKind.Fault, 20),
        (OperationKind.AwaitTasks, 12), (OperationKind.Repair, 16), (OperationKind.Remove, 8),
    ]);

    /// <summary>A little of everything that a plex may go through, with reads.</summary>
    public static readonly OperationMix PlexesComeAndGo = new(
    [
        (OperationKind.Write, 40), (OperationKind.Read, 40), (OperationKind.Attach, 10), (OperationKind.Remove, 10),
        (OperationKind.Detach, 4), (OperationKind.AwaitTasks, 8),
    ]);

    /// <summary>Discards and zeroes while copies run.</summary>
    public static readonly OperationMix DiscardsAndCopies = new(
    [
        (OperationKind.Write, 30), (OperationKind.Discard, 40), (OperationKind.Zero, 10), (OperationKind.Attach, 12),
        (OperationKind.Remove, 4), (OperationKind.AwaitTasks, 3), (OperationKind.Read, 10),
    ]);

    /// <summary>Copies that are paused under load.</summary>
    public static readonly OperationMix PausedCopies = new(
    [
        (OperationKind.Write, 50), (OperationKind.Attach, 12), (OperationKind.Pause, 12), (OperationKind.Resume, 6),
        (OperationKind.Wait, 4), (OperationKind.Remove, 4),
    ]);

    /// <summary>Volumes that grow, with writes and reads of what is new.</summary>
    public static readonly OperationMix Growth = new(
    [
        (OperationKind.Write, 30), (OperationKind.Read, 20), (OperationKind.Grow, 20), (OperationKind.AwaitTasks, 6),
        (OperationKind.Attach, 4), (OperationKind.Remove, 4),
    ]);

    /// <summary>Disks that fail under writes and flushes.</summary>
    public static readonly OperationMix FaultsAndFlushes = new(
    [
        (OperationKind.Write, 40), (OperationKind.Flush, 20), (OperationKind.Fault, 12), (OperationKind.Repair, 10),
        (OperationKind.Join, 6), (OperationKind.AwaitTasks, 4),
    ]);

    /// <summary>A length that is no multiple of the copier's step.</summary>
    public static readonly LabShape OddLength = new() { LengthKib = 264 };

    /// <summary>Two units of recovery, of which writes hit the second too.</summary>
    public static readonly LabShape LongTwoUnits = new() { HasLog = true, MirrorCount = 2, LengthKib = 2048 };
}
