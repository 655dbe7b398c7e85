using VolMgr.Commands.Captures;
using VolMgr.Commands.Foreign;
using VolMgr.Commands.Parsing;
using VolMgr.Commands.Vxtune;
using VolMgr.Volumes;

namespace VolMgr.Commands;

/// <summary>
/// The vx* commands. A command line is taken apart here, once, by the tables of its command: what is unknown is wrong
/// usage, what is known and not supported is refused by name, and nothing is ever ignored. Successful changes are
/// silent.
/// </summary>
public static class CommandSet
{
    private static readonly SortedDictionary<string, CommandDefinition> Definitions = new(
        CommandCatalogue.All.ToDictionary(definition => definition.Name, StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>The exit code for a command that does not exist, as of a shell.</summary>
    public const int UnknownCommand = 127;

    /// <summary>Names of all commands, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Definitions.Keys];

    /// <summary>Names of the commands of the operating system that runbooks find on the host, sorted.</summary>
    public static IReadOnlyList<string> ForeignNames => ForeignCommands.Names;

    /// <summary>Runs a command and gives its exit code (vxvm.md 4.1).</summary>
    public static async Task<int> RunAsync(CommandRequest request, CommandContext context)
    {
        context.Log.Append("etc/vx/log/cmdlog", CommandLog.Entry(request, context.Time));
        if (ForeignCommands.Has(request.Name))
        {
            return await ForeignCommands.RunAsync(request, context);
        }

        if (!Definitions.TryGetValue(request.Name, out CommandDefinition? definition))
        {
            await context.Error.WriteAsync($"{request.Name}: command not found\n");
            return UnknownCommand;
        }

        CommandLine line = CommandLine.Parse(definition, request.Arguments);
        if (line.Refusal is { } refusal)
        {
            await context.Error.WriteAsync(
                $"VxVM {request.Name} ERROR {MessageIds.Of(refusal)} {refusal.Message}\n");
            if (refusal.Code == ErrorCode.Usage)
            {
                await WriteUsageAsync(definition, line.Verb, context.Error);
            }

            return (int)refusal.Code;
        }

        if (line.Verb is not { } verb)
        {
            await WriteUsageAsync(definition, null, context.Out);
            return 0;
        }

        await ImportedListings.NoteAsync(context.Host);
        if (await KeptNames.RefuseAsync(context.Host, request, line.Operands) is { } kept)
        {
            await context.Error.WriteAsync($"VxVM {request.Name} ERROR {MessageIds.Of(kept)} {kept.Message}\n");
            return (int)kept.Code;
        }

        bool mayNeedDefault = verb.Options.Contains('g') && !line.Options.Has('g');
        return await verb.Run(new Invocation
        {
            DefaultGroup = mayNeedDefault ? await DefaultGroup.ReadAsync(context.Host) : null,
            PlainSlowMs = line.UseOptions.TryGetValue("slow", out string? slow) && slow.Length == 0
                ? await VxtuneCommand.PlainSlowMsAsync(context.Host) : CopyWords.PlainSlowMs,
            Request = request,
            Context = context,
            Options = line.Options,
            Operands = line.Operands,
            UseOptions = line.UseOptions,
            Usage = definition.UsageOf(verb),
        });
    }

    private static async Task WriteUsageAsync(CommandDefinition definition, Verb? verb, TextWriter writer)
    {
        foreach (Verb each in verb is null ? definition.Verbs : [verb])
        {
            await writer.WriteAsync(definition.UsageOf(each) + "\n");
        }
    }
}
