namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg destroy</c>: takes all disks out of groups; the records are gone.</summary>
internal static class VxdgDestroy
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("destroy", "destroy diskgroup...", "", RunAsync);

    private static Task<int> RunAsync(Invocation invocation) => invocation.Operands.Count == 0
        ? invocation.MisusedAsync("No disk group given")
        : invocation.ForEachAsync(
            invocation.Operands,
            async name => invocation.Context.Host.FindGroup(name) is { } group
                ? await invocation.Context.Host.DestroyGroupAsync(group.Name)
                : GroupRefusals.NoSuch(name));
}
