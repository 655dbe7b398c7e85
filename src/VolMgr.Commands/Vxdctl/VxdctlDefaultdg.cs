using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxdctl;

/// <summary><c>vxdctl defaultdg</c>: the disk group of commands without <c>-g</c>. It need not be imported.</summary>
internal static class VxdctlDefaultdg
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("defaultdg", "defaultdg diskgroup|nodg", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var name] || (name != DefaultGroup.None && !ObjectNames.IsLegalGroup(name)))
        {
            return await invocation.MisusedAsync("Expected the name of a disk group, or nodg");
        }

        return await invocation.EndAsync(await DefaultGroup.WriteAsync(
            invocation.Context.Host, name == DefaultGroup.None ? null : name));
    }
}
