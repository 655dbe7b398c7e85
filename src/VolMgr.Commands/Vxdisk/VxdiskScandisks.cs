using VolMgr.Arrays;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk scandisks</c>: looks for devices, everywhere or where the operand says.</summary>
internal static class VxdiskScandisks
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "scandisks",
        "scandisks [new | fabric | [!]device=device[,device...] | [!]ctlr=controller[,controller...] "
        + "| [!]pctlr=controller[,controller...]]",
        "f",
        RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count > 1)
        {
            return await invocation.MisusedAsync($"{invocation.Operands[1]}: One operand is expected");
        }

        Outcome<ScanScope?> scope = invocation.Operands is [var operand]
            ? ScopeOf(operand, invocation.Context.Host.Devices)
            : (ScanScope?)null;
        if (!scope.IsDone)
        {
            return scope.Refusal.Code == ErrorCode.Usage
                ? await invocation.MisusedAsync(scope.Refusal.Message)
                : await invocation.RefuseAsync(scope.Refusal);
        }

        await invocation.Context.Host.RescanAsync(scope.Value);
        return await invocation.EndAsync(Outcome.Done);
    }

    private static Outcome<ScanScope?> ScopeOf(string operand, HostDevices devices)
    {
        if (operand is "new" or "fabric")
        {
            return operand == "new" ? ScanScope.New : ScanScope.Fabric;
        }

        string plain = operand.TrimStart('\\', '!');
        string[] parts = plain.Split('=', 2);
        if (parts.Length != 2 || parts[0] is not ("device" or "ctlr" or "pctlr"))
        {
            return new Refusal(ErrorCode.Usage, $"{operand}: Unrecognized operand");
        }

        string[] names = parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length == 0)
        {
            return new Refusal(ErrorCode.Usage, $"{operand}: Expected a name behind the equals sign");
        }

        bool isExcluding = plain.Length < operand.Length;
        return parts[0] == "device"
            ? OfDevices(names, isExcluding, devices)
            : OfControllers(names, isExcluding, devices);
    }

    /// <summary>By operating system name; by device name, all paths of the device.</summary>
    private static Outcome<ScanScope?> OfDevices(string[] names, bool isExcluding, HostDevices devices)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (devices.FindNode(name) is { } node)
            {
                paths.UnionWith(node.Paths.Select(path => path.Name));
            }
            else if (devices.OsDevices.Contains(name))
            {
                paths.Add(name);
            }
            else
            {
                return Refusals.NoDevice(name);
            }
        }

        return ScanScope.Devices(paths, isExcluding);
    }

    private static Outcome<ScanScope?> OfControllers(string[] names, bool isExcluding, HostDevices devices)
    {
        string? unknown = names.FirstOrDefault(name => !devices.Controllers.Contains(name));
        return unknown is null
            ? ScanScope.Controllers(names, isExcluding)
            : new Refusal(ErrorCode.NotFound, $"{unknown}: No such controller");
    }
}
