using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk set</c>: flags of a disk in its group.</summary>
internal static class VxdiskSet
{
    private static readonly string[] Honoured = ["failing", "nohotuse", "reserve", "spare"];

    private static readonly string[] Refused =
        ["clone", "coordinator", "export", "mediatype", "site", "ssd", "tag", "thinrclm"];

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "set",
        "[-g diskgroup] set disk failing=on|off reserve=on|off spare=on|off nohotuse=on|off | set device clone=off",
        "g",
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2 || invocation.Operands.Skip(1).Any(operand => !operand.Contains('=')))
        {
            return await invocation.MisusedAsync("Expected a disk and attribute=value");
        }

        string name = invocation.Operands[0];
        if (invocation.Operands is [_, "clone=off"])
        {
            // It is held for a clone while its header names another LUN: the flag goes with the difference.
            return await invocation.EndAsync(await invocation.Context.Host.UpdateIdentityAsync(name));
        }

        List<KeyValuePair<string, string>> changes = [.. invocation.Operands.Skip(1)
            .Select(operand => operand.Split('=', 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1]))];
        if (changes.FirstOrDefault(change => !Honoured.Contains(change.Key)).Key is { } unknown)
        {
            return await invocation.RefuseAsync(Refused.Contains(unknown)
                ? Refusals.Unsupported($"set {unknown}")
                : new Refusal(ErrorCode.Usage, $"{unknown}: Attribute is unknown"));
        }

        DiskGroup? group = GroupOf(invocation, name, out string media);
        return await invocation.EndAsync(group is null
            ? new Refusal(ErrorCode.NotFound, $"Disk {name}: Disk not in the configuration", "V-5-1-558")
            : await group.SetAttributesAsync(media, changes));
    }

    /// <summary>The group of a disk named by disk media or by device name.</summary>
    private static DiskGroup? GroupOf(Invocation invocation, string name, out string media)
    {
        string? asked = invocation.Options.Value('g');
        foreach (DiskGroup group in invocation.Context.Host.Groups.Where(
            group => asked is null || group.Name == asked || group.GroupId == asked))
        {
            if (group.Current.FindDisk(name) is not null)
            {
                media = name;
                return group;
            }

            if (invocation.Context.Host.FindDisk(name) is { DiskMediaName.Length: > 0 } device
                && device.GroupId == group.GroupId)
            {
                media = device.DiskMediaName;
                return group;
            }
        }

        media = name;
        return null;
    }
}
