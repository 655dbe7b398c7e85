using VolMgr.Commands.Captures;
using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk list</c>: the table of all devices, or the long form of named ones.</summary>
internal static class VxdiskList
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "list", "[-eqs] [-g diskgroup] [-o alldgs] list [disk...] | -o thin list [disk|diskgroup...]", "egqs", RunAsync)
    {
        UseOptions = ["alldgs", "thin"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.UseOptions.ContainsKey("thin"))
        {
            return await VxdiskThin.RunAsync(invocation);
        }

        HostView host = HostReading.Of(invocation.Context.Host);
        GroupView? group = null;
        if (invocation.Options.Value('g') is { } groupName)
        {
            group = host.FindGroup(groupName);
            if (group is null)
            {
                return await invocation.RefuseAsync(new Refusal(
                    ErrorCode.NoDiskGroup, $"Disk group {groupName}: No such disk group", "V-5-1-582"));
            }

            host = OfGroup(host, group);
        }

        bool isShort = invocation.Options.Has('s');
        if (invocation.Operands.Count == 0 && !isShort)
        {
            return await invocation.AnswerAsync(await TableAsync(invocation, host));
        }

        if (invocation.Options.Has('e') || invocation.UseOptions.Count > 0 || invocation.Options.Has('q'))
        {
            return await invocation.MisusedAsync("-e, -q and -o alldgs apply to the table of all disks only");
        }

        return await StanzasAsync(invocation, host, isShort);
    }

    private static async Task<IEnumerable<string>> TableAsync(Invocation invocation, HostView host)
    {
        bool hasHeader = !invocation.Options.Has('q');
        bool hasAll = invocation.UseOptions.ContainsKey("alldgs");
        bool hasNative = invocation.Options.Has('e');
        IReadOnlyList<string>? captured = await ImportedListings.RestoreAsync(
            invocation.Context.Host,
            hasNative ? "vxdisk -e list" : hasAll ? "vxdisk -o alldgs list" : "vxdisk list",
            "",
            [.. DeviceTable.Of(host, false, hasAll, hasNative)]);
        IEnumerable<string> usual = DeviceTable.Of(host, true, hasAll, hasNative);
        return (captured is null ? usual
            : captured.Skip(1).Prepend(captured[0].Length > 0 ? captured[0] : usual.First()))
            .Skip(hasHeader ? 0 : 1);
    }

    private static async Task<int> StanzasAsync(Invocation invocation, HostView host, bool isShort)
    {
        List<string> lines = [];
        List<string> missing = [];
        IEnumerable<string> names = invocation.Operands.Count > 0
            ? invocation.Operands : host.Devices.Select(device => device.Name);
        foreach (string name in names)
        {
            if ((host.FindDevice(name) ?? host.FindMedia(name)) is not { } device)
            {
                missing.Add(name);
                continue;
            }

            lines.AddRange(lines.Count > 0 ? [""] : Array.Empty<string>());
            IReadOnlyList<string> live = [.. isShort ? DeviceLongForm.Short(device) : DeviceLongForm.Of(device)];
            lines.AddRange(isShort ? live : await ImportedListings.RestoreAsync(
                invocation.Context.Host, "vxdisk list", device.Name, live) ?? live);
        }

        await invocation.AnswerAsync(lines);
        return await invocation.ForEachAsync(
            missing,
            name => Task.FromResult<Outcome>(
                new Refusal(ErrorCode.NotFound, $"Disk {name}: Disk not in the configuration", "V-5-1-558")));
    }

    private static HostView OfGroup(HostView host, GroupView group) => host with
    {
        Devices = [.. host.Devices.Where(
            device => device.IsImported && device.GroupId == group.Configuration.Group.GroupId)],
        Groups = [group],
    };
}
