using System.CommandLine;
using VolMgr.Arrays.Faults;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr fault: breaks paths, ports, LUNs and what the arrays show, by name, and mends them.</summary>
internal sealed class FaultVerb : IOwnerVerb
{
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

    private readonly Option<string?> file = new("--file")
    {
        Description = "A scenario: a line 'NAME TARGET OPTION...' for each fault; all or none is injected.",
        HelpName = "FILE",
    };

    private readonly Argument<int> id = new("ID")
    {
        Description = "Number of a fault at work.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> all = new("--all") { Description = "Every fault at work." };

    /// <inheritdoc/>
    public string Name => "fault";

    /// <inheritdoc/>
    public Command Define() => new(Name, "Inject faults by name where they hurt, and clear them.")
    {
        new Command("list", "The faults at work, and every fault there is with its expected outcome."),
        new Command("inject", "Put a fault, or those of a scenario file, to work.") { name, target, options, file },
        new Command("clear", "End a fault, or all of them.") { id, all },
    };

    /// <inheritdoc/>
    public Task<int> RunAsync(OwnerVerbContext context) => context.Parsed.CommandResult.Command.Name switch
    {
        "inject" => InjectAsync(context),
        "clear" => ClearAsync(context),
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

        await context.Out.WriteLineAsync();
        foreach (FaultDefinition fault in FaultCatalogue.All.OrderBy(each => each.Name, StringComparer.Ordinal))
        {
            string place = fault.Place.ToString().ToLowerInvariant();
            string known = string.Concat(fault.Options.Select(option => $" [{option.Key}={option.Value}]"));
            await context.Out.WriteLineAsync($"{fault.Name} {place.ToUpperInvariant()}{known}");
            await context.Out.WriteLineAsync($"      The {place} {fault.Summary}.");
            await context.Out.WriteLineAsync($"      {fault.Outcome}");
        }

        return ExitCodes.Done;
    }

    private async Task<int> InjectAsync(OwnerVerbContext context)
    {
        LabFaults faults = context.Hosts.Arrays.Faults;
        string? scenario = context.Parsed.GetValue(file);
        string? fault = context.Parsed.GetValue(name);
        string? where = context.Parsed.GetValue(target);
        if (scenario is null == (fault is null || where is null))
        {
            throw UserErrorException.Usage("name a fault and its target, or a scenario with --file");
        }

        int before = faults.Active.Count;
        string? refusal = scenario is not null
            ? faults.Load(context.Hosts.Topology, await ReadAsync(context, scenario))
            : faults.Inject(context.Hosts.Topology, fault ?? "", where ?? "", context.Parsed.GetValue(options) ?? [])
                .Refusal;
        if (refusal is not null)
        {
            throw UserErrorException.Refused(refusal);
        }

        foreach (LabFault injected in faults.Active.Skip(before))
        {
            await context.Out.WriteLineAsync($"fault {injected.Id}: {injected}");
        }

        context.Hosts.KeepFaults();
        return ExitCodes.Done;
    }

    private async Task<int> ClearAsync(OwnerVerbContext context)
    {
        LabFaults faults = context.Hosts.Arrays.Faults;
        int number = context.Parsed.GetValue(id);
        bool isEach = context.Parsed.GetValue(all);
        if (isEach == (number > 0))
        {
            throw UserErrorException.Usage("give the number of a fault, or --all; 'volmgr fault list' shows them");
        }

        if (isEach)
        {
            await context.Out.WriteLineAsync($"{faults.ClearAll()} faults cleared");
        }
        else if (faults.Clear(number))
        {
            await context.Out.WriteLineAsync($"fault {number} cleared");
        }
        else
        {
            throw UserErrorException.Refused($"no fault {number} is at work; 'volmgr fault list' shows them");
        }

        context.Hosts.KeepFaults();
        return ExitCodes.Done;
    }

    private static async Task<string> ReadAsync(OwnerVerbContext context, string scenario)
    {
        try
        {
            return await File.ReadAllTextAsync(
                Path.GetFullPath(scenario, context.WorkingDirectory), context.Interrupted);
        }
        catch (IOException error)
        {
            throw UserErrorException.Usage($"cannot read {scenario}: {error.Message}");
        }
    }
}
