using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdisksetup;

/// <summary><c>vxdiskunsetup</c>: takes the header off VM disks.</summary>
internal static class VxdiskunsetupCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxdiskunsetup",
        new OptionTable("Cf", "o:"),
        [new Verb("", "[-C] [-f] device...", "Cf", RunAsync)]);

    private static Task<int> RunAsync(Invocation invocation) => invocation.Operands.Count == 0
        ? invocation.MisusedAsync("No device given")
        : invocation.ForEachAsync(
            invocation.Operands,
            async name => invocation.Context.Host.FindDisk(name) is null
                ? new Refusal(ErrorCode.Usage, $"{name}: Invalid disk device for vxdiskunsetup", "V-5-2-43")
                : ScriptOutcome.Of(await invocation.Context.Host.UninitializeDiskAsync(
                    name, invocation.Options.Has('C'), invocation.Options.Has('f'))));
}
