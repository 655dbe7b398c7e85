using VolMgr.Commands.Captures;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Text;
using VolMgr.Commands.Views;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;

namespace VolMgr.Commands.Vxprint;

/// <summary><c>vxprint</c>: the records of the imported groups, or of a description on standard input.</summary>
internal static class VxprintCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxprint",
        new OptionTable("AacCdD:e:fF:Gg:hHlLmnpPqQrsStu:vVxz", "bX"),
        [
            new Verb(
                "",
                "[-AacCdfGhHlLmnpPqQrsStvVxz] [-u unit] [-D -] [-e pattern] [-F [type:]format] [-g diskgroup] " +
                "[name...]",
                "AacCdDefFgGhHlLmnpPqQrsStuvVxz",
                RunAsync),
        ]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        ParsedOptions options = invocation.Options;
        if (options.Has('A') && options.Has('g'))
        {
            return await invocation.MisusedAsync("-A: Option cannot be combined with -g");
        }

        Outcome<FormatText?> format = options.Value('F') is { } text ? Some(FormatText.Parse(text)) : (FormatText?)null;
        Outcome<SearchExpression?> search = options.Value('e') is { } pattern
            ? Some(SearchExpression.Parse(pattern)) : (SearchExpression?)null;
        Outcome<LengthStyle> lengths = LengthStyle.Parse(options.Value('u'), options.Has('x'));
        Outcome<IReadOnlyList<GroupView>> groups = await GroupsAsync(invocation);
        if ((format.Refusal ?? search.Refusal ?? lengths.Refusal ?? groups.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        (List<string> lines, List<string> missing) = PrintListing.Of(
            [.. groups.Value.Select(group => group with { Lengths = lengths.Value })],
            PrintRequest.Of(options) with { Search = search.Value },
            invocation.Operands,
            format.Value);
        await invocation.AnswerAsync(lines);
        return await invocation.ForEachAsync(
            missing,
            record => Task.FromResult<Outcome>(
                new Refusal(ErrorCode.NotFound, $"Record {record} not found", "V-5-1-924")));
    }

    private static async Task<Outcome<IReadOnlyList<GroupView>>> GroupsAsync(Invocation invocation)
    {
        Outcome<IReadOnlyList<GroupView>> all = await AllAsync(invocation);
        if (!all.IsDone || invocation.Options.Value('g') is not { } name)
        {
            return all;
        }

        IEnumerable<GroupView> named = all.Value.Where(group => name == group.Name
            || name == group.Configuration.Group.GroupId);
        return named.FirstOrDefault() is { } found
            ? new List<GroupView> { found }
            : new Refusal(ErrorCode.NoDiskGroup, $"Disk group {name}: No such disk group", "V-5-1-582");
    }

    private static async Task<Outcome<IReadOnlyList<GroupView>>> AllAsync(Invocation invocation)
    {
        if (invocation.Options.Value('D') is not { } database)
        {
            IReadOnlyDictionary<string, CapturedGroup> imported =
                await ImportedCaptures.ReadAsync(invocation.Context.Host);
            return HostReading.Of(invocation.Context.Host).Groups
                .Select(group => group with
                {
                    Imported = imported.GetValueOrDefault(group.Configuration.Group.GroupId),
                })
                .OrderBy(group => group.Imported?.Order ?? int.MaxValue)
                .ToList();
        }

        if (database != "-")
        {
            return Refusals.Unsupported($"-D {database}");
        }

        TextReading reading = ConfigurationText.Read(await invocation.Context.In.ReadToEndAsync());
        return reading.Configuration is { } configuration
            ? new List<GroupView> { new() { Configuration = configuration } }
            : new Refusal(ErrorCode.Syntax, $"Standard input, {reading.Problems[0]}");
    }

    private static Outcome<T?> Some<T>(Outcome<T> outcome)
        where T : class => outcome.IsDone ? outcome.Value : outcome.Refusal;
}
