using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxddladm;

/// <summary><c>vxgetdmpnames</c>: the names of devices in the form that <c>vxddladm assign names</c> reads.</summary>
internal static class VxgetdmpnamesCommand
{
    /// <summary>Options and the whole command.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxgetdmpnames",
        new OptionTable(""),
        [new Verb("", "[all | enclosure=name]", "", RunAsync)]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<Attributes> split = Attributes.Split(invocation.Operands, "enclosure");
        if (!split.IsDone)
        {
            return await invocation.RefuseAsync(split.Refusal);
        }

        if (invocation.Operands.Count > 1 || split.Value.Operands is not ([] or ["all"]))
        {
            return await invocation.MisusedAsync("Expected all or enclosure=");
        }

        string? enclosure = split.Value["enclosure"];
        if (enclosure is not null
            && invocation.Context.Host.Devices.Enclosures.All(each => each.Name != enclosure))
        {
            return await invocation.RefuseAsync(
                new Refusal(ErrorCode.NotFound, $"Enclosure {enclosure}: No such enclosure"));
        }

        await invocation.Context.Out.WriteAsync(invocation.Context.Host.Devices.Ddl.ExportNames(enclosure));
        return 0;
    }
}
