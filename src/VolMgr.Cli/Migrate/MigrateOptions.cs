using System.CommandLine;
using VolMgr.Cli.Verbs;
using VolMgr.Migration;
using VolMgr.Volumes.Resync;

namespace VolMgr.Cli.Migrate;

/// <summary>The command line of <c>volmgr migrate</c> and what it means as a request.</summary>
internal static class MigrateOptions
{
    public const string Group = "--group";
    public const string Json = "--json";
    public const string Background = "--background";
    public const string DryRun = "--dry-run";
    public const string AcceptRisks = "--accept-risks";
    private const string To = "--to";
    private const string From = "--from";
    private const string Volume = "--volume";
    private const string Until = "--until";
    private const string NoVerify = "--no-verify";
    private const string Parallel = "--parallel";
    private const string Slow = "--slow";
    private const string Policy = "--policy";

    /// <summary>The verb with its options and subcommands.</summary>
    public static Command Define()
    {
        Option<string> until = new(Until)
        {
            Description = "Stop when the new plexes are ACTIVE; `volmgr migrate finish` does the rest",
        };
        until.AcceptOnlyFromAmong("mirrored");
        Option<int> parallel = new(Parallel)
        {
            Description = "Volumes that are copied at a time, 1 to 1024",
            DefaultValueFactory = _ => 2,
        };
        parallel.Validators.Add(result => OptionRange.Check(result, 1, 1024));
        Option<int> slow = new(Slow)
        {
            Description = "Milliseconds of pause after each copied piece, 0 to 60000",
            DefaultValueFactory = _ => 0,
        };
        slow.Validators.Add(result => OptionRange.Check(result, 0, 60000));
        Option<string> policy = new(Policy)
        {
            Description = "Whom the copies favour: application, full-speed, or latency=2ms (99 of 100 of the "
                + "applications' reads and writes take less)",
            DefaultValueFactory = _ => CopyPolicy.Application.ToString(),
        };
        policy.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: { } text }] && CopyPolicy.Parse(text) is null)
            {
                result.AddError($"{Policy} takes application, full-speed, or latency= with 0.1ms to 60000ms");
            }
        });
        Command migrate = new("migrate", "Move the volumes of a disk group to another array, online")
        {
            new Option<string>(Group) { Description = "The disk group", Required = true },
            new Option<string>(To) { Description = "The enclosure that the volumes go to", Required = true },
            new Option<string>(From) { Description = "The enclosure that they leave (default: every other one)" },
            new Option<string[]>(Volume) { Description = "A volume to move (default: all); may be given again" },
            new Option<bool>(DryRun) { Description = "Print steps, space, bytes and risks; change nothing" },
            until,
            new Option<bool>(Background) { Description = "Return at once; see `volmgr migrate status`" },
            new Option<bool>(Json) { Description = "Answer as one JSON object" },
            new Option<bool>(NoVerify) { Description = "Do not compare the plexes before the old ones go" },
            new Option<bool>(AcceptRisks)
            {
                Description = "Start although a disk has fewer working paths than required; --dry-run shows which",
            },
            parallel,
            slow,
            policy,
        };
        migrate.Subcommands.Add(Sub("status", "Where the migration stands", hasBackground: false));
        migrate.Subcommands.Add(Sub("pause", "Stop copying for now", hasBackground: false));
        migrate.Subcommands.Add(Sub("resume", "Go on, also after a crash or a failure", hasBackground: true));
        migrate.Subcommands.Add(Sub("abort", "Back out: the new plexes and disks go", hasBackground: false));
        migrate.Subcommands.Add(Sub("finish", "Verify, detach and remove the old side", hasBackground: true));
        migrate.Subcommands.Add(Sub("wait", "Wait until the migration has ended", hasBackground: false));
        return migrate;
    }

    /// <summary>The request that a parsed command line without a subcommand means.</summary>
    public static MigrationRequest Read(ParseResult parsed) => new()
    {
        DiskGroup = parsed.GetValue<string>(Group) ?? "",
        To = parsed.GetValue<string>(To) ?? "",
        From = parsed.GetValue<string>(From),
        Volumes = parsed.GetValue<string[]>(Volume) ?? [],
        UntilMirrored = parsed.GetValue<string>(Until) is not null,
        Verify = !parsed.GetValue<bool>(NoVerify),
        AcceptsRisks = parsed.GetValue<bool>(AcceptRisks),
        Parallel = parsed.GetValue<int>(Parallel),
        SlowMs = parsed.GetValue<int>(Slow),
        Policy = CopyPolicy.Parse(parsed.GetValue<string>(Policy) ?? "") ?? CopyPolicy.Application,
    };

    private static Command Sub(string name, string description, bool hasBackground)
    {
        Command command = new(name, description)
        {
            new Option<string>(Group) { Description = "The disk group (default: the one whose migration is not over)" },
            new Option<bool>(Json) { Description = "Answer as one JSON object" },
        };
        if (hasBackground)
        {
            command.Add(new Option<bool>(Background) { Description = "Return at once" });
            command.Add(new Option<bool>(AcceptRisks)
            {
                Description = "Go on although a disk has fewer working paths than required",
            });
        }

        return command;
    }
}
