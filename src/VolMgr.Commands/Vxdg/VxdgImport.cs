using VolMgr.Commands.Vxdefault;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg import</c>: takes groups over, by name or id.</summary>
internal static class VxdgImport
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "import", "[-Cft] [-n newname] [-o useclonedev={on | off},updateid] import diskgroup...", "Cfnt", RunAsync)
    {
        UseOptions = ["useclonedev", "updateid"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No disk group given");
        }

        string? newName = invocation.Options.Value('n');
        if (newName is not null && invocation.Operands.Count > 1)
        {
            return await invocation.MisusedAsync("-n: One disk group can be renamed at a time");
        }

        string clones = invocation.UseOptions.GetValueOrDefault("useclonedev", "off");
        if (clones is not ("on" or "off"))
        {
            return await invocation.MisusedAsync($"-o useclonedev={clones}: Expected on or off");
        }

        GroupImportRequest request = new()
        {
            UsesClones = clones == "on",
            UpdatesIdentities = invocation.UseOptions.ContainsKey("updateid"),
            IsForced = invocation.Options.Has('f'),
            ClearsHostLock = invocation.Options.Has('C'),
            IsTemporary = invocation.Options.Has('t'),
            NewName = newName,
            LeavesVolumesStopped = !await VxdefaultCommand.StartsVolumesAsync(invocation.Context.Host),
        };
        return await invocation.ForEachAsync(invocation.Operands, async name =>
        {
            Outcome<DiskGroup> imported = await invocation.Context.Host.ImportGroupAsync(name, request);
            return imported.IsDone ? Outcome.Done : imported.Refusal;
        });
    }
}
