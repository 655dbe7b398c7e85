using System.CommandLine;
using VolMgr.Commands;
using VolMgr.Commands.Manual;

namespace VolMgr.Cli.Verbs;

/// <summary>
/// <c>volmgr help</c>: the manual page of a vx* command or the help of a verb; without a word, what there is. It needs
/// no lab.
/// </summary>
internal static class HelpVerb
{
    /// <summary>The verb; the tree is where the help of the other verbs comes from.</summary>
    public static Command Define(RootCommand tree)
    {
        var word = new Argument<string?>("COMMAND")
        {
            Description = "A vx* command, or a verb of volmgr.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var folder = new Option<string?>("--man")
        {
            Description = "Write the manual pages of all vx* commands below this directory, for MANPATH.",
            HelpName = "DIRECTORY",
        };
        var help = new Command("help", "Show the manual page of a vx* command.") { word, folder };
        help.SetAction(parsed => Run(tree, parsed.GetValue(word), parsed.GetValue(folder)));
        return help;
    }

    private static int Run(RootCommand tree, string? word, string? folder)
    {
        if (folder is not null)
        {
            if (word is not null)
            {
                throw UserErrorException.Usage("--man writes all pages; give no command with it");
            }

            ManualFolder.Write(folder);
            return ExitCodes.Done;
        }

        if (word is null)
        {
            WriteList(tree);
            return ExitCodes.Done;
        }

        if (CommandManual.Text(word) is { } page)
        {
            Console.Out.Write(page);
            return ExitCodes.Done;
        }

        return tree.Subcommands.Any(each => !each.Hidden && each.Name == word)
            ? tree.Parse([word, "--help"]).Invoke()
            : throw UserErrorException.Usage($"no command is called '{word}'; 'volmgr help' lists what there is");
    }

    private static void WriteList(RootCommand tree)
    {
        Console.WriteLine("Commands of the volume manager (volmgr help COMMAND, or man COMMAND in volmgr shell):");
        foreach (string name in CommandSet.Names)
        {
            Console.WriteLine($"    {name,-17} {CommandManual.SummaryOf(name)}");
        }

        Console.WriteLine();
        Console.WriteLine("Verbs of volmgr (volmgr VERB --help):");
        foreach (Command verb in tree.Subcommands.Where(each => !each.Hidden))
        {
            Console.WriteLine($"    {verb.Name,-17} {verb.Description}");
        }
    }
}
