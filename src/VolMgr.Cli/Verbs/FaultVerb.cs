using System.CommandLine;
using System.Globalization;
using VolMgr.Arrays.Faults;
using VolMgr.Cli.Engine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Protocol;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr fault: breaks paths, ports, LUNs and what the arrays show, by name, and mends them.</summary>
internal sealed class FaultVerb : IOwnerVerb
{
    /// <summary>The verb's name.</summary>
    public const string VerbName = "fault";

    private readonly Argument<string?> name = new("NAME")
    {
        Description = "Name of a fault; 'volmgr fault list' shows them.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string?> target = new("TARGET")
    {
        Description = "What it is put on, such as emc0/01f4, emc0:1, emc0, host1:c2, host1:sdb or host1.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> options = new("OPTION")
    {
        Description = "Options of the fault, such as ms=250.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> file = new("--file", "--scenario")
    {
        Description = "A scenario: a line '[after TIME] NAME TARGET OPTION...' for each fault, and "
            + "'[after TIME] clear NAME TARGET' or 'clear all'; all or nothing of it is begun.",
        HelpName = "FILE",
    };

    private readonly Option<string?> after = new("--after")
    {
        Description = "Not at once but after this time, such as 30s, 5m or 1h.",
        HelpName = "TIME",
    };

    private readonly Argument<string?> id = new("ID")
    {
        Description = "Number of a fault at work.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> all = new("--all")
    {
        Description = "Every fault at work, and every one that is to come.",
    };

    /// <inheritdoc/>
    public string Name => VerbName;

    /// <inheritdoc/>
    public Command Define() => new(Name, "Inject faults by name where they hurt, and clear them.")
    {
        new Command("list", "The faults at work, and every fault there is with its expected outcome."),
        new Command("points", "The points of the engine at which daemon-kill can strike, with what comes of it."),
        new Command("inject", "Put a fault, or those of a scenario file, to work.")
        {
            name, target, options, file, after,
        },
        new Command("clear", "End a fault, or all of them.") { id, all },
    };

    /// <inheritdoc/>
    public Task<int> RunAsync(OwnerVerbContext context) => context.Parsed.CommandResult.Command.Name switch
    {
        "inject" => InjectAsync(context),
        "clear" => ClearAsync(context),
        "points" => PointsAsync(context),
        _ => ListAsync(context),
    };

    private static async Task<int> ListAsync(OwnerVerbContext context)
    {
        IReadOnlyList<LabFault> active = context.Hosts.Arrays.Faults.Active;
        await context.Out.WriteLineAsync(active.Count == 0 ? "no fault is at work" : "at work:");
        foreach (LabFault fault in active)
        {
            await context.Out.WriteLineAsync($"{fault.Id,4}  {fault}");
        }

        IReadOnlyList<FaultStep> planned = context.Hosts.Troubles.Timetable.Planned;
        await context.Out.WriteAsync(planned.Count == 0 ? "" : "to come:\n");
        foreach (FaultStep step in planned)
        {
            await context.Out.WriteLineAsync($"      {step}");
        }

        await context.Out.WriteLineAsync();
        foreach (FaultDefinition fault in FaultCatalogue.All.OrderBy(each => each.Name, StringComparer.Ordinal))
        {
            string place = fault.Place.ToString().ToLowerInvariant();
            string known = string.Concat(fault.Options.Select(option => $" [{option.Key}={option.Value}]"));
            await context.Out.WriteLineAsync($"{fault.Name} {place.ToUpperInvariant()}{known}");
            await context.Out.WriteLineAsync($"      The {place} {fault.Summary}.");
            await context.Out.WriteLineAsync($"      {fault.Outcome}");
            await context.Out.WriteLineAsync($"      {fault.MirrorSentence}");
        }

        return ExitCodes.Done;
    }

    private static async Task<int> PointsAsync(OwnerVerbContext context)
    {
        foreach (EnginePoint point in EnginePoints.All)
        {
            await context.Out.WriteLineAsync($"{point.Name,-20} {point.Summary}");
            await context.Out.WriteLineAsync($"{"",-20} {point.Outcome}");
        }

        return ExitCodes.Done;
    }

    /// <summary>
    /// The client's part: a fault that takes the only host down takes the owner down, which leaves no one to answer.
    /// </summary>
    public static int RunInClient(string[] arguments)
    {
        try
        {
            return Program.Forward(arguments[0], arguments[1..]);
        }
        catch (UserErrorException error) when (error.ExitCode == ExitCodes.Interrupted
            && arguments.Any(each => each is "host-crash" or "power-failure"))
        {
            OwnerStop.AwaitDown(LabPaths.FromEnvironment());
            Console.WriteLine("the host has crashed, and the lab's owner process with it");
            return ExitCodes.Done;
        }
    }

    private async Task<int> InjectAsync(OwnerVerbContext context)
    {
        LabTroubles troubles = context.Hosts.Troubles;
        string? scenario = context.Parsed.GetValue(file);
        string? fault = context.Parsed.GetValue(name);
        string? where = context.Parsed.GetValue(target);
        if (scenario is not null && fault is not null)
        {
            throw UserErrorException.Usage($"{fault}: a fault or --file {scenario}, not both");
        }

        if (scenario is null && (fault is null || where is null))
        {
            throw UserErrorException.Usage(fault is not null && FaultCatalogue.Find(fault) is { } named
                ? $"{fault} needs a target: {FaultTargets.Example(named.Place)}"
                : "name a fault and its target, or a scenario with --file; 'volmgr fault list' shows the faults");
        }

        string text = scenario is not null
            ? await ReadAsync(context, scenario)
            : string.Join(' ', new[] { fault ?? "", where ?? "" }.Concat(context.Parsed.GetValue(options) ?? []));
        if (context.Parsed.GetValue(after) is { } time)
        {
            text = scenario is null
                ? $"after {time} {text}"
                : throw UserErrorException.Usage("--after is for one fault; a scenario has its own times");
        }

        else if (fault == "host-crash" && context.Hosts.Topology.FindHost(where ?? "") is not null
            && !context.Hosts.Running.Contains(where ?? ""))
        {
            throw UserErrorException.Refused($"host {where} is down and cannot crash; boot it first with any command, "
                + "or give --after");
        }

        HashSet<int> before = [.. troubles.Arrays.Faults.Active.Select(each => each.Id)];
        HashSet<FaultStep> known = [.. troubles.Timetable.Planned];
        if (troubles.Timetable.Begin(text) is { } refusal)
        {
            throw UserErrorException.Refused(
                scenario is null ? refusal["line 1: ".Length..] : $"{scenario} {refusal}");
        }

        troubles.Keep();
        foreach (LabFault injected in troubles.Arrays.Faults.Active.Where(each => !before.Contains(each.Id)))
        {
            await context.Out.WriteLineAsync($"fault {injected.Id}: {injected}");
        }

        foreach (FaultStep step in troubles.Timetable.Planned.Where(step => !known.Contains(step)))
        {
            await context.Out.WriteLineAsync($"to come: {step}");
        }

        return ExitCodes.Done;
    }

    private async Task<int> ClearAsync(OwnerVerbContext context)
    {
        LabFaults faults = context.Hosts.Arrays.Faults;
        string? text = context.Parsed.GetValue(id);
        bool isEach = context.Parsed.GetValue(all);
        if (!int.TryParse(text ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || isEach == (number > 0))
        {
            throw UserErrorException.Usage("give the number of a fault, or --all; 'volmgr fault list' shows them");
        }

        if (isEach)
        {
            int planned = context.Hosts.Troubles.Timetable.Forget();
            string rest = planned > 0 ? $", {planned} to come forgotten" : "";
            await context.Out.WriteLineAsync($"{faults.ClearAll()} faults cleared{rest}");
        }
        else if (faults.Clear(number))
        {
            await context.Out.WriteLineAsync($"fault {number} cleared");
        }
        else
        {
            throw UserErrorException.Refused($"no fault {number} is at work; 'volmgr fault list' shows them");
        }

        context.Hosts.Troubles.Keep();
        return ExitCodes.Done;
    }

    private static async Task<string> ReadAsync(OwnerVerbContext context, string scenario)
    {
        try
        {
            return await File.ReadAllTextAsync(
                Path.GetFullPath(scenario, context.WorkingDirectory), context.Interrupted);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserErrorException.Usage($"cannot read {scenario}: {error.Message}");
        }
    }
}
