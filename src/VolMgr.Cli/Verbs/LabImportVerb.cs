using System.CommandLine;
using VolMgr.Cli.Labs;
using VolMgr.Cli.Labs.Import;
using VolMgr.Commands.Captures;

namespace VolMgr.Cli.Verbs;

/// <summary>volmgr lab import and lab export: production configurations in, and out again.</summary>
internal static class LabImportVerb
{
    /// <summary>The verb that makes a lab of captures.</summary>
    public static Command DefineImport()
    {
        var directory = new Argument<string>("DIR") { Description = "New or empty directory." };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Output of vxprint -m, -ht or -l, vxdisk list, vxdg list or vxdmpadm, *.cfgrec; folders and "
                + "archives (.tar.gz) of such files.",
            Arity = ArgumentArity.OneOrMore,
        };
        var host = new Option<string>("--host")
        {
            Description = "Name of the host. Default: host1.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "host1",
        };
        var hpux = new Option<bool>("--hpux") { Description = "The captures count blocks of 1 KiB." };
        var target = new Option<string>("--target")
        {
            Description = "Add an empty array with a LUN for each imported disk, such as pure0.",
            HelpName = "ARRAY",
        };
        var seed = new Option<long?>("--seed")
        {
            Description = "Volumes hold content generated from this number, which costs no space and which 'volmgr "
                + "volume verify' knows; without it they hold zeroes.",
            HelpName = "NUMBER",
        };
        Option<bool> anonymise = Anonymise();
        var command = new Command("import", "Make a lab of captures of production.")
        {
            directory, files, host, hpux, target, seed, anonymise,
        };
        command.SetAction(async (parsed, token) =>
        {
            (LabDirectory lab, CaptureReading reading, IReadOnlyList<string> notes) = await LabImport.ImportAsync(
                parsed.GetRequiredValue(directory),
                parsed.GetRequiredValue(files),
                new ImportOptions(
                    parsed.GetRequiredValue(host),
                    parsed.GetValue(hpux) ? CaptureReader.HpuxBlock : CaptureReader.Sector,
                    parsed.GetValue(target),
                    parsed.GetValue(anonymise),
                    parsed.GetValue(seed)),
                token);
            foreach (string note in notes)
            {
                await Console.Error.WriteLineAsync($"volmgr: {note}");
            }

            foreach (CapturedGroup group in reading.Groups)
            {
                Console.WriteLine(
                    $"{group.Configuration.Group.Name}: {group.Configuration.Disks.Count} disks, "
                    + $"{group.Configuration.Volumes.Count} volumes, {group.Kept.Count} lines kept and not built");
            }

            Console.WriteLine($"Created lab {lab.Paths.Root}");
            Console.WriteLine($"Use it with: export {LabPaths.Variable}={ShellText.Quote(lab.Paths.Root)}");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The verb that writes descriptions.</summary>
    public static Command DefineExport()
    {
        var directory = new Argument<string?>("DIR")
        {
            Description = $"The lab; {LabPaths.Variable} where it is left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var group = new Option<string>("--group")
        {
            Description = "Only this disk group.",
            HelpName = "NAME",
        };
        Option<bool> anonymise = Anonymise();
        var command = new Command("export", "Write the disk groups of a lab in the form of vxprint -m.")
        {
            directory, group, anonymise,
        };
        command.SetAction(async (parsed, token) =>
        {
            LabPaths lab = parsed.GetValue(directory) is { } given ? new LabPaths(given) : LabPaths.FromEnvironment();
            lab.RequireLab();
            IReadOnlyList<(string Group, string Text)> groups = await LabExport.ReadAsync(lab, token);
            string? only = parsed.GetValue(group);
            if (only is not null && groups.All(each => each.Group != only))
            {
                throw UserErrorException.Refused($"no disk of lab {lab.Root} belongs to a disk group {only}");
            }

            var captures = new Lazy<Anonymiser>(() => new Anonymiser(CaptureReader.Read(groups)));
            foreach ((string name, string text) in groups.Where(each => only is null || each.Group == only))
            {
                await Console.Out.WriteAsync(parsed.GetValue(anonymise) ? captures.Value.Apply(text) : text);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Option<bool> Anonymise() => new("--anonymise")
    {
        Description = "Replace the names of groups, disks, volumes, arrays and hosts; leave out comments and device "
            + "ids.",
    };
}
