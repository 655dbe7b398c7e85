using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisksetup;

/// <summary><c>vxdisksetup -i</c>: makes a device a VM disk.</summary>
internal static class VxdisksetupCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxdisksetup",
        new OptionTable("Cfi", ""),
        [new Verb("", "-i [-C] [-f] device [format=cdsdisk] [privlen=length]", "Cfi", RunAsync)]);

    private static readonly string[] Refused =
        ["config", "noconfig", "noreserve", "privoffset", "puboffset", "publen", "nconfig", "nlog"];

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.FirstOrDefault(word => Refused.Contains(word.Split('=')[0])) is { } refused)
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(refused));
        }

        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "format", "privlen");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes attributes = split.Value;
        if (attributes.Operands.Count != 1)
        {
            return await invocation.MisusedAsync("Expected one device");
        }

        string device = attributes.Operands[0];
        if (!invocation.Options.Has('i'))
        {
            return await invocation.RefuseAsync(Refusals.Unsupported("Setup without -i"));
        }

        if (attributes["format"] is { } format and not "cdsdisk")
        {
            return await invocation.RefuseAsync(Refusals.Unsupported($"format={format}"));
        }

        Outcome<long?> length = await DiskDefaults.LengthAsync(invocation.Context.Host, attributes);
        if (!length.IsDone)
        {
            return await invocation.RefuseAsync(length.Refusal);
        }

        if (invocation.Context.Host.FindDisk(device) is null)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.Usage, $"{device}: Invalid disk device for vxdisksetup", "V-5-2-43"));
        }

        DiskInitializeRequest request = new()
        {
            PrivateLength = length.Value,
            IsForced = invocation.Options.Has('f'),
            ClearsHostLock = invocation.Options.Has('C'),
        };
        return await invocation.EndAsync(
            ScriptOutcome.Of(await invocation.Context.Host.InitializeDiskAsync(device, request)));
    }
}
