using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdefault;

/// <summary><c>vxdefault</c>: defaults of the host, kept in <c>etc/default/vxsf</c>.</summary>
internal static class VxdefaultCommand
{
    private const string AutoStart = "autostartvolumes";

    private static readonly HostValues Values = new("etc/default/vxsf");
    private static readonly int[] Widths = [30, 15];

    /// <summary>Keyword, the value without a file, and the values that can be set.</summary>
    private static readonly (string Keyword, string Default, string[] Allowed, string[] Refused)[] Known =
    [
        (AutoStart, "on", ["on", "off"], []),
        ("usefssmartmove", "none", ["none"], ["all", "thinonly"]),
    ];

    private static readonly string[] Refused =
    [
        "autoreminor", "fssmartmovethreshold", "reclaim_on_delete_start_time", "reclaim_on_delete_wait_period",
        "same_key_for_alldgs", "sharedminorstart",
    ];

    /// <summary>Options and verbs.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxdefault",
        new OptionTable(""),
        [new Verb("list", "list", "", ListAsync), new Verb("set", "set keyword value", "", SetAsync)]);

    /// <summary>Whether <c>vxdg import</c> starts the volumes.</summary>
    public static async Task<bool> StartsVolumesAsync(VolumeHost host) =>
        (await Values.ReadAsync(host)).GetValueOrDefault(AutoStart, "on") != "off";

    private static async Task<int> ListAsync(Invocation invocation)
    {
        if (invocation.Operands.Count > 0)
        {
            return await invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected");
        }

        IReadOnlyDictionary<string, string> values = await Values.ReadAsync(invocation.Context.Host);
        return await invocation.AnswerAsync(Known
            .Select(each => PaddedRow.Of(
                Widths, each.Keyword, values.GetValueOrDefault(each.Keyword, each.Default), each.Default))
            .Prepend(PaddedRow.Of(Widths, "KEYWORD", "CURRENT-VALUE", "DEFAULT-VALUE")));
    }

    private static async Task<int> SetAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var keyword, var value])
        {
            return await invocation.MisusedAsync("Expected a keyword and a value");
        }

        if (Refused.Contains(keyword))
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(keyword));
        }

        foreach ((_, _, string[] allowed, string[] refused) in Known.Where(each => each.Keyword == keyword))
        {
            return allowed.Contains(value)
                ? await invocation.EndAsync(await Values.WriteAsync(invocation.Context.Host, keyword, value))
                : refused.Contains(value) ? await invocation.RefuseAsync(Refusals.Unsupported($"{keyword} {value}"))
                : await invocation.MisusedAsync($"{value}: Expected {string.Join(" or ", allowed)}");
        }

        return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{keyword}: No such keyword"));
    }
}
