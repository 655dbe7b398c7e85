namespace VolMgr.Commands.Vxdctl;

/// <summary><c>vxdctl mode</c>: whether the host manages volumes. Whoever gets an answer has a host that
/// does.</summary>
internal static class VxdctlMode
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("mode", "[-c] mode", "c", RunAsync);

    private static Task<int> RunAsync(Invocation invocation) => invocation.Operands.Count > 0
        ? invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : invocation.AnswerAsync(
            [invocation.Options.Has('c') ? "mode: enabled: cluster inactive" : "mode: enabled"]);
}
