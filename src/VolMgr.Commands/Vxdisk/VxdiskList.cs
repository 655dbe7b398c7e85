using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk list</c>: the table of all devices, or the long form of named ones.</summary>
internal static class VxdiskList
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "list", "[-eqs] [-g diskgroup] [-o alldgs] list [disk...]", "egqs", RunAsync)
    {
        UseOptions = ["alldgs"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
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
            return await invocation.AnswerAsync(DeviceTable.Of(
                host, !invocation.Options.Has('q'), invocation.UseOptions.ContainsKey("alldgs"),
                invocation.Options.Has('e')));
        }

        if (invocation.Options.Has('e') || invocation.UseOptions.Count > 0 || invocation.Options.Has('q'))
        {
            return await invocation.MisusedAsync("-e, -q and -o alldgs apply to the table of all disks only");
        }

        return await StanzasAsync(invocation, host, isShort);
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
            lines.AddRange(isShort ? DeviceLongForm.Short(device) : DeviceLongForm.Of(device));
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
