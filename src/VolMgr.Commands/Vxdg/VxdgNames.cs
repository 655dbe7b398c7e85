using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg defaultdg|bootdg|renamedg</c>: names of groups.</summary>
internal static class VxdgNames
{
    /// <summary>The verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("defaultdg", "defaultdg", "", async invocation => await PrintAsync(
            invocation, await DefaultGroup.ReadAsync(invocation.Context.Host) ?? DefaultGroup.None)),
        new Verb("bootdg", "bootdg", "", invocation => PrintAsync(invocation, DefaultGroup.None)),
        new Verb("renamedg", "renamedg oldname newname", "", RenameAsync),
    ];

    private static Task<int> PrintAsync(Invocation invocation, string name) => invocation.Operands.Count > 0
        ? invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : invocation.AnswerAsync([name]);

    /// <summary>Deports the group under its new name and imports it again: its volumes must not be in use.</summary>
    private static async Task<int> RenameAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var name, var newName])
        {
            return await invocation.MisusedAsync("Expected the old name and the new one");
        }

        VolumeHost host = invocation.Context.Host;
        if (host.FindGroup(name) is not { } group)
        {
            return await invocation.RefuseAsync(GroupRefusals.NoSuch(name));
        }

        if (!ObjectNames.IsLegalGroup(newName) || host.FindGroup(newName) is not null)
        {
            return await invocation.RefuseAsync(new Refusal(
                ErrorCode.AlreadyExists, $"Disk group {newName}: The name is not legal, or taken"));
        }

        Outcome deported = await host.DeportGroupAsync(group.Name, new GroupDeportRequest { NewName = newName });
        if (!deported.IsDone)
        {
            return await invocation.RefuseAsync(deported.Refusal);
        }

        Outcome<DiskGroup> imported = await host.ImportGroupAsync(group.GroupId, new GroupImportRequest());
        return imported.IsDone ? 0 : await invocation.RefuseAsync(imported.Refusal);
    }
}
