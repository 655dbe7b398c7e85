using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using VolMgr.Cli.Comparing;
using VolMgr.Cli.Rehearse;
using VolMgr.Cli.Runbooks;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr's own verbs: what is parsed here, what runs here, and what is sent on to the lab's owner.</summary>
internal static class VerbTree
{
    /// <summary>Runs a command line and gives its exit code.</summary>
    public static int Run(string[] arguments)
    {
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Action is ParseErrorAction or null)
        {
            throw UserErrorException.Usage(Explain(parsed));
        }

        if (parsed.Action is ForwardAction)
        {
            return arguments[0] == HostVerb.VerbName
                ? HostVerb.RunInClient(parsed, arguments)
                : arguments[0] == FaultVerb.VerbName ? FaultVerb.RunInClient(arguments)
                : Program.Forward(arguments[0], arguments[1..]);
        }

        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
        return parsed.InvokeAsync(configuration, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>The whole tree.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Emulates a volume manager's estate (arrays, hosts, disk groups, mirrored volumes) in a directory, "
            + "the lab. A vx* command such as 'volmgr vxprint -ht' runs on the lab's host.");
        root.Add(RehearseVerb.Define());
        root.Add(SimulateVerb.Define());
        root.Add(MuseumVerb.Define());
        root.Add(CompareVerb.Define());
        root.Add(LabVerb.Define());
        root.Add(ServeVerb.Define());
        root.Add(ShellVerb.DefineShell());
        root.Add(ShellVerb.DefineExec());
        foreach (IOwnerVerb verb in OwnerVerbs.All)
        {
            root.Add(DefineForOwner(verb));
        }

        root.Add(LintVerb.Define());
        root.Add(HelpVerb.Define(root));
        root.Add(CompletionVerb.Define(root));
        return root;
    }

    /// <summary>A verb's command in which all that can be given as such goes to the owner; what cannot is wrong
    /// usage.</summary>
    public static Command DefineForOwner(IOwnerVerb verb)
    {
        Command command = verb.Define();
        Forward(command);
        return command;
    }

    /// <summary>Every command below that can be given as such goes to the owner.</summary>
    private static void Forward(Command command)
    {
        if (command.Subcommands.Count == 0 || command.Arguments.Count + command.Options.Count > 0)
        {
            command.Action = new ForwardAction();
        }

        foreach (Command subcommand in command.Subcommands)
        {
            Forward(subcommand);
        }
    }

    /// <summary>What is wrong with a command line, and where to read more.</summary>
    public static string Explain(ParseResult parsed)
    {
        string path = "";
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = command.Parent)
        {
            path = result.Parent is null ? path : $" {command.Command.Name}{path}";
        }

        string problem = parsed.Errors.Count > 0 ? UserWords(parsed.Errors[0]) : "A command is missing.";
        string unknown = parsed.UnmatchedTokens.Count > 0 ? $"unknown argument '{parsed.UnmatchedTokens[0]}'" : "";
        string sentence = unknown.Length > 0 ? unknown : problem.TrimEnd('.');
        return $"{sentence}; see 'volmgr{path} --help'";
    }

    /// <summary>What the parser says of a value that is not of the option's type names the type; a user is told what to
    /// write.</summary>
    private static string UserWords(ParseError error) =>
        error.SymbolResult is OptionResult { Tokens: [{ Value: { } text }], Option: { } option }
            && NameOf(option.ValueType) is { } wanted
            && error.Message.Contains("expected type", StringComparison.Ordinal)
            ? $"{option.Name} takes {wanted}, not '{text}'"
            : error.Message;

    private static string? NameOf(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Double => "a number",
        _ => null,
    };

    /// <summary>Marks a command that the owner runs.</summary>
    private sealed class ForwardAction : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult) => ExitCodes.InternalError; // never invoked: Run forwards
    }
}
