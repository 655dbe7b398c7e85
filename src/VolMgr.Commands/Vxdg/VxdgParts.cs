using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg listmove|split|move|join|recover</c>: objects that go from one group to another with their disks
/// and all that lies on them. Their volumes must not be open; they are started again in the other group.</summary>
internal static class VxdgParts
{
    /// <summary>The verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("listmove", "[-o expand] listmove source target object...", "", ListAsync) { UseOptions = ["expand"] },
        new Verb("split", "[-o expand] split source target object...", "", SplitAsync) { UseOptions = ["expand"] },
        new Verb("move", "[-o expand] move source target object...", "", MoveAsync) { UseOptions = ["expand"] },
        new Verb("join", "join source target", "", JoinAsync),
        new Verb("recover", "recover", "", RecoverAsync),
    ];

    private static async Task<int> ListAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 3)
        {
            return await invocation.MisusedAsync("Expected two disk groups and an object");
        }

        Outcome<DiskGroup> source = Source(invocation);
        Outcome<GroupPart> part = source.IsDone
            ? GroupPart.Of(source.Value.Current, [.. invocation.Operands.Skip(2)], Expands(invocation))
            : source.Refusal;
        if (!part.IsDone)
        {
            return await invocation.RefuseAsync(part.Refusal);
        }

        Dictionary<string, string> devices = source.Value.Sites.ToDictionary(
            site => part.Value.Source.Disks[site.DiskId].Name, site => site.DeviceName, StringComparer.Ordinal);
        return await invocation.AnswerAsync(
        [
            .. part.Value.Disks.Select(disk => $"{disk.Name} {devices.GetValueOrDefault(disk.Name, "-")}"),
            .. part.Value.Volumes.Select(volume => volume.Name),
        ]);
    }

    private static async Task<int> SplitAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 3)
        {
            return await invocation.MisusedAsync("Expected two disk groups and an object");
        }

        Outcome<DiskGroup> source = Source(invocation);
        return await invocation.EndAsync(source.IsDone
            ? await invocation.Context.Host.SplitGroupAsync(
                source.Value, invocation.Operands[1], [.. invocation.Operands.Skip(2)], Expands(invocation))
            : source.Refusal);
    }

    private static async Task<int> MoveAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 3)
        {
            return await invocation.MisusedAsync("Expected two disk groups and an object");
        }

        return await invocation.EndAsync(await BetweenAsync(invocation, [.. invocation.Operands.Skip(2)]));
    }

    private static async Task<int> JoinAsync(Invocation invocation) => invocation.Operands.Count != 2
        ? await invocation.MisusedAsync("Expected two disk groups")
        : await invocation.EndAsync(await BetweenAsync(invocation, null));

    private static async Task<int> RecoverAsync(Invocation invocation)
    {
        if (invocation.Operands.Count > 0)
        {
            return await invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected");
        }

        Outcome<IReadOnlyList<string>> recovered = await invocation.Context.Host.RecoverMovesAsync();
        return recovered.IsDone
            ? await invocation.AnswerAsync(recovered.Value.Select(name => $"Disk group {name} was recovered"))
            : await invocation.RefuseAsync(recovered.Refusal);
    }

    private static async Task<Outcome> BetweenAsync(Invocation invocation, IReadOnlyList<string>? objects)
    {
        VolumeHost host = invocation.Context.Host;
        Outcome<DiskGroup> source = Source(invocation);
        if (!source.IsDone)
        {
            return source.Refusal;
        }

        if (host.FindGroup(invocation.Operands[1]) is not { } target || target == source.Value)
        {
            return new Refusal(
                ErrorCode.NotFound,
                $"{invocation.Operands[1]}: Disk group does not exist, or is the source",
                "V-5-1-2907");
        }

        return await host.MoveObjectsAsync(source.Value, target, objects, Expands(invocation));
    }

    private static Outcome<DiskGroup> Source(Invocation invocation) =>
        invocation.Context.Host.FindGroup(invocation.Operands[0]) is { } group
            ? group : GroupRefusals.NoSuch(invocation.Operands[0]);

    private static bool Expands(Invocation invocation) => invocation.UseOptions.ContainsKey("expand");
}
