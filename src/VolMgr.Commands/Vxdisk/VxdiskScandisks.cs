using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk scandisks</c>: looks for devices. <c>new</c> finds nothing less than the whole scan
/// does.</summary>
internal static class VxdiskScandisks
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("scandisks", "scandisks [new]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        foreach (string operand in invocation.Operands.Where(operand => operand != "new"))
        {
            string name = operand.TrimStart('\\', '!');
            return name == "fabric" || name.Contains('=')
                ? await invocation.RefuseAsync(Refusals.Unsupported(operand))
                : await invocation.MisusedAsync($"{operand}: Unrecognized operand");
        }

        await invocation.Context.Host.RescanAsync();
        return await invocation.EndAsync(Outcome.Done);
    }
}
