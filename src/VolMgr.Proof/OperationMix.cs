namespace VolMgr.Proof;

/// <summary>How often each kind of operation occurs in a random case: numbers of tickets.</summary>
internal sealed record OperationMix(IReadOnlyList<(OperationKind Kind, int Tickets)> Weights)
{
    /// <summary>A bit of everything.</summary>
    public static OperationMix Everything { get; } = new(
    [
        (OperationKind.Write, 30), (OperationKind.ForcedWrite, 3), (OperationKind.Read, 14), (OperationKind.Flush, 6),
        (OperationKind.Zero, 3), (OperationKind.Discard, 3), (OperationKind.Attach, 7), (OperationKind.Detach, 2),
        (OperationKind.Remove, 2), (OperationKind.Abort, 1), (OperationKind.Pause, 1), (OperationKind.Resume, 1),
        (OperationKind.Grow, 2), (OperationKind.Fault, 2), (OperationKind.Repair, 2), (OperationKind.Crash, 2),
        (OperationKind.Reboot, 1), (OperationKind.Wait, 3), (OperationKind.Join, 2), (OperationKind.AwaitTasks, 2),
        (OperationKind.Saturate, 1), (OperationKind.Hang, 2), (OperationKind.LoseArray, 1),
        (OperationKind.WriteInside, 6), (OperationKind.ZeroInside, 2), (OperationKind.Shrink, 2),
        (OperationKind.Deport, 2), (OperationKind.LosePath, 2), (OperationKind.LosePaths, 1),
        (OperationKind.HostCrash, 2),
    ]);

    /// <summary>A random case of that length; the same seed, the same case.</summary>
    public ProofCase Make(int seed, int length, LabShape? shape = null)
    {
        // spread, because cases are numbered 1, 2, 3 and neighbouring seeds begin alike
        var random = new Random(unchecked(seed * 7919 + 104729));
        OperationKind[] tickets = [.. Weights.SelectMany(weight => Enumerable.Repeat(weight.Kind, weight.Tickets))];
        LabShape chosen = shape ?? LabShape.Of(random.Next(1 << 16));
        return new ProofCase(seed, chosen, [.. Enumerable.Range(0, length).Select(_ => new Operation(
            tickets[random.Next(tickets.Length)],
            random.Next(Operation.Range),
            random.Next(Operation.Range)))]);
    }
}
