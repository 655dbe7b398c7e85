namespace VolMgr.Proof;

/// <summary>Cases in which plexes go and come back by maps of what they missed.</summary>
internal static class FastResyncs
{
    private static readonly OperationKind[] Faults =
    [
        OperationKind.Crash, OperationKind.Crash, OperationKind.HostCrash, OperationKind.Fault, OperationKind.Fault,
        OperationKind.Reboot, OperationKind.LosePaths, OperationKind.LoseArray, OperationKind.Hang,
    ];

    private static readonly OperationKind[] Commands =
    [
        OperationKind.Abort, OperationKind.Pause, OperationKind.Grow, OperationKind.Shrink, OperationKind.Deport,
        OperationKind.Attach, OperationKind.Detach, OperationKind.Remove, OperationKind.Race,
    ];

    /// <summary>The commands before have ended.</summary>
    private static Operation Ended => new(OperationKind.AwaitTasks, 0, 0);

    /// <summary>One plex goes and comes back, then the other; a disturbance while the first is out or comes back, with
    /// an even seed a fault or a crash, with an odd one a command.</summary>
    public static ProofCase Make(int seed)
    {
        Random random = Scenario.Spread(seed);
        LabShape shape = LabShape.LargeOf(random.Next(1 << 16)) with { MirrorCount = 2, HasDco = true };
        int first = random.Next(2);
        List<Operation> operations =
        [
            .. Scenario.Load(random, 10), new Operation(OperationKind.Detach, first, 0), Ended,
            .. Few(random, 16), Soon(random), new Operation(OperationKind.Attach, 0, 1), Soon(random),
            .. Scenario.Load(random, 12),
        ];
        OperationKind[] kinds = seed % 2 == 0 ? Faults : Commands;
        operations.Insert(12 + random.Next(27), Scenario.One(random, kinds[random.Next(kinds.Length)]));
        if (seed % 2 == 0)
        {
            operations.Add(Scenario.One(random, OperationKind.Repair));
        }

        operations.AddRange(
        [
            Scenario.One(random, OperationKind.AwaitTasks), .. Scenario.Load(random, 6),
            new Operation(OperationKind.Detach, 1 - first, 0), Ended, .. Few(random, 6),
            new Operation(OperationKind.Attach, 0, 1), Soon(random), .. Scenario.Load(random, 6),
            Scenario.One(random, OperationKind.Wait),
        ]);
        return new ProofCase(seed, shape, operations);
    }

    private static Operation Soon(Random random) => new(OperationKind.Wait, 1, random.Next(Operation.Range));

    /// <summary>Requests to a few places, so that most of the volume is not missed.</summary>
    private static IEnumerable<Operation> Few(Random random, int count) =>
        Scenario.Load(random, count).Select(operation => operation with { Place = operation.Place / 10 * 10 });
}
