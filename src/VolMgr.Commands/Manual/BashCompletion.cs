using System.Text;

namespace VolMgr.Commands.Manual;

/// <summary>
/// A script that completes the words of the vx* commands in bash: keywords and options from the tables by which command
/// lines are read; names of groups after <c>-g</c>, of records and of devices from the lab, if its owner is up
/// (completing a word never starts one).
/// </summary>
public static class BashCompletion
{
    private const string Functions = """
        _volmgr_names() {
            # Only a lab that is up is asked.
            [ -S "${VOLMGR_LAB:-.}/run/control.sock" ] || return
            case $1 in
                group) vxdg -q list 2>/dev/null | awk '{print $1}' ;;
                *) vxprint ${2:+-g "$2"} -n 2>/dev/null; vxdisk -q list 2>/dev/null | awk '{print $1}' ;;
            esac
        }
        _volmgr_vx() {
            local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} group= keyword= i word
            local keywords=${_volmgr_keywords[${COMP_WORDS[0]##*/}]} options=${_volmgr_options[${COMP_WORDS[0]##*/}]}
            for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if [ "$word" = -g ]; then group=${COMP_WORDS[i+1]}; fi
                case " $keywords " in *" $word "*) keyword=$word ;; esac
            done
            if [ "$before" = -g ]; then
                COMPREPLY=($(compgen -W "$(_volmgr_names group)" -- "$current"))
            elif [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "$options" -- "$current"))
            elif [ -n "$keywords" ] && [ -z "$keyword" ]; then
                COMPREPLY=($(compgen -W "$keywords" -- "$current"))
            else
                COMPREPLY=($(compgen -W "$(_volmgr_names record "$group")" -- "$current"))
            fi
        }

        """;

    /// <summary>The script.</summary>
    public static string Script()
    {
        StringBuilder text = new();
        text.Append("# Completion of the vx* commands for bash.\n");
        text.Append("declare -gA _volmgr_keywords _volmgr_options\n");
        foreach (CommandDefinition definition in CommandCatalogue.All)
        {
            string keywords = string.Join(
                ' ', definition.Verbs.Select(verb => verb.Keyword).Where(word => word.Length > 0).Distinct());
            string options = string.Join(
                ' ', definition.Table.Known.Where(letter => letter != ':').Select(letter => $"-{letter}"));
            text.Append($"_volmgr_keywords[{definition.Name}]='{keywords}'\n");
            text.Append($"_volmgr_options[{definition.Name}]='{options}'\n");
        }

        text.Append(Functions.ReplaceLineEndings("\n"));
        text.Append("complete -F _volmgr_vx ").Append(string.Join(' ', CommandSet.Names)).Append('\n');
        return text.ToString();
    }
}
