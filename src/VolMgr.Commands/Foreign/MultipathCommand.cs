namespace VolMgr.Commands.Foreign;

/// <summary>
/// <c>multipath</c>: device-mapper multipathing holds no device of the emulated host, DMP does; so listings are empty.
/// </summary>
internal static class MultipathCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context) =>
        arguments.All(argument => argument is "-l" or "-ll")
            ? 0
            : await ForeignCommands.RefuseAsync(
                context,
                "multipath",
                $"{string.Join(' ', arguments)}: only listings (-l, -ll) are supported here; DMP has the paths: "
                + "vxdmpadm getsubpaths",
                1);
}
