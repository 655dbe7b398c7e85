using VolMgr.Proof.Mutants;

namespace VolMgr.Proof;

/// <summary>A family of cases: a name, and for each seed one case.</summary>
internal sealed record Scenario(string Name, string Description, Func<int, ProofCase> Make)
{
    private const int Usual = 60;

    /// <summary>All families, the one that is judged first.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("migration",
            "a plex is attached over 64 ranges under 32 requests in flight, the old one is removed; every other case "
            + "has a fault or a crash in between, others a pause, an abort, a new length, a deport or a second copy",
            Migration),
        new("two-migrations", "copies to two new plexes at once or one after the other, then both old plexes go",
            TwoMigrations),
        new("volumes", "copies of two volumes at once under clients of both; what disturbs the second meets the first",
            TwoVolumes),
        new("many", "any operation after any other on three volumes that share the disks",
            seed => OperationMix.Everything.Make(
                seed, Usual * 2, LabShape.Of(Spread(seed).Next(1 << 16)) with { VolumeCount = 3 })),
        new("layered", "each part of a layered volume gets a new mirror and loses the old one, under load",
            Layered),
        new("fastresync",
            "a mirror is detached with a map of what it misses and comes back by a copy of that, under load; a fault, "
            + "a crash or another command in between",
            FastResyncs.Make),
        new("commands", "two commands at once on one plex, or on two, under load",
            seed => ScenarioMixes.Commands.Make(seed, Usual)),
        new("paths", "paths that are lost and come back, one or all of a LUN, under copies",
            seed => ScenarioMixes.Paths.Make(seed, Usual)),
        new("resizing", "volumes that shrink and grow under load",
            seed => ScenarioMixes.Resizing.Make(seed, Usual)),
        new("moves", "groups that are deported and imported, hosts that go down and come up, under load",
            seed => ScenarioMixes.Moves.Make(seed, Usual)),
        new("everything", "any operation after any other, on every shape of volume",
            seed => OperationMix.Everything.Make(seed, Usual)),
        new("large", "the same over 64 ranges with 32 requests in flight",
            seed => OperationMix.Everything.Make(seed, Usual, LabShape.LargeOf(Spread(seed).Next(1 << 16)))),
        new("crashes", "copies that crashes interrupt", seed => Mixes.CopiesAndCrashes.Make(seed, Usual)),
        new("faults", "disks that fail under copies and flushes", seed => Mixes.FaultsAndFlushes.Make(seed, Usual)),
        new("growth", "volumes that grow under load", seed => Mixes.Growth.Make(seed, Usual)),
        new("discards", "discards and zeroes while copies run", seed => Mixes.DiscardsAndCopies.Make(seed, Usual)),
    ];

    /// <summary>The family of that name, or null.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    internal static Random Spread(int seed) => new(unchecked((seed * 7919) + 104729));

    /// <summary>One migration: load, attach, load and perhaps a disturbance, the end of the copy, the old plex goes.
    /// </summary>
    private static ProofCase Migration(int seed)
    {
        Random random = Spread(seed);
        LabShape shape = LabShape.LargeOf(random.Next(1 << 16));
        List<Operation> operations = [.. Load(random, 16), One(random, OperationKind.Attach), .. Load(random, 32)];
        OperationKind[] faults =
        [
            OperationKind.Crash, OperationKind.Fault, OperationKind.Reboot, OperationKind.HostCrash,
            OperationKind.LosePath, OperationKind.LosePaths, OperationKind.LoseArray, OperationKind.Hang,
        ];
        OperationKind[] commands =
        [
            OperationKind.Pause, OperationKind.Abort, OperationKind.Grow, OperationKind.Shrink, OperationKind.Deport,
            OperationKind.Attach, OperationKind.Wait, OperationKind.Wait,
        ];
        OperationKind[] kinds = seed % 2 == 0 ? faults : commands;
        OperationKind kind = kinds[random.Next(kinds.Length)];
        bool isRefusedWhileCopying = kind is OperationKind.Grow or OperationKind.Shrink or OperationKind.Deport;
        operations.Insert((isRefusedWhileCopying ? 0 : 17) + random.Next(16), One(random, kind));
        if (seed % 2 == 0)
        {
            operations.Add(One(random, OperationKind.Repair));
        }

        operations.AddRange(
            [One(random, OperationKind.AwaitTasks), .. Load(random, 6), new Operation(OperationKind.Remove, 0, 0)]);
        operations.AddRange(Load(random, 6));
        operations.Add(One(random, OperationKind.Wait));
        return new ProofCase(seed, shape, operations);
    }

    /// <summary>Two copies; with an even seed both at once. A disturbance in half of each kind.</summary>
    private static ProofCase TwoMigrations(int seed)
    {
        Random random = Spread(seed);
        LabShape shape = LabShape.LargeOf(random.Next(1 << 16)) with { MirrorCount = 1 };
        OperationKind[] between = seed % 2 == 0
            ? [OperationKind.Attach]
            : [OperationKind.AwaitTasks, OperationKind.Remove, OperationKind.Attach];
        List<Operation> operations =
        [
            .. Load(random, 8), new Operation(OperationKind.Attach, 1, 1), .. Load(random, 12),
            .. between.Select(kind => new Operation(kind, kind == OperationKind.Remove ? 0 : 1, 1)),
            .. Load(random, 20),
        ];
        if (seed / 2 % 2 == 0)
        {
            OperationKind[] faults =
            [
                OperationKind.Crash, OperationKind.HostCrash, OperationKind.Fault, OperationKind.LosePaths,
                OperationKind.LoseArray,
            ];
            operations.Insert(10 + random.Next(30), One(random, faults[random.Next(faults.Length)]));
            operations.Add(One(random, OperationKind.Repair));
        }

        operations.AddRange(
        [
            One(random, OperationKind.AwaitTasks), .. Load(random, 4), new Operation(OperationKind.Remove, 0, 0),
            new Operation(OperationKind.Remove, 0, 0), .. Load(random, 8), One(random, OperationKind.Wait),
        ]);
        return new ProofCase(seed, shape, operations);
    }

    /// <summary>A copy to a new plex of one volume, and while it runs one of another volume; then both old plexes go.
    /// The second one is disturbed in half of the cases, and both of them in others.</summary>
    private static ProofCase TwoVolumes(int seed)
    {
        const int count = 2;
        Random random = Spread(seed);
        LabShape shape = LabShape.LargeOf(random.Next(1 << 16)) with { MirrorCount = 1, VolumeCount = count };
        OperationKind[] disturbances = seed % 2 == 0
            ?
            [
                OperationKind.Crash, OperationKind.HostCrash, OperationKind.Fault, OperationKind.LosePaths,
                OperationKind.LoseArray, OperationKind.Hang, OperationKind.LosePath,
            ]
            :
            [
                OperationKind.Abort, OperationKind.Pause, OperationKind.Remove, OperationKind.Attach,
                OperationKind.Detach, OperationKind.Saturate, OperationKind.Wait,
            ];
        List<Operation> operations =
        [
            .. Load(random, 16), One(random, OperationKind.Attach).On(0, count), .. Load(random, 12),
            One(random, OperationKind.Attach).On(1, count), .. Load(random, 10),
            One(random, disturbances[random.Next(disturbances.Length)]).On(1, count), .. Load(random, 24),
            One(random, OperationKind.Repair), One(random, OperationKind.AwaitTasks), .. Load(random, 6),
            new Operation(OperationKind.Remove, 0, 0).On(0, count),
            new Operation(OperationKind.Remove, 0, 0).On(1, count), .. Load(random, 8), One(random, OperationKind.Wait),
        ];
        return new ProofCase(seed, shape, operations);
    }

    /// <summary>Each sub-volume of a layered volume is migrated; a fault or a crash in half of the cases.</summary>
    private static ProofCase Layered(int seed)
    {
        Random random = Spread(seed);
        LabShape shape = LabShape.LargeOf(random.Next(1 << 16)) with
        {
            MirrorCount = 1,
            HasLog = false,
            IsLayered = true,
        };
        List<Operation> operations = [.. Load(random, 12)];
        for (int part = 0; part < 2; part++)
        {
            operations.AddRange([new Operation(OperationKind.Attach, 1 + (16 * part), 1), .. Load(random, 12)]);
        }

        if (seed % 2 == 0)
        {
            OperationKind[] faults =
            [
                OperationKind.Crash, OperationKind.HostCrash, OperationKind.Fault, OperationKind.LosePaths,
                OperationKind.Reboot, OperationKind.Hang,
            ];
            operations.Insert(13 + random.Next(24), One(random, faults[random.Next(faults.Length)]));
            operations.Add(One(random, OperationKind.Repair));
        }

        operations.Add(One(random, OperationKind.AwaitTasks));
        for (int part = 0; part < 2; part++)
        {
            operations.AddRange([new Operation(OperationKind.Remove, 16 * part, 0), .. Load(random, 8)]);
        }

        operations.Add(One(random, OperationKind.Wait));
        return new ProofCase(seed, shape, operations);
    }

    internal static List<Operation> Load(Random random, int count)
    {
        OperationKind[] kinds =
        [
            OperationKind.Write, OperationKind.Write, OperationKind.Write, OperationKind.Write, OperationKind.Read,
            OperationKind.Read, OperationKind.Flush, OperationKind.ForcedWrite, OperationKind.Zero,
            OperationKind.Discard, OperationKind.WriteInside,
        ];
        return [.. Enumerable.Range(0, count).Select(_ => One(random, kinds[random.Next(kinds.Length)]))];
    }

    internal static Operation One(Random random, OperationKind kind) =>
        new(kind, random.Next(Operation.Range), random.Next(Operation.Range));
}
