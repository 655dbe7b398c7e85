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
            + "has a fault, a crash, a reboot, a pause or an abort in between",
            Migration),
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

    private static Random Spread(int seed) => new(unchecked((seed * 7919) + 104729));

    /// <summary>One migration: load, attach, load and perhaps a disturbance, the end of the copy, the old plex goes.
    /// </summary>
    private static ProofCase Migration(int seed)
    {
        Random random = Spread(seed);
        LabShape shape = LabShape.LargeOf(random.Next(1 << 16));
        List<Operation> operations = [.. Load(random, 16), One(random, OperationKind.Attach), .. Load(random, 32)];
        OperationKind[] disturbances =
        [
            OperationKind.Crash, OperationKind.Fault, OperationKind.Reboot, OperationKind.Crash, OperationKind.Pause,
            OperationKind.Fault, OperationKind.Crash, OperationKind.Abort,
        ];
        if (seed % 2 == 0)
        {
            operations.Insert(
                17 + random.Next(32), One(random, disturbances[random.Next(disturbances.Length)]));
            operations.Add(One(random, OperationKind.Repair));
        }

        operations.AddRange(
            [One(random, OperationKind.AwaitTasks), .. Load(random, 6), new Operation(OperationKind.Remove, 0, 0)]);
        operations.AddRange(Load(random, 6));
        operations.Add(One(random, OperationKind.Wait));
        return new ProofCase(seed, shape, operations);
    }

    private static List<Operation> Load(Random random, int count)
    {
        OperationKind[] kinds =
        [
            OperationKind.Write, OperationKind.Write, OperationKind.Write, OperationKind.Write, OperationKind.Read,
            OperationKind.Read, OperationKind.Flush, OperationKind.ForcedWrite, OperationKind.Zero,
            OperationKind.Discard,
        ];
        return [.. Enumerable.Range(0, count).Select(_ => One(random, kinds[random.Next(kinds.Length)]))];
    }

    private static Operation One(Random random, OperationKind kind) =>
        new(kind, random.Next(Operation.Range), random.Next(Operation.Range));
}
