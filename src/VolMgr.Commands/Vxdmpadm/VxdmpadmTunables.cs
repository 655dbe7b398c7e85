using VolMgr.Arrays;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm gettune</c> and <c>settune</c>.</summary>
internal static class VxdmpadmTunables
{
    /// <summary>The table of tunables.</summary>
    public static Verb Get { get; } = new("gettune", "gettune [all | tunable...]", "", GetAsync);

    /// <summary>Sets tunables.</summary>
    public static Verb Set { get; } = new("settune", "settune tunable=value...", "", SetAsync);

    private static async Task<int> GetAsync(Invocation invocation)
    {
        IReadOnlyList<DmpTunableValue> all = invocation.Context.Host.Devices.Dmp.Tunables.All;
        IReadOnlyList<string> wanted = invocation.Operands is [] or ["all"]
            ? [.. all.Select(each => each.Name)]
            : invocation.Operands;
        string? unknown = wanted.FirstOrDefault(name => all.All(each => each.Name != name));
        if (unknown is not null)
        {
            return await invocation.RefuseAsync(Refusals.Unsupported(unknown));
        }

        return await invocation.AnswerAsync(all
            .Where(each => wanted.Contains(each.Name))
            .Select(each => $"{each.Name,-30}{each.Current,13}{each.Default,17}")
            .Prepend("------------------------------    -------------  -------------")
            .Prepend("            Tunable               Current Value  Default Value"));
    }

    private static async Task<int> SetAsync(Invocation invocation)
    {
        if (invocation.Operands.Count == 0 || invocation.Operands.Any(each => each.IndexOf('=') <= 0))
        {
            return await invocation.MisusedAsync("Expected tunable=value");
        }

        return await invocation.ForEachAsync(invocation.Operands, async operand =>
        {
            string[] parts = operand.Split('=', 2);
            return await invocation.Context.Host.Devices.Dmp.SetTunableAsync(parts[0], parts[1]) is { } refusal
                ? new Refusal(ErrorCode.Usage, refusal)
                : Outcome.Done;
        });
    }
}
