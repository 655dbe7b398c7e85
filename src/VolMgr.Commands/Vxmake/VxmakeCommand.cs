using VolMgr.Commands.Parsing;
using VolMgr.Volumes;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxmake;

/// <summary>
/// <c>vxmake</c>: makes subdisks, plexes and volumes by hand, one from the command line or many from a description.
/// </summary>
internal static class VxmakeCommand
{
    /// <summary>Options and verb.</summary>
    public static CommandDefinition Definition { get; } = new(
        "vxmake",
        new OptionTable("d:g:U:", "o:V"),
        [
            new Verb(
                "",
                "-g diskgroup [-U usetype] -d file | sd name disk,offset,len | " +
                "plex name [sd=subdisk[:column/offset],...] [layout=stripe ncolumn=n stwidth=n] | " +
                "vol name [plex=plex,...] [len=length]",
                "dgU",
                RunAsync),
        ])
    {
        RefusedKeywords =
            ["cache", "dco", "dm", "rlink", "rvg", "sp", "subcache", "sv", "vset", "vvset", "raid5"],
    };

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        bool isFromFile = invocation.Options.Has('d');
        if (isFromFile == (invocation.Operands.Count > 0))
        {
            return await invocation.MisusedAsync("Expected either -d file, or a type, a name and attributes");
        }

        Outcome<MakeDescription> description = isFromFile
            ? await FromFileAsync(invocation) : FromOperands(invocation);
        if ((description.Refusal ?? group.Refusal) is { } wrong)
        {
            return await invocation.RefuseAsync(wrong);
        }

        return await invocation.EndAsync(await group.Value.MakeAsync(
            description.Value.Subdisks, description.Value.Plexes, description.Value.Volumes));
    }

    private static async Task<Outcome<MakeDescription>> FromFileAsync(Invocation invocation)
    {
        string file = invocation.Options.Value('d') ?? "-";
        string? text = file == "-"
            ? await invocation.Context.In.ReadToEndAsync()
            : invocation.Context.Files.ReadText(Path.Combine(invocation.Request.WorkingDirectory, file));
        return text is null
            ? new Refusal(ErrorCode.Syntax, $"{file}: Cannot open description file")
            : MakeDescription.Parse(text, file == "-" ? "Standard input" : file, invocation.Options.Value('U'));
    }

    private static Outcome<MakeDescription> FromOperands(Invocation invocation)
    {
        string type = invocation.Operands[0];
        if (type is not ("sd" or "plex" or "vol") || invocation.Operands.Count < 2)
        {
            return new Refusal(ErrorCode.Usage, "Expected sd, plex or vol, and a name");
        }

        string name = invocation.Operands[1];
        Outcome<Dictionary<string, string>> values = Values(type, invocation.Operands.Skip(2));
        if (!values.IsDone)
        {
            return values.Refusal;
        }

        if (type == "sd")
        {
            return One(MakeAttributes.Subdisk(name, values.Value), made => new MakeDescription([made], [], []));
        }

        return type == "plex"
            ? One(MakeAttributes.Plex(name, values.Value), made => new MakeDescription([], [made], []))
            : One(
                MakeAttributes.Volume(name, values.Value, invocation.Options.Value('U')),
                made => new MakeDescription([], [], [made]));
    }

    private static Outcome<MakeDescription> One<T>(Outcome<T> read, Func<T, MakeDescription> description) =>
        read.IsDone ? description(read.Value) : read.Refusal;

    private static Outcome<Dictionary<string, string>> Values(string type, IEnumerable<string> operands)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string operand in operands)
        {
            int equals = operand.IndexOf('=');
            if (equals > 0 ? values.TryAdd(operand[..equals], operand[(equals + 1)..])
                : type == "sd" && TakePlace(operand, values))
            {
                continue;
            }

            return new Refusal(ErrorCode.Usage, $"{operand}: Expected attribute=value, each once");
        }

        return values;
    }

    /// <summary>The short form of a subdisk's place: <c>disk,offset,len</c>.</summary>
    private static bool TakePlace(string operand, Dictionary<string, string> values)
    {
        string[] parts = operand.Split(',');
        return parts.Length == 3 && values.TryAdd("dm_name", parts[0]) && values.TryAdd("dm_offset", parts[1])
            && values.TryAdd("len", parts[2]);
    }
}
