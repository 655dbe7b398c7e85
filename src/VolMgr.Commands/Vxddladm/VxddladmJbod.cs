using VolMgr.Arrays;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxddladm;

/// <summary><c>vxddladm addjbod</c>, <c>rmjbod</c> and <c>listjbod</c>: disks claimed by vendor and product.</summary>
internal static class VxddladmJbod
{
    private const string UnitSerialPage = "18/0x80/4/32";

    /// <summary>Claims disks.</summary>
    public static Verb Add { get; } = new(
        "addjbod", "addjbod vid=vendor [pid=product] [serialnum=opcode/pagecode/offset/length] " +
        "[cabinetnum=opcode/pagecode/offset/length] [policy={aa | ap}]", "", AddAsync);

    /// <summary>Takes that back.</summary>
    public static Verb Remove { get; } = new("rmjbod", "rmjbod vid=vendor [pid=product]", "", RemoveAsync);

    /// <summary>What is claimed so (vxvm.md 5.14).</summary>
    public static Verb List { get; } = new("listjbod", "listjbod", "", ListAsync);

    private static async Task<int> AddAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(
            invocation.Operands, "vid", "pid", "serialnum", "cabinetnum", "policy");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        Attributes given = split.Value;
        if (given["vid"] is not { Length: > 0 } vendor || given.Operands.Count > 0)
        {
            return await invocation.MisusedAsync("Expected vid=");
        }

        string place = given["serialnum"] ?? UnitSerialPage;
        if (JbodRule.Create(vendor, given["pid"] ?? "", place, given["cabinetnum"], given["policy"]) is not { } rule)
        {
            return await invocation.MisusedAsync(
                !JbodRule.IsPlace(place) ? Wrong("serialnum", place)
                : given["cabinetnum"] is { } cabinet && !JbodRule.IsPlace(cabinet) ? Wrong("cabinetnum", cabinet)
                : $"policy={given["policy"]}: Expected aa or ap");
        }

        return await EndAsync(invocation, await invocation.Context.Host.Devices.Ddl.AddJbodAsync(rule));
    }

    private static string Wrong(string name, string place) =>
        $"{name}={place}: Expected opcode/pagecode/offset/length with opcode 18, INQUIRY";

    private static string Shown(JbodRule rule) =>
        $"{rule.Vendor,-8} {(rule.Product.Length > 0 ? rule.Product : "ALL"),-18} {rule.Shown,-27}"
        + $"{rule.CabinetShown,-19}{PolicyOf(rule),-10}";

    private static string PolicyOf(JbodRule rule) => rule.Policy switch
    {
        "aa" => "A/A",
        "ap" => "A/P",
        _ => "Disk",
    };

    private static async Task<int> RemoveAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "vid", "pid");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        return split.Value["vid"] is { } vendor && split.Value.Operands.Count == 0
            ? await EndAsync(invocation, await invocation.Context.Host.Devices.Ddl.RemoveJbodAsync(
                vendor, split.Value["pid"] ?? ""))
            : await invocation.MisusedAsync("Expected vid=");
    }

    private static Task<int> ListAsync(Invocation invocation) => invocation.Operands.Count > 0
        ? invocation.MisusedAsync($"{invocation.Operands[0]}: No operand is expected")
        : invocation.AnswerAsync(
        [
            "VID      PID                SerialNum               CabinetNum        Policy",
            "                      (Cmd/PageCode/off/len)  (Cmd/PageCode/off/len) ",
            new string('=', 78),
            .. invocation.Context.Host.Devices.Ddl.JbodRules.Select(Shown),
        ]);

    private static async Task<int> EndAsync(Invocation invocation, string? refusal)
    {
        if (refusal is not null)
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, refusal));
        }

        await invocation.Context.Host.RescanAsync();
        return 0;
    }
}
