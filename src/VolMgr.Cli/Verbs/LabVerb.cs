using System.CommandLine;
using System.CommandLine.Parsing;
using VolMgr.Arrays;
using VolMgr.Cli.Labs;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr lab: makes, shows, checks, copies and removes labs.</summary>
internal static class LabVerb
{
    /// <summary>The verb with its subcommands.</summary>
    public static Command Define() => new("lab", "Make, import, show, check, copy, export and remove labs.")
    {
        DefineCreate(),
        DefineShow(),
        DefineCheck(),
        DefineClone(),
        DefineReset(),
        DefineDestroy(),
        DefineTemplates(),
        LabImportVerb.DefineImport(),
        LabImportVerb.DefineExport(),
    };

    private static Command DefineCreate()
    {
        var directory = new Argument<string>("DIR") { Description = "New or empty directory." };
        var topology = new Option<string>("--topology")
        {
            Description = "YAML file that describes the lab.",
            HelpName = "FILE",
        };
        var template = new Option<string>("--template")
        {
            Description = "Ready-made lab; see 'volmgr lab templates'. Default: migration; with --virtual: modelled.",
            HelpName = "NAME",
        };
        var luns = new Option<int?>("--luns")
        {
            Description = "LUNs of each array of the template, 1 to 256. Default: 4; with --virtual: 8.",
        };
        var lunSize = new Option<string>("--lun-size")
        {
            Description = "Size of each of them, such as 512m or 8t. Default: 1g; with --virtual: 1t.",
        };
        var isVirtual = new Option<bool>("--virtual")
        {
            Description = "Its time is virtual: rehearsals of terabytes in minutes; no NBD, no files of LUNs.",
        };
        var command = new Command("create", "Make a lab.")
        {
            directory, topology, template, luns, lunSize, isVirtual,
        };
        command.Validators.Add(result => CheckCreate(result, topology, template, luns, lunSize));
        command.SetAction(async (parsed, token) =>
        {
            bool isVirtualLab = parsed.GetValue(isVirtual);
            LabDirectory lab = await LabCreation.CreateAsync(
                parsed.GetRequiredValue(directory),
                parsed.GetValue(topology),
                parsed.GetValue(template),
                new LabTemplateOptions(
                    parsed.GetValue(luns) ?? (isVirtualLab ? 8 : 4),
                    SizeText.Read(parsed.GetValue(lunSize)) ?? (isVirtualLab ? 1L << 40 : 1L << 30)),
                isVirtualLab,
                token);
            Console.WriteLine($"Created lab {lab.Paths.Root}");
            Console.WriteLine($"Use it with: export {LabPaths.Variable}={ShellText.Quote(lab.Paths.Root)}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static void CheckCreate(
        CommandResult result, Option topology, Option template, Option luns, Option lunSize)
    {
        if (result.GetResult(topology) is not null
            && (result.GetResult(luns) is not null || result.GetResult(lunSize) is not null))
        {
            result.AddError("--luns and --lun-size go with a template; a --topology says both itself");
        }

        if (result.GetResult(luns) is { } count && count.Tokens is [{ Value: { } text }]
            && int.TryParse(text, out int number) && number is < 1 or > 256)
        {
            result.AddError($"--luns takes 1 to 256, not {number}");
        }

        if (result.GetResult(lunSize) is { } given && given.Tokens is [{ Value: { } size }]
            && SizeText.Read(size) is null or < (8L << 20) or > (15L << 40))
        {
            result.AddError($"--lun-size takes 8m to 15t, such as 512m, not '{size}'");
        }

        if (result.GetResult(topology) is not null && result.GetResult(template) is not null)
        {
            result.AddError("--topology and --template exclude each other");
        }
    }

    private static Command DefineShow()
    {
        Argument<string?> directory = OptionalLab();
        var command = new Command("show", "Show arrays, LUNs, hosts and whether the lab is up.") { directory };
        command.SetAction(parsed =>
        {
            LabDescription.Write(Find(parsed.GetValue(directory)), Console.Out);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command DefineCheck()
    {
        Argument<string?> directory = OptionalLab();
        var command = new Command(
            "check", "Read the topology, every LUN file and every private region, and change nothing.") { directory };
        command.SetAction(async (parsed, token) =>
        {
            LabCheckReport report = await LabCheck.RunAsync(Find(parsed.GetValue(directory)), token);
            foreach (string line in report.Lines)
            {
                Console.WriteLine(line);
            }

            foreach (string problem in report.Problems)
            {
                await Console.Error.WriteLineAsync($"volmgr: {problem}");
            }

            return report.Problems.Count == 0 ? ExitCodes.Done : ExitCodes.CheckFailed;
        });
        return command;
    }

    private static Command DefineClone()
    {
        var source = new Argument<string>("DIR") { Description = "The lab to copy." };
        var target = new Argument<string>("NEW") { Description = "New or empty directory." };
        var command = new Command(
            "clone", "Copy a lab, holes kept. A lab that is up and idle is brought down first; a busy one is refused.")
        {
            source,
            target,
        };
        command.SetAction(async (parsed, token) =>
        {
            LabPaths copy = await LabClone.RunAsync(
                Find(parsed.GetRequiredValue(source)), parsed.GetRequiredValue(target), token);
            Console.WriteLine($"Copied to {copy.Root}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command DefineReset()
    {
        Argument<string?> directory = OptionalLab();
        var force = new Option<bool>("--force") { Description = "Even while commands or tasks run in the lab." };
        var command = new Command(
            "reset", "Empty every LUN and every host, as after creation; lab.yaml stays.") { directory, force };
        command.SetAction(async (parsed, token) =>
        {
            await LabRemoval.ResetAsync(Find(parsed.GetValue(directory)), parsed.GetValue(force), token);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command DefineDestroy()
    {
        var directory = new Argument<string>("DIR") { Description = "The lab." };
        var force = new Option<bool>("--force") { Description = "Even while commands or tasks run in the lab." };
        var command = new Command("destroy", "Delete a lab with everything in it.") { directory, force };
        command.SetAction(parsed =>
        {
            LabRemoval.Destroy(Find(parsed.GetRequiredValue(directory)), parsed.GetValue(force));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command DefineTemplates()
    {
        var command = new Command("templates", "List the ready-made labs.");
        command.SetAction(_ =>
        {
            foreach (LabTemplate template in LabTemplates.All)
            {
                Console.WriteLine($"{template.Name,-12}{template.Description}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string?> OptionalLab() => new("DIR")
    {
        Description = $"The lab; {LabPaths.Variable} where it is left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static LabPaths Find(string? directory)
    {
        LabPaths lab = directory is null ? LabPaths.FromEnvironment() : new LabPaths(directory);
        lab.RequireLab();
        return lab;
    }
}
