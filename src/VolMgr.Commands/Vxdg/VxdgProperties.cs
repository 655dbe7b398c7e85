using System.Globalization;
using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Layout;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg flush|upgrade|set|reminor|spare</c>: properties of imported groups.</summary>
internal static class VxdgProperties
{
    private static readonly string[] RefusedAttributes =
    [
        "activation", "align", "autotagging", "checkpt", "coordinator", "dgfailpolicy", "diskdetpolicy", "failpolicy",
        "fss", "ioship", "maxdev", "siteconsistent", "ssb", "tagmatch",
    ];

    /// <summary>The verbs.</summary>
    public static IReadOnlyList<Verb> Verbs { get; } =
    [
        new Verb("flush", "[-g diskgroup] flush [diskgroup...]", "g", FlushAsync),
        new Verb("upgrade", "[-T version] upgrade diskgroup", "T", UpgradeAsync),
        new Verb("set", "-g diskgroup set cds=on|off", "g", SetAsync),
        new Verb("reminor", "[-g diskgroup] reminor [diskgroup] minor", "g", ReminorAsync),
        new Verb("spare", "[-q] [-g diskgroup] spare", "gq", SpareAsync),
    ];

    private static async Task<int> FlushAsync(Invocation invocation)
    {
        if (invocation.Options.Has('g') == (invocation.Operands.Count > 0))
        {
            return await invocation.MisusedAsync("Expected a disk group, named once");
        }

        string[] names = [invocation.Options.Value('g') ?? "", .. invocation.Operands];
        return await invocation.ForEachAsync(
            names.Where(name => name.Length > 0),
            async name => invocation.Context.Host.FindGroup(name) is { } group
                ? await group.FlushAsync() : GroupRefusals.NoSuch(name));
    }

    private static async Task<int> UpgradeAsync(Invocation invocation)
    {
        string? text = invocation.Options.Value('T');
        int version = VolumeOperations.NewestGroupVersion;
        bool isNumber = text is null
            || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version);
        return invocation.Operands is not [var name] || !isNumber
            ? await invocation.MisusedAsync("Expected a disk group and a version")
            : await invocation.EndAsync(invocation.Context.Host.FindGroup(name) is { } group
                ? await group.UpgradeAsync(version) : GroupRefusals.NoSuch(name));
    }

    private static async Task<int> SetAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = GroupRefusals.Find(invocation);
        if (!group.IsDone || invocation.Operands.Count == 0)
        {
            return group.Refusal is { } wrong
                ? await invocation.RefuseAsync(wrong) : await invocation.MisusedAsync("Expected attribute=value");
        }

        return await invocation.ForEachAsync(invocation.Operands, async operand => operand.Split('=') switch
        {
            ["cds", "on" or "off"] => await group.Value.SetCdsAsync(operand == "cds=on"),
            [var name, _] when RefusedAttributes.Contains(name) => Refusals.Unsupported(
                $"set {name}", RefusalRemedies.OfGroupAttribute(name)),
            _ => new Refusal(ErrorCode.Usage, $"{operand}: Expected cds=on or cds=off"),
        });
    }

    private static async Task<int> ReminorAsync(Invocation invocation)
    {
        string? name = invocation.Options.Value('g')
            ?? (invocation.Operands.Count == 2 ? invocation.Operands[0] : null);
        string number = invocation.Operands is [.., var last] ? last : "";
        bool isNumber = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int minor);
        return name is null || !isNumber || minor is 0 or > 1_000_000
            ? await invocation.MisusedAsync("Expected a disk group and a minor number from 1 to 1000000")
            : await invocation.EndAsync(invocation.Context.Host.FindGroup(name) is { } group
                ? await group.ReminorAsync(minor) : GroupRefusals.NoSuch(name));
    }

    /// <summary>The free extents of spare disks.</summary>
    private static async Task<int> SpareAsync(Invocation invocation)
    {
        HostView host = HostReading.Of(invocation.Context.Host);
        string? name = invocation.Options.Value('g');
        if (name is not null && host.FindGroup(name) is null)
        {
            return await invocation.RefuseAsync(GroupRefusals.NoSuch(name));
        }

        bool hasHeader = !invocation.Options.Has('q');
        return await invocation.AnswerAsync(name is null
            ? FreeTable.Of(host.Groups.Select(SparesOf), hasHeader)
            : FreeTable.Of(SparesOf(host.FindGroup(name)!), hasHeader)); // checked above
    }

    private static GroupView SparesOf(GroupView group)
    {
        GroupConfiguration kept = group.Configuration;
        return group with
        {
            Configuration = kept with
            {
                Disks = kept.Disks.RemoveRange(
                    kept.Disks.Where(disk => !disk.Value.IsSpare).Select(disk => disk.Key)),
            },
        };
    }
}
