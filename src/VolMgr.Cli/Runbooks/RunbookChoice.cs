using System.CommandLine;

namespace VolMgr.Cli.Runbooks;

/// <summary>The options of <c>volmgr rehearse</c> that only a runbook has.</summary>
internal sealed class RunbookChoice
{
    private readonly Option<string?> file = new("--runbook")
    {
        Description = "Rehearse this runbook instead: a shell script, or Markdown (*.md) with fenced commands",
        HelpName = "FILE",
    };

    /// <summary>The group of the application's volumes.</summary>
    public Option<string?> Group { get; } = new("--group")
    {
        Description = "With --runbook: the disk group whose volumes the application uses and overwrites",
    };

    /// <summary>No application.</summary>
    public Option<bool> NoIo { get; } = new("--no-io") { Description = "With --runbook: run it without application" };

    /// <summary>Failures of steps are not the end.</summary>
    public Option<bool> KeepGoing { get; } = new("--keep-going")
    {
        Description = "With --runbook: go on after a step that fails; a closed gate still ends it",
    };

    /// <summary>Adds the options.</summary>
    public void AddTo(Command command)
    {
        command.Add(file);
        command.Add(Group);
        command.Add(NoIo);
        command.Add(KeepGoing);
    }

    /// <summary>The runbook, or null. Options that would have no effect are refused.</summary>
    public string? Of(ParseResult parsed, params Option[] builtIn)
    {
        string? path = parsed.GetValue(file);
        Option[] wrong = path is null ? [Group, NoIo, KeepGoing] : builtIn;
        foreach (Option option in wrong.Where(each => parsed.GetResult(each) is { Implicit: false }))
        {
            throw UserErrorException.Usage(path is null
                ? $"{option.Name} belongs to --runbook FILE; see 'volmgr rehearse --help'"
                : $"{option.Name} shapes the built-in rehearsal; with --runbook the lab has the volumes");
        }

        return parsed.GetValue(NoIo) && parsed.GetValue(Group) is not null
            ? throw UserErrorException.Usage("--group names the volumes of the application; leave it or --no-io out")
            : path;
    }
}
