using System.CommandLine;
using VolMgr.Commands.Manual;

namespace VolMgr.Cli.Verbs;

/// <summary><c>volmgr completion bash</c>: a script that completes words; <c>volmgr shell</c> has it already.</summary>
internal static class CompletionVerb
{
    public static Command Define(RootCommand tree)
    {
        var bash = new Command("bash", "Print the script; use it by: source <(volmgr completion bash)");
        bash.SetAction(_ =>
        {
            Console.Out.Write(Script(tree));
            return ExitCodes.Done;
        });
        return new Command("completion", "Complete the words of the vx* commands and of volmgr in a shell.") { bash };
    }

    /// <summary>The script for the vx* commands and volmgr's own verbs.</summary>
    public static string Script(RootCommand tree)
    {
        string verbs = string.Join(
            ' ', tree.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name).Order(StringComparer.Ordinal));
        return BashCompletion.Script() + $$"""
            declare -gA _volmgr_verbs
            {{string.Join('\n', tree.Subcommands.Where(verb => !verb.Hidden).Select(Words))}}
            _volmgr() {
                local current=${COMP_WORDS[COMP_CWORD]}
                if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W "{{verbs}} ${!_volmgr_keywords[*]}" -- "$current"))
                elif [[ ${COMP_WORDS[1]} == vx* ]]; then
                    COMP_WORDS=("${COMP_WORDS[@]:1}"); COMP_CWORD=$((COMP_CWORD - 1)); _volmgr_vx
                elif [[ $current == -* ]] || [ "$COMP_CWORD" -eq 2 ]; then
                    COMPREPLY=($(compgen -W "${_volmgr_verbs[${COMP_WORDS[1]}]}" -- "$current"))
                fi
            }
            complete -o default -F _volmgr volmgr

            """.ReplaceLineEndings("\n");
    }

    private static string Words(Command verb)
    {
        IEnumerable<string> words = verb.Subcommands.Where(each => !each.Hidden).Select(each => each.Name)
            .Concat(verb.Options.Concat(verb.Subcommands.SelectMany(each => each.Options))
                .Where(each => !each.Hidden).Select(each => each.Name))
            .Distinct(StringComparer.Ordinal);
        return $"_volmgr_verbs[{verb.Name}]='{string.Join(' ', words)}'";
    }
}
