namespace VolMgr.Proof;

/// <summary>Mixes of operations that scenarios are made of.</summary>
internal static class ScenarioMixes
{
    /// <summary>Paths that are lost and come back under copies.</summary>
    public static readonly OperationMix Paths = new(
    [
        (OperationKind.Write, 40), (OperationKind.Read, 15), (OperationKind.Flush, 4), (OperationKind.WriteInside, 6),
        (OperationKind.Attach, 8), (OperationKind.Remove, 3), (OperationKind.AwaitTasks, 3), (OperationKind.Wait, 3),
        (OperationKind.LosePath, 10), (OperationKind.LosePaths, 3), (OperationKind.Repair, 4),
    ]);

    /// <summary>New lengths under load.</summary>
    public static readonly OperationMix Resizing = new(
    [
        (OperationKind.Write, 40), (OperationKind.Read, 15), (OperationKind.Flush, 4), (OperationKind.WriteInside, 6),
        (OperationKind.Zero, 3), (OperationKind.Attach, 5), (OperationKind.Detach, 2), (OperationKind.Remove, 2),
        (OperationKind.AwaitTasks, 4), (OperationKind.Grow, 7), (OperationKind.Shrink, 7), (OperationKind.Crash, 2),
        (OperationKind.HostCrash, 1),
    ]);

    /// <summary>Commands that meet one another.</summary>
    public static readonly OperationMix Commands = new(
    [
        (OperationKind.Write, 40), (OperationKind.Read, 15), (OperationKind.Flush, 4), (OperationKind.Race, 14),
        (OperationKind.Attach, 9), (OperationKind.Abort, 3), (OperationKind.Pause, 1), (OperationKind.Resume, 1),
        (OperationKind.AwaitTasks, 5), (OperationKind.Grow, 2), (OperationKind.Repair, 2), (OperationKind.Crash, 1),
    ]);

    /// <summary>Groups and hosts that go and come.</summary>
    public static readonly OperationMix Moves = new(
    [
        (OperationKind.Write, 40), (OperationKind.Read, 15), (OperationKind.Flush, 4), (OperationKind.WriteInside, 6),
        (OperationKind.Attach, 6), (OperationKind.Detach, 2), (OperationKind.Remove, 2), (OperationKind.AwaitTasks, 5),
        (OperationKind.Deport, 8), (OperationKind.HostCrash, 3), (OperationKind.Reboot, 3), (OperationKind.Fault, 1),
        (OperationKind.Repair, 2),
    ]);
}
