using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands;

/// <summary>One run of a verb: its options and operands, where its words go, and what it works on.</summary>
internal sealed class Invocation
{
    /// <summary>The command as typed.</summary>
    public required CommandRequest Request { get; init; }

    /// <summary>What it works on.</summary>
    public required CommandContext Context { get; init; }

    /// <summary>The options.</summary>
    public required ParsedOptions Options { get; init; }

    /// <summary>What follows options and keyword.</summary>
    public required IReadOnlyList<string> Operands { get; init; }

    /// <summary>The usage line, printed when operands are missing.</summary>
    public required string Usage { get; init; }

    /// <summary>The words of <c>-o</c> with their values; a word without a value has an empty one.</summary>
    public IReadOnlyDictionary<string, string> UseOptions { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Prints an answer of several lines.</summary>
    public async Task<int> AnswerAsync(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            await Context.Out.WriteAsync(line + "\n");
        }

        return 0;
    }

    /// <summary>Prints why it is refused and gives the exit code.</summary>
    public async Task<int> RefuseAsync(Refusal refusal)
    {
        await Context.Error.WriteAsync(
            $"VxVM {Request.Name} ERROR {MessageIds.Of(refusal)} {refusal.Message}\n");
        return (int)refusal.Code;
    }

    /// <summary>Prints what is wrong with the command line, and the usage line.</summary>
    public async Task<int> MisusedAsync(string what)
    {
        int code = await RefuseAsync(Refusals.Operands(what));
        await Context.Error.WriteAsync(Usage + "\n");
        return code;
    }

    /// <summary>Silence and 0 when done, else the refusal.</summary>
    public Task<int> EndAsync(Outcome outcome) =>
        outcome.IsDone ? Task.FromResult(0) : RefuseAsync(outcome.Refusal);

    /// <summary>Does the same for each operand; a failing one costs a line and the exit code, the rest goes
    /// on.</summary>
    public async Task<int> ForEachAsync(IEnumerable<string> operands, Func<string, Task<Outcome>> action)
    {
        int code = 0;
        foreach (string operand in operands)
        {
            Outcome outcome = await action(operand);
            code = outcome.IsDone ? code : await RefuseAsync(outcome.Refusal);
        }

        return code;
    }

    /// <summary>The delay of <c>-o slow</c> without a number, as the host's tunable has it.</summary>
    public int PlainSlowMs { get; init; } = CopyWords.PlainSlowMs;

    /// <summary>The host's default disk group, or null.</summary>
    public string? DefaultGroup { get; init; }

    /// <summary>The group named by <c>-g</c>, by name or id, else the host's default disk group.</summary>
    public Outcome<DiskGroup> Group() => (Options.Value('g') ?? DefaultGroup) is not { } name
        ? Refusals.NoDefaultGroup
        : Context.Host.FindGroup(name) is { } group
            ? group
            : new Refusal(ErrorCode.NoDiskGroup, $"Diskgroup {name} not found", "V-5-1-607");
}
