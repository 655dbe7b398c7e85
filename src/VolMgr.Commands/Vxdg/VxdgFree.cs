using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg free</c>: the free extents of the disks of a group, or of all groups.</summary>
internal static class VxdgFree
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("free", "[-q] [-g diskgroup] free [diskname...]", "gq", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        HostView host = HostReading.Of(invocation.Context.Host);
        bool hasHeader = !invocation.Options.Has('q');
        IReadOnlyList<GroupView> groups = host.Groups;
        string? name = invocation.Options.Value('g');
        if (name is not null)
        {
            if (host.FindGroup(name) is not { } group)
            {
                return await invocation.RefuseAsync(GroupRefusals.NoSuch(name));
            }

            groups = [group];
        }

        List<string> missing = [.. invocation.Operands.Where(
            disk => groups.All(group => group.Configuration.FindDisk(disk) is null))];
        if (invocation.Operands.Count > 0)
        {
            groups = [.. groups.Select(group => Only(group, invocation.Operands))];
        }

        if (missing.Count < invocation.Operands.Count || invocation.Operands.Count == 0)
        {
            await invocation.AnswerAsync(
                name is null ? FreeTable.Of(groups, hasHeader) : FreeTable.Of(groups[0], hasHeader));
        }

        return await invocation.ForEachAsync(
            missing,
            disk => Task.FromResult<Outcome>(
                new Refusal(ErrorCode.NotFound, $"Disk {disk}: Disk not in the configuration", "V-5-1-558")));
    }

    private static GroupView Only(GroupView group, IReadOnlyList<string> disks)
    {
        GroupConfiguration kept = group.Configuration;
        foreach (DiskRecord disk in group.Configuration.Disks.Values.Where(disk => !disks.Contains(disk.Name)))
        {
            kept = kept with { Disks = kept.Disks.Remove(disk.Id) };
        }

        return group with { Configuration = kept };
    }
}
