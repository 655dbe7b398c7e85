namespace VolMgr.Commands.Vxdctl;

/// <summary><c>vxdctl list</c>: what the host's volboot file would say.</summary>
internal static class VxdctlList
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("list", "list", "", RunAsync);

    private static Task<int> RunAsync(Invocation invocation) => invocation.Operands.Count > 0
        ? invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : invocation.AnswerAsync(
        [
            "Volboot file",
            "version: 3/1",
            "seqno:   0.1",
            "cluster protocol version: 200",
            $"hostid:  {invocation.Context.Host.Name}",
        ]);
}
