namespace VolMgr.Commands.Vxdctl;

/// <summary><c>vxdctl enable</c>: looks for devices, as <c>vxdisk scandisks</c> does.</summary>
internal static class VxdctlEnable
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("enable", "enable", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count > 0)
        {
            return await invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected");
        }

        await invocation.Context.Host.RescanAsync();
        return 0;
    }
}
