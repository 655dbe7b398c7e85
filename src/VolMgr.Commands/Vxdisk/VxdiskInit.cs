using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk init</c> and <c>vxdisk online</c>: makes a device a VM disk, and reads its header
/// again.</summary>
internal static class VxdiskInit
{
    private static readonly string[] Refused =
        ["config", "hostid", "nconfig", "nlog", "noconfig", "noreserve", "privoffset", "publen", "puboffset"];

    /// <summary>Writes a header and an empty private region.</summary>
    public static Verb Initialize { get; } = new(
        "init", "[-f] init device [type=auto] [format=cdsdisk] [privlen=length]", "f", InitializeAsync);

    /// <summary>Reads headers again.</summary>
    public static Verb Online { get; } = new("online", "online device...", "", OnlineAsync);

    private static async Task<int> InitializeAsync(Invocation invocation)
    {
        if (invocation.Operands.Select(operand => operand.Split('=')[0]).FirstOrDefault(Refused.Contains)
            is { } refused)
        {
            return await invocation.RefuseAsync(Refusals.Unsupported($"init {refused}"));
        }

        Outcome<Attributes> attributes = Attributes.Split(invocation.Operands, "type", "format", "privlen");
        if (!attributes.IsDone)
        {
            return await invocation.RefuseAsync(attributes.Refusal);
        }

        if (attributes.Value.Operands is not [var device])
        {
            return await invocation.MisusedAsync("Expected one device");
        }

        Outcome<long?> length = attributes.Value.Size("privlen");
        Refusal? wrong = length.Refusal
            ?? (attributes.Value["type"] is { } type and not "auto" ? Refusals.Unsupported($"type={type}") : null)
            ?? (attributes.Value["format"] is { } format and not "cdsdisk"
                ? Refusals.Unsupported($"format={format}") : null)
            ?? (invocation.Context.Host.FindDisk(device) is null ? Refusals.NoDevice(device) : null);
        return await invocation.EndAsync(wrong is not null ? wrong : await invocation.Context.Host.InitializeDiskAsync(
            device,
            new DiskInitializeRequest { PrivateLength = length.Value, IsForced = invocation.Options.Has('f') }));
    }

    private static async Task<int> OnlineAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No device given");
        }

        await invocation.Context.Host.RescanAsync();
        return await invocation.ForEachAsync(invocation.Operands, device => Task.FromResult<Outcome>(
            invocation.Context.Host.FindDisk(device) switch
            {
                null => Refusals.NoDevice(device),
                { Status: DeviceStatus.Error } => new Refusal(
                    ErrorCode.InputOutput, $"Device {device}: online failed: Device path not valid", "V-5-1-531"),
                _ => Outcome.Done,
            }));
    }
}
