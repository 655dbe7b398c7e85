namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk rm</c>: forgets devices until the next scan finds them.</summary>
internal static class VxdiskRm
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("rm", "rm device...", "", RunAsync);

    private static Task<int> RunAsync(Invocation invocation) => invocation.Operands.Count == 0
        ? invocation.MisusedAsync("No device given")
        : invocation.ForEachAsync(
            invocation.Operands,
            async name => invocation.Context.Host.FindDisk(name) is null
                ? Refusals.NoDevice(name)
                : await invocation.Context.Host.RemoveDeviceAsync(name));
}
