using VolMgr.Commands.Parsing;

namespace VolMgr.Commands.Vxtrace;

/// <summary><c>vxtrace</c>: nothing traces single I/Os, so every use is refused by name.</summary>
internal static class VxtraceCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxtrace",
        new OptionTable("", "ab:Bc:d:De:Ef:g:k:lno:p:st:uv:w:x"),
        [
            new Verb(
                "", "[object...]", "", invocation => invocation.RefuseAsync(Refusals.Unsupported("Tracing of I/O"))),
        ]);
}
