using VolMgr.Commands.Parsing;
using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxprint;

/// <summary><c>vxprint</c>: the records of the imported groups.</summary>
internal static class VxprintCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxprint",
        new OptionTable("AdF:fGg:hlmnpQqrstv", "abcCD:e:HLPSu:VXxz"),
        [
            new Verb(
                "", "[-AdfGhlmnpQqrstv] [-g diskgroup] [-F [type:]format] [name...]", "AdFfGghlmnpQqrstv", RunAsync),
        ]);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        ParsedOptions options = invocation.Options;
        if (options.Has('A') && options.Has('g'))
        {
            return await invocation.MisusedAsync("-A: Option cannot be combined with -g");
        }

        HostView host = HostReading.Of(invocation.Context.Host);
        IReadOnlyList<GroupView> groups = host.Groups;
        if (options.Value('g') is { } name)
        {
            if (host.FindGroup(name) is not { } group)
            {
                return await invocation.RefuseAsync(new Refusal(
                    ErrorCode.NoDiskGroup, $"Disk group {name}: No such disk group", "V-5-1-582"));
            }

            groups = [group];
        }

        FormatText? format = null;
        if (options.Value('F') is { } text)
        {
            Outcome<FormatText> parsed = FormatText.Parse(text);
            if (!parsed.IsDone)
            {
                return await invocation.RefuseAsync(parsed.Refusal);
            }

            format = parsed.Value;
        }

        (List<string> lines, List<string> missing) = PrintListing.Of(
            groups, PrintRequest.Of(options), invocation.Operands, format);
        await invocation.AnswerAsync(lines);
        return await invocation.ForEachAsync(
            missing,
            record => Task.FromResult<Outcome>(
                new Refusal(ErrorCode.NotFound, $"Record {record} not found", "V-5-1-924")));
    }
}
