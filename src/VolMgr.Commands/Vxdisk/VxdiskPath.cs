using VolMgr.Commands.Views;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk path</c>: every path of every device.</summary>
internal static class VxdiskPath
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("path", "[-q] path", "q", RunAsync);

    private static Task<int> RunAsync(Invocation invocation) => invocation.Operands.Count > 0
        ? invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : invocation.AnswerAsync(
            PathTable.Of(HostReading.Of(invocation.Context.Host), !invocation.Options.Has('q')));
}
