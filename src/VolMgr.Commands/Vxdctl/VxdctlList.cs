namespace VolMgr.Commands.Vxdctl;

/// <summary><c>vxdctl list</c>: what the host's volboot file would say.</summary>
internal static class VxdctlList
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("list", "list", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation) => invocation.Operands.Count > 0
        ? await invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : await invocation.AnswerAsync(
        [
            "Volboot file",
            "version: 3/1",
            "seqno:   0.1",
            "cluster protocol version: 200",
            $"hostid:  {invocation.Context.Host.Name}",
            .. await DefaultGroup.ReadAsync(invocation.Context.Host) is { } group
                ? [$"defaultdg: {group}"] : Array.Empty<string>(),
        ]);
}
