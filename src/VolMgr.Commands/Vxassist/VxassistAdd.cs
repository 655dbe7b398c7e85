using VolMgr.Volumes;

namespace VolMgr.Commands.Vxassist;

/// <summary><c>vxassist add mirror|log</c>: what <c>mirror</c> and <c>addlog</c> do; with <c>-M</c> for several
/// volumes, one after the other.</summary>
internal static class VxassistAdd
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "add",
        "-g diskgroup [-b] [-M] [-t tag] [-d defaults] [-o slow[=ms],iosize=size,ordered] add mirror|log volume "
            + "[storage...] [attribute=value...] | -M add mirror|log volume... [attribute=value...]",
        "bdgMt",
        RunAsync)
    {
        UseOptions = ["slow", "iosize", "ordered"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        string what = invocation.Operands is [var first, ..] ? first : "";
        Func<Invocation, IReadOnlyList<string>, Task<int>>? add = what switch
        {
            "mirror" => VxassistMirror.RunAsync,
            "log" => VxassistAddlog.RunAsync,
            _ => null,
        };
        if (add is null)
        {
            return invocation.Operands is ["column", ..]
                ? await invocation.RefuseAsync(Refusals.Unsupported("add column", VxassistRemedies.Columns))
                : await invocation.MisusedAsync("Expected mirror or log, and a volume");
        }

        List<char> idle = [.. invocation.Options.Letters.Where(letter => letter is 'd' or 't' or 'o')];
        if (what == "log" && idle.Count > 0)
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.Usage, $"-{idle[0]}: Option does not apply to vxassist add log"));
        }

        List<string> operands = [.. invocation.Operands.Skip(1)];
        if (!invocation.Options.Has('M'))
        {
            return await add(invocation, operands);
        }

        List<string> attributes = [.. operands.Where(operand => operand.Contains('='))];
        List<string> volumes = [.. operands.Where(operand => !operand.Contains('='))];
        if (volumes.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        int code = 0;
        foreach (string volume in volumes)
        {
            int ended = await add(invocation, [volume, .. attributes]);
            code = ended == 0 ? code : ended;
            if (ended == Waiting.InterruptedCode)
            {
                break;
            }
        }

        return code;
    }
}
