using System.CommandLine;
using VolMgr.Arrays.Estates;
using VolMgr.Cli.Estates;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Virtual;
using VolMgr.Movers.Domains;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr domain: the control domains of a lab and the logical domains that they have.</summary>
internal sealed class DomainVerb : IOwnerVerb
{
    private readonly Argument<string> domain = new("DOMAIN") { Description = "A logical domain of lab.yaml." };
    private readonly Argument<string?> any = new("DOMAIN")
    {
        Description = "A logical domain; all of them where it is left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string> state = new("STATE") { Description = "active, bound or inactive." };
    private readonly Option<string> to = new("--to")
    {
        Description = "The control domain to migrate to.",
        HelpName = "CONTROL",
        Required = true,
    };

    private readonly Option<bool> warm = new("--warm")
    {
        Description = "Copy the memory in one go while the domain is suspended; without it, in rounds while it runs.",
    };

    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Only the checks; change nothing." };
    private readonly Option<bool> trustPaths = new("--trust-paths")
    {
        Description = "As the manager of production: take equal paths for the same storage.",
    };

    private readonly Option<string?> pace = new("--pace")
    {
        Description = "Bytes of memory copied each second at most, such as 20m.",
        HelpName = "SIZE",
    };

    /// <inheritdoc/>
    public string Name => "domain";

    /// <inheritdoc/>
    public Command Define() => new(Name, "Logical domains: who has them, and their migration in four phases.")
    {
        new Command("list", "Control domains, domains, and what each side has recorded of an unfinished migration."),
        new Command("state", "Start (active), stop (bound) or unbind (inactive) a domain.") { domain, state },
        new Command("check", "The rules for the domain's state, what refuses the migration, and the remedy.")
        {
            domain, to, trustPaths,
        },
        new Command("migrate", "Migrate a domain to another control domain; its disks stay.")
        {
            domain, to, warm, dryRun, trustPaths, pace,
        },
        new Command("cancel", "End a migration; the domain stays where it is.") { domain },
        new Command("recover", "After a crash in a migration: exactly one control domain has the domain.") { any },
    };

    /// <inheritdoc/>
    public async Task<int> RunAsync(OwnerVerbContext context)
    {
        string name = context.Parsed.CommandResult.Command.Name;
        VirtualRules.RequireReal(
            context.Lab, $"volmgr domain {name}", "its domains have no files; make a lab in real time");
        return name switch
        {
            "state" => await SetStateAsync(context),
            "check" => await CheckAsync(context),
            "migrate" => context.Parsed.GetValue(dryRun) ? await CheckAsync(context) : await MigrateAsync(context),
            "cancel" => await CancelAsync(context),
            "recover" => await RecoverAsync(context),
            _ => await ListAsync(context),
        };
    }

    private static async Task<int> ListAsync(OwnerVerbContext context)
    {
        EstateTopology estate = context.Hosts.Topology.Estate;
        foreach (ControlDomainTopology control in estate.Controls)
        {
            await context.Out.WriteLineAsync(
                $"control {control.Name} {LabDescription.Size(control.Memory)} {control.Processors} processors");
        }

        foreach (DomainTopology each in estate.Domains)
        {
            DomainBook? book = context.Hosts.Estate.Domains.Unfinished(each.Name);
            string holders = string.Join(" and ", context.Hosts.Estate.Domains.Holders(each));
            await context.Out.WriteLineAsync(
                $"domain {each.Name} {each.State.ToString().ToLowerInvariant()} "
                + (holders.Length > 0 ? holders : "on its way")
                + (book is null ? ""
                    : context.Hosts.Estate.WhereTo(each.Name) is { } where ? $", being migrated to {where}"
                    : $"; {book.Words}: run 'volmgr domain recover {each.Name}'"));
        }

        return ExitCodes.Done;
    }

    private async Task<int> SetStateAsync(OwnerVerbContext context)
    {
        string name = context.Parsed.GetRequiredValue(domain);
        string word = context.Parsed.GetRequiredValue(state);
        DomainCondition wanted = Enum.GetValues<DomainCondition>().FirstOrDefault(
            each => string.Equals(each.ToString(), word, StringComparison.OrdinalIgnoreCase));
        if (wanted == default)
        {
            throw UserErrorException.Usage($"{word}: expected active, bound or inactive");
        }

        await context.Hosts.Estate.Domains.SetStateAsync(name, wanted);
        await context.Out.WriteLineAsync($"{name} is {word}");
        return ExitCodes.Done;
    }

    private async Task<int> CheckAsync(OwnerVerbContext context)
    {
        (IReadOnlyList<string> rules, IReadOnlyList<MoveRefusal> refusals) = context.Hosts.Estate.Domains.Check(
            context.Parsed.GetRequiredValue(domain), context.Parsed.GetRequiredValue(to),
            context.Parsed.GetValue(trustPaths));
        return await MoveText.WriteAsync(context.Out, rules, refusals);
    }

    private async Task<int> MigrateAsync(OwnerVerbContext context)
    {
        string name = context.Parsed.GetRequiredValue(domain);
        string where = context.Parsed.GetRequiredValue(to);
        bool isWarm = context.Parsed.GetValue(warm);
        DateTimeOffset began = context.Engine.Time.GetUtcNow();
        DomainOutcome outcome = await context.Hosts.Estate.Domains.MigrateAsync(
            name, where,
            new DomainMigrationOptions
            {
                Transfer = isWarm ? DomainTransfer.Warm : DomainTransfer.Live,
                TrustsPaths = context.Parsed.GetValue(trustPaths),
                Pace = MoverOptions.Pace(context.Parsed.GetValue(pace)),
            },
            context.Interrupted);
        await MoveText.WriteAsync(
            context.Out, $"domain {name} to {where}, {(isWarm ? "warm" : "live")}", began, outcome.Report);
        foreach (string line in outcome.Found)
        {
            await context.Out.WriteLineAsync(line);
        }

        return outcome.Report.Result == MoveResult.Moved && !outcome.IsUsable
            ? ExitCodes.CheckFailed : MoveText.ExitCode(outcome.Report.Result);
    }

    private async Task<int> CancelAsync(OwnerVerbContext context)
    {
        string name = context.Parsed.GetRequiredValue(domain);
        if (!context.Hosts.Estate.Cancel(name))
        {
            throw UserErrorException.Refused($"{name} is not being migrated");
        }

        await context.Out.WriteLineAsync(
            $"the migration of {name} is cancelled; 'volmgr domain list' says where it is");
        return ExitCodes.Done;
    }

    private async Task<int> RecoverAsync(OwnerVerbContext context)
    {
        IEnumerable<string> names = context.Parsed.GetValue(any) is { } one
            ? [one] : context.Hosts.Topology.Estate.Domains.Select(each => each.Name);
        bool isAny = false;
        foreach (string name in names.ToList())
        {
            if (context.Hosts.Estate.WhereTo(name) is { } where)
            {
                throw UserErrorException.Refused($"{name} is on its way to {where}; 'volmgr domain cancel' ends that");
            }

            if (await context.Hosts.Estate.Domains.RecoverAsync(name) is { } holder)
            {
                isAny = true;
                await context.Out.WriteLineAsync($"{name} is on {holder}, and nowhere else");
            }
        }

        if (!isAny)
        {
            await context.Out.WriteLineAsync("there is nothing to recover");
        }

        return ExitCodes.Done;
    }
}
