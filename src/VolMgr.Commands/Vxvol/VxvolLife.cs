using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxvol;

/// <summary><c>vxvol start|startall|stop|stopall|init</c>: starts and stops volumes.</summary>
internal static class VxvolLife
{
    /// <summary>The verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("start", "-g diskgroup start volume...", "g", i => NamedAsync(i, (group, name) =>
            group.StartVolumeAsync(name))),
        new Verb("stop", "-g diskgroup [-f] stop volume...", "fg", i => NamedAsync(i, (group, name) =>
            group.StopVolumeAsync(name, i.Options.Has('f')))),
        new Verb("startall", "-g diskgroup startall", "g", i => AllAsync(i, VolumeKernelState.Disabled, (group, name) =>
            group.StartVolumeAsync(name))),
        new Verb("stopall", "-g diskgroup [-f] stopall", "fg", i => AllAsync(
            i, VolumeKernelState.Enabled, (group, name) => group.StopVolumeAsync(name, i.Options.Has('f')))),
        new Verb("init", "-g diskgroup init active|zero volume | init clean volume plex", "g", InitializeAsync),
    ];

    private static async Task<int> NamedAsync(Invocation invocation, Func<DiskGroup, string, Task<Outcome>> action)
    {
        if (invocation.Operands.Count == 0)
        {
            return await invocation.MisusedAsync("No volume given");
        }

        Outcome<DiskGroup> group = invocation.Group();
        return group.IsDone
            ? await invocation.ForEachAsync(invocation.Operands, name => action(group.Value, name))
            : await invocation.RefuseAsync(group.Refusal);
    }

    /// <summary>Acts on the volumes in that kernel state; the others need nothing.</summary>
    private static async Task<int> AllAsync(
        Invocation invocation, VolumeKernelState state, Func<DiskGroup, string, Task<Outcome>> action)
    {
        if (invocation.Operands.Count > 0)
        {
            return await invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected");
        }

        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        List<string> names = [.. group.Value.Current.Volumes.Values.Where(volume => volume.KernelState == state)
            .Select(volume => volume.Name).Order(StringComparer.Ordinal)];
        return await invocation.ForEachAsync(names, name => action(group.Value, name));
    }

    private static async Task<int> InitializeAsync(Invocation invocation)
    {
        if (invocation.Operands is ["clean", var volume, var plex])
        {
            return await CleanAsync(invocation, volume, plex);
        }

        if (invocation.Operands.Count != 2)
        {
            return await invocation.MisusedAsync("Expected active or zero and a volume, or clean, a volume and a plex");
        }

        VolumeInit? init = invocation.Operands[0] switch
        {
            "active" => VolumeInit.Active,
            "zero" => VolumeInit.Zero,
            _ => null,
        };
        if (init is not { } known)
        {
            return invocation.Operands[0] is "enable"
                ? await invocation.RefuseAsync(Refusals.Unsupported(
                    "init enable", "vxvol init active enables the volume with what its plexes hold"))
                : await invocation.MisusedAsync($"{invocation.Operands[0]}: Expected active or zero");
        }

        Outcome<DiskGroup> group = invocation.Group();
        return await invocation.EndAsync(group.IsDone
            ? await group.Value.InitializeVolumeAsync(invocation.Operands[1], known) : group.Refusal);
    }

    private static async Task<int> CleanAsync(Invocation invocation, string volume, string plex)
    {
        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        GroupConfiguration current = group.Value.Current;
        bool isOfVolume = current.FindPlex(plex)?.VolumeId is { } id && current.Volumes[id].Name == volume;
        return await invocation.EndAsync(isOfVolume
            ? await group.Value.InitializeCleanAsync(plex)
            : new Refusal(ErrorCode.Dissociated, $"Plex {plex} not associated with volume {volume}", "V-5-1-388"));
    }
}
