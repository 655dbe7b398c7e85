namespace VolMgr.Movers.Comparison;

/// <summary>What a number counts.</summary>
public enum ArithmeticUnit
{
    /// <summary>Whole things.</summary>
    Count = 1,

    /// <summary>Bytes.</summary>
    Bytes = 2,

    /// <summary>Seconds.</summary>
    Seconds = 3,
}

/// <summary>A number as the arithmetic has it before a move, and as the run had it.</summary>
/// <param name="Predicted">By arithmetic; null when the move does not converge.</param>
/// <param name="Measured">By the run; null when it failed.</param>
public sealed record ArithmeticPair(double? Predicted, double? Measured)
{
    /// <summary>So far from the arithmetic a run may be.</summary>
    public const double Tolerance = 0.01;

    /// <summary>How far the run is from the arithmetic, of 1; null where one of the two has no number.</summary>
    public double? Deviation => Predicted is { } predicted && Measured is { } measured
        ? predicted == measured ? 0 : Math.Abs(measured - predicted) / Math.Abs(predicted)
        : null;

    /// <summary>Whether both say the same within the tolerance, or both that there is no end.</summary>
    public bool Agrees => Deviation is { } deviation
        ? deviation <= Tolerance
        : Predicted is null && Measured is null;
}

/// <summary>A number of a mover, for the guest as it was asked for, and for one that writes twice as much.</summary>
/// <param name="Card">The mover.</param>
/// <param name="Quantity">What it is.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Formula">How the arithmetic gets it, in words.</param>
/// <param name="Asked">For the guest as it was asked for.</param>
/// <param name="Doubled">For the guest that writes twice as much.</param>
public sealed record ArithmeticLine(
    MoverCard Card, string Quantity, ArithmeticUnit Unit, string Formula, ArithmeticPair Asked, ArithmeticPair Doubled)
{
    /// <summary>Whether run and arithmetic agree for both guests.</summary>
    public bool Agrees => Asked.Agrees && Doubled.Agrees;
}
