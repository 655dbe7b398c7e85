using VolMgr.Commands.Text;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm listapm</c>: the array policy modules, in use when the host knows such an array.</summary>
internal static class VxdmpadmListapm
{
    /// <summary>Module, and the ending of the array types that it serves.</summary>
    private static readonly (string Name, string ArrayType)[] Modules =
    [
        ("dmpaa", "A/A"), ("dmpalua", "ALUA"), ("dmpap", "A/P"), ("dmpapf", "A/PF"), ("dmpjbod", "Disk"),
    ];

    private static readonly int[] Widths = [18, 18, 12, 23];

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("listapm", "listapm {all | module}", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Operands is not [var wanted])
        {
            return await invocation.MisusedAsync("Expected all or a module");
        }

        if (wanted == "all")
        {
            return await invocation.AnswerAsync(Modules
                .Select(each => PaddedRow.Of(
                    Widths, each.Name, each.Name, "1", each.ArrayType, State(invocation, each.ArrayType)))
                .Prepend(new string('=', 80))
                .Prepend(PaddedRow.Of(Widths, "Filename", "APM Name", "APM Version", "Array Types", "State")));
        }

        if (Array.Find(Modules, each => each.Name == wanted) is not { Name: not null } module)
        {
            return await invocation.RefuseAsync(new Refusal(ErrorCode.NotFound, $"{wanted}: No such module"));
        }

        return await invocation.AnswerAsync(
        [
            $"Filename:              {module.Name}", $"APM name:              {module.Name}",
            "APM version:           1", "Feature:               VxVM",
            $"Array Types Supported: {module.ArrayType}", $"Depending Array Types: {module.ArrayType}",
            $"State:                 {State(invocation, module.ArrayType)}",
        ]);
    }

    /// <summary>An array type may carry a prefix, as IBMSVC-ALUA does.</summary>
    private static string State(Invocation invocation, string arrayType) =>
        invocation.Context.Host.Devices.Enclosures.Any(each =>
            each.ArrayType == arrayType || each.ArrayType.EndsWith($"-{arrayType}", StringComparison.Ordinal))
            ? "Active"
            : "Not-Active";
}
