using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxdisksetup;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk init|online|offline</c>: makes a device a VM disk, reads its header again, and takes it
/// out of use.</summary>
internal static class VxdiskInit
{
    private static readonly string[] Refused =
        ["config", "hostid", "nconfig", "nlog", "noconfig", "noreserve", "privoffset", "publen", "puboffset"];

    /// <summary>Writes a header and an empty private region.</summary>
    public static Verb Initialize { get; } = new(
        "init", "[-f] init device [type=auto] [format=cdsdisk] [privlen=length]", "f", InitializeAsync);

    /// <summary>Takes devices back that were offline, and reads headers again.</summary>
    public static Verb Online { get; } = new(
        "online", "online device...", "", async invocation =>
        {
            await invocation.Context.Host.RescanAsync();
            return await DevicesAsync(invocation, invocation.Context.Host.PutOnlineAsync);
        });

    /// <summary>Takes devices out of use.</summary>
    public static Verb Offline { get; } = new(
        "offline", "offline device...", "", i => DevicesAsync(i, i.Context.Host.TakeOfflineAsync));

    /// <summary>Clears locks of other hosts.</summary>
    public static Verb ClearImport { get; } = new(
        "clearimport", "clearimport device...", "", i => DevicesAsync(i, i.Context.Host.ClearImportAsync));

    /// <summary>Writes the identities of LUNs into headers.</summary>
    public static Verb UpdateIdentity { get; } = new(
        "updateudid", "updateudid device...", "", i => DevicesAsync(i, i.Context.Host.UpdateIdentityAsync));

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

        Outcome<long?> length = await DiskDefaults.LengthAsync(invocation.Context.Host, attributes.Value);
        Refusal? wrong = length.Refusal
            ?? (attributes.Value["type"] is { } type and not "auto" ? Refusals.Unsupported($"type={type}") : null)
            ?? (attributes.Value["format"] is { } format and not "cdsdisk"
                ? Refusals.Unsupported($"format={format}") : null)
            ?? (invocation.Context.Host.FindDisk(device) is null ? Refusals.NoDevice(device) : null);
        return await invocation.EndAsync(wrong is not null ? wrong : await invocation.Context.Host.InitializeDiskAsync(
            device,
            new DiskInitializeRequest { PrivateLength = length.Value, IsForced = invocation.Options.Has('f') }));
    }

    private static Task<int> DevicesAsync(Invocation invocation, Func<string, Task<Outcome>> action) =>
        invocation.Operands.Count == 0
            ? invocation.MisusedAsync("No device given")
            : invocation.ForEachAsync(invocation.Operands, action);
}
