using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm start restore</c>, <c>stop restore</c> and <c>stat restored</c>: the daemon that enables paths
/// which work again.</summary>
internal static class VxdmpadmRestore
{
    /// <summary>Starts it, with another interval or policy if they are given.</summary>
    public static Verb Start { get; } = new(
        "start", "start restore [interval=seconds] [policy=check_disabled | check_all | check_periodic [period=n] | " +
        "check_alternate]", "", StartAsync);

    /// <summary>Stops it.</summary>
    public static Verb Stop { get; } = new("stop", "stop restore", "", StopAsync);

    /// <summary>Says how it runs.</summary>
    public static Verb Stat { get; } = new("stat", "stat restored", "", StatAsync);

    private static async Task<int> StartAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "interval", "policy", "period");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        if (split.Value.Operands is not ["restore"])
        {
            return await invocation.MisusedAsync("Expected restore");
        }

        if (split.Value["period"] is not null && split.Value["policy"] != "check_periodic")
        {
            return await invocation.MisusedAsync("period=: Expected with policy=check_periodic");
        }

        DmpControl control = invocation.Context.Host.Devices.Dmp;
        (string Tunable, string? Value)[] changes =
        [
            ("dmp_restore_interval", split.Value["interval"]), ("dmp_restore_policy", split.Value["policy"]),
            ("dmp_restore_cycles", split.Value["period"]), ("dmp_restore_state", "enabled"),
        ];
        foreach ((string tunable, string? value) in changes)
        {
            if (value is not null && await control.SetTunableAsync(tunable, value) is { } refusal)
            {
                return await invocation.RefuseAsync(new Refusal(ErrorCode.Usage, refusal));
            }
        }

        return 0;
    }

    private static async Task<int> StopAsync(Invocation invocation)
    {
        if (invocation.Operands is not ["restore"])
        {
            return await invocation.MisusedAsync("Expected restore");
        }

        return await invocation.Context.Host.Devices.Dmp.SetTunableAsync("dmp_restore_state", "stopped") is { } refusal
            ? await invocation.RefuseAsync(new Refusal(ErrorCode.Usage, refusal))
            : 0;
    }

    private static Task<int> StatAsync(Invocation invocation)
    {
        DmpTunables tunables = invocation.Context.Host.Devices.Dmp.Tunables;
        return invocation.Operands is not ["restored"]
            ? invocation.MisusedAsync("Expected restored")
            : invocation.AnswerAsync(
            [
                $"The number of daemons running : {(tunables.Find("dmp_restore_state") == "enabled" ? 1 : 0)}",
                $"The interval of daemon: {tunables.Find("dmp_restore_interval")}",
                $"The policy of daemon: {tunables.Find("dmp_restore_policy")}",
            ]);
    }
}
