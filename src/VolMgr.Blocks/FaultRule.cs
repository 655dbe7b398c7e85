namespace VolMgr.Blocks;

/// <summary>When a fault strikes, seen from the inner device.</summary>
public enum FaultMoment
{
    /// <summary>Instead of the operation: nothing is changed.</summary>
    Before = 1,

    /// <summary>In the middle: the first half of the sectors was transferred.</summary>
    Partway = 2,

    /// <summary>After it: everything was transferred, and yet failure is reported.</summary>
    After = 3,
}

/// <summary>
/// One fault: which operations it matches, which of the matching ones it strikes, and what they answer. An operation
/// answers by the first rule, in the order of adding, that strikes it.
/// </summary>
public sealed record FaultRule
{
    /// <summary>The operations that match.</summary>
    public required DeviceOperations Operations { get; init; }

    /// <summary>The answer of a struck operation; ignored by one that hangs and is then let go.</summary>
    public IoStatus Status { get; init; } = IoStatus.MediaError;

    /// <summary>Start of the byte range that matches. A flush has no range and matches any.</summary>
    public long Offset { get; init; }

    /// <summary>Length of the byte range that matches.</summary>
    public long Length { get; init; } = long.MaxValue;

    /// <summary>How many matching operations pass before the first is struck.</summary>
    public long Passing { get; init; }

    /// <summary>How many operations are struck before the rule is spent; null for no limit.</summary>
    public long? Limit { get; init; }

    /// <summary>Probability in (0, 1] that a matching operation is struck; below 1 the device needs a Random.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>When the fault strikes.</summary>
    public FaultMoment Moment { get; init; } = FaultMoment.Before;

    /// <summary>A struck operation does not answer until it is released.</summary>
    public bool Hangs { get; init; }

    /// <summary>Strikes every matching operation.</summary>
    public static FaultRule Always(DeviceOperations operations, IoStatus status = IoStatus.MediaError) =>
        new() { Operations = operations, Status = status };

    /// <summary>Strikes the next matching operation only.</summary>
    public static FaultRule Once(DeviceOperations operations, IoStatus status = IoStatus.MediaError) =>
        Nth(1, operations, status);

    /// <summary>Strikes only the matching operation of this number; 1 is the next.</summary>
    public static FaultRule Nth(long number, DeviceOperations operations, IoStatus status = IoStatus.MediaError) =>
        new() { Operations = operations, Status = status, Passing = number - 1, Limit = 1 };

    /// <summary>Strikes every matching operation that touches the range: a bad spot on the medium.</summary>
    public static FaultRule InRange(
        long offset, long length, DeviceOperations operations, IoStatus status = IoStatus.MediaError) =>
        new() { Operations = operations, Status = status, Offset = offset, Length = length };

    /// <summary>Strikes matching operations at random.</summary>
    public static FaultRule AtRate(
        double rate, DeviceOperations operations, IoStatus status = IoStatus.MediaError) =>
        new() { Operations = operations, Status = status, Rate = rate };

    /// <summary>Lets matching operations hang until they are released.</summary>
    public static FaultRule Hang(DeviceOperations operations) => new() { Operations = operations, Hangs = true };

    internal bool Matches(DeviceOperations operation, long offset, long length) =>
        (Operations & operation) != DeviceOperations.None
        && (operation == DeviceOperations.Flush
            || (offset < Length + Math.Min(Offset, long.MaxValue - Length) && offset + length > Offset));

    internal void AssertInvariants()
    {
        Invariant.Holds(Status != IoStatus.Success || Hangs);
        Invariant.Holds(Offset >= 0);
        Invariant.Holds(Length > 0);
        Invariant.Holds(Passing >= 0);
        Invariant.Holds(Rate > 0);
        Invariant.Holds(Rate <= 1);
    }
}
