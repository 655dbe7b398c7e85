using System.Diagnostics.CodeAnalysis;

namespace VolMgr.Volumes;

/// <summary>Why a request of a user was refused. Nothing was changed.</summary>
/// <param name="Code">The class of the refusal; decides the exit code.</param>
/// <param name="Message">One clear sentence that names the object and, where it helps, the remedy.</param>
/// <param name="MessageId">The field's message id such as V-5-1-607, or null where none is known.</param>
public sealed record Refusal(ErrorCode Code, string Message, string? MessageId = null)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary>The result of a request that has no value of its own: done, or refused.</summary>
public readonly record struct Outcome
{
    private Outcome(Refusal? refusal) => Refusal = refusal;

    /// <summary>The request was carried out.</summary>
    public static Outcome Done => default;

    /// <summary>Why it was refused; null when it was done.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether it was carried out.</summary>
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsDone => Refusal is null;

    /// <summary>A refusal as an outcome.</summary>
    public static implicit operator Outcome(Refusal refusal) => new(refusal);
}

/// <summary>The result of a request: a value, or a refusal.</summary>
public readonly record struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    /// <summary>Why it was refused; null when there is a value.</summary>
    public Refusal? Refusal { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsDone => Refusal is null;

    /// <summary>The value; only when <see cref="IsDone"/>.</summary>
    public T Value
    {
        get
        {
            Blocks.Invariant.Holds(IsDone);
            return value!; // set together with a null refusal
        }
    }

    /// <summary>What the next step makes of the value; a refusal stays as it is.</summary>
    public Outcome<T> Then(Func<T, Outcome<T>> next) => IsDone ? next(Value) : this;

    /// <summary>A value as an outcome.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A refusal as an outcome.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
