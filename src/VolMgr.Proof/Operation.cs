namespace VolMgr.Proof;

/// <summary>What an operation of a case does.</summary>
internal enum OperationKind
{
    /// <summary>A client writes.</summary>
    Write = 1,

    /// <summary>A client writes what has to be durable when it is answered.</summary>
    ForcedWrite = 2,

    /// <summary>A client reads.</summary>
    Read = 3,

    /// <summary>A client flushes.</summary>
    Flush = 4,

    /// <summary>A client zeroes.</summary>
    Zero = 5,

    /// <summary>A client discards.</summary>
    Discard = 6,

    /// <summary>A plex is added, or one that is detached is attached again; the copy runs on.</summary>
    Attach = 7,

    /// <summary>A plex is detached and stays associated.</summary>
    Detach = 8,

    /// <summary>A plex is dissociated and removed.</summary>
    Remove = 9,

    /// <summary>A copy is aborted.</summary>
    Abort = 10,

    /// <summary>A copy is paused.</summary>
    Pause = 11,

    /// <summary>What is paused goes on.</summary>
    Resume = 12,

    /// <summary>The volume grows.</summary>
    Grow = 13,

    /// <summary>A LUN of one plex begins to fail.</summary>
    Fault = 14,

    /// <summary>All LUNs work again, and plexes that were given up are recovered.</summary>
    Repair = 15,

    /// <summary>The host crashes and boots; unflushed sectors are lost.</summary>
    Crash = 16,

    /// <summary>The host goes down cleanly and boots.</summary>
    Reboot = 17,

    /// <summary>Time passes.</summary>
    Wait = 18,

    /// <summary>Waits until all clients have their answers.</summary>
    Join = 19,

    /// <summary>Waits until copies and recoveries have ended.</summary>
    AwaitTasks = 20,

    /// <summary>Clients write to one place without a pause until no copy runs; the copy has to come to its
    /// end.</summary>
    Saturate = 21,

    /// <summary>A LUN of one plex stops answering for a while; what hangs is done when it answers again.</summary>
    Hang = 22,

    /// <summary>All LUNs of the array of one plex are gone until the repair.</summary>
    LoseArray = 23,

    /// <summary>A client writes from inside one sector to inside another.</summary>
    WriteInside = 24,

    /// <summary>A client zeroes from inside one sector to inside another.</summary>
    ZeroInside = 25,

    /// <summary>The volume shrinks.</summary>
    Shrink = 26,

    /// <summary>The group is deported and imported again.</summary>
    Deport = 27,

    /// <summary>One way to the LUNs is lost, a path, a controller or a port, and comes back later; nobody may feel it.
    /// </summary>
    LosePath = 28,

    /// <summary>All paths to a LUN of one plex are lost until the repair.</summary>
    LosePaths = 29,

    /// <summary>The host crashes and boots; the disks keep their power and lose nothing.</summary>
    HostCrash = 30,

    /// <summary>Two commands at once: both on one plex, or on one each.</summary>
    Race = 31,
}

/// <summary>An operation with two numbers that each kind takes as it can use them.</summary>
internal readonly record struct Operation(OperationKind Kind, int Place, int Size)
{
    /// <summary>Numbers are drawn below this.</summary>
    public const int Range = 4096;

    /// <summary>Which of so many volumes it is for.</summary>
    public int VolumeOf(int count) => Size / 5 % count;

    /// <summary>The same operation for one of so many volumes.</summary>
    public Operation On(int volume, int count) =>
        this with { Size = (Size / 5 / count * count * 5) + (volume * 5) + (Size % 5) };

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Place} {Size}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static Operation Parse(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Operation(Enum.Parse<OperationKind>(words[0]), int.Parse(words[1]), int.Parse(words[2]));
    }
}

/// <summary>One run: everything in it follows from these three.</summary>
internal sealed record ProofCase(int Seed, LabShape Shape, IReadOnlyList<Operation> Operations)
{
    /// <summary>Whether something fails, crashes or goes away in it.</summary>
    public bool IsDisturbed => Operations.Any(operation => operation.Kind is OperationKind.Fault or OperationKind.Hang
        or OperationKind.LoseArray or OperationKind.LosePath or OperationKind.LosePaths or OperationKind.Crash
        or OperationKind.HostCrash or OperationKind.Reboot);

    /// <inheritdoc/>
    public override string ToString() => $"{Seed} {Shape}: {string.Join(", ", Operations)}";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ProofCase Parse(string text)
    {
        string[] halves = text.Split(':', 2);
        string[] head = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new ProofCase(
            int.Parse(head[0]),
            LabShape.Parse(head[1]),
            [.. halves[1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(Operation.Parse)]);
    }
}
