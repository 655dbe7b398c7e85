using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxdmpadm;

/// <summary><c>vxdmpadm listenclosure</c>: all enclosures, or the named ones.</summary>
internal static class VxdmpadmListenclosure
{
    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("listenclosure", "listenclosure [all | enclosure...]", "", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        IReadOnlyList<EnclosureView> all = HostReading.Of(invocation.Context.Host).Enclosures;
        if (invocation.Operands is [] or ["all"])
        {
            return await invocation.AnswerAsync(EnclosureTable.Of(all));
        }

        List<EnclosureView> found = [.. all.Where(enclosure => invocation.Operands.Contains(enclosure.Name))];
        if (found.Count > 0)
        {
            await invocation.AnswerAsync(EnclosureTable.Of(found));
        }

        return await invocation.ForEachAsync(
            invocation.Operands.Where(name => found.TrueForAll(enclosure => enclosure.Name != name)),
            name => Task.FromResult<Outcome>(new Refusal(ErrorCode.NotFound, $"Enclosure {name}: No such enclosure")));
    }
}
