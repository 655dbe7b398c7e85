using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdg;

/// <summary><c>vxdg init</c>: creates a group on disks and imports it.</summary>
internal static class VxdgInit
{
    private static readonly string[] Attribute = ["cds", "minor", "version"];
    private static readonly string[] RefusedAttribute = ["nconfig", "nlog", "diskdetpolicy", "dgfailpolicy", "maxdev"];

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new(
        "init", "init diskgroup [diskname=]device... [cds=on|off] [minor=base] [version=number]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands.Count < 2)
        {
            return await invocation.MisusedAsync("Expected a disk group name and a device");
        }

        IEnumerable<string> operands = invocation.Operands.Skip(1);
        if (operands.FirstOrDefault(operand => RefusedAttribute.Contains(NameOf(operand))) is { } refused)
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(refused));
        }

        Outcome<Attributes> attributes = Attributes.Split(operands.Where(IsAttribute), Attribute);
        Outcome<IReadOnlyList<(string Media, string Device)>> disks =
            DiskOperands.Parse(operands.Where(operand => !IsAttribute(operand)));
        Outcome<GroupCreateRequest> request = attributes.IsDone ? Request(attributes.Value) : attributes.Refusal;
        if ((disks.Refusal ?? request.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        if (disks.Value.Count == 0)
        {
            return await invocation.MisusedAsync("No device given");
        }

        Outcome<DiskGroup> created = await invocation.Context.Host.CreateGroupAsync(
            invocation.Operands[0], disks.Value, request.Value);
        return created.IsDone ? 0 : await invocation.RefuseAsync(created.Refusal);
    }

    private static Outcome<GroupCreateRequest> Request(Attributes attributes)
    {
        GroupCreateRequest request = new();
        if (attributes["cds"] is { } cds)
        {
            if (cds is not ("on" or "off"))
            {
                return new Refusal(ErrorCode.Usage, $"cds={cds}: Expected on or off");
            }

            request = request with { IsCds = cds == "on" };
        }

        Outcome<int?> minor = attributes.Count("minor", 1_000_000);
        Outcome<int?> version = attributes.Count("version", 320);
        if ((minor.Refusal ?? version.Refusal) is { } wrong)
        {
            return wrong;
        }

        return request with { BaseMinor = minor.Value, Version = version.Value ?? request.Version };
    }

    private static bool IsAttribute(string operand) => operand.Contains('=') && Attribute.Contains(NameOf(operand));

    private static string NameOf(string operand) => operand.Split('=')[0];
}
