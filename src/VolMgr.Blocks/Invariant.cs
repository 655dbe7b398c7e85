using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace VolMgr.Blocks;

/// <summary>
/// Assertions that hold in every build: a broken one is a bug in this program, never a broken disk or a user.
/// </summary>
public static class Invariant
{
    /// <summary>
    /// Throws <see cref="InvariantViolationException"/> with the text of the condition unless it holds.
    /// </summary>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!condition)
        {
            throw new InvariantViolationException(text);
        }
    }
}

/// <summary>
/// A bug: something that the program guarantees to itself does not hold. Caught only at the process edge.
/// </summary>
public sealed class InvariantViolationException(string condition)
    : Exception($"Invariant violated: {condition}");
