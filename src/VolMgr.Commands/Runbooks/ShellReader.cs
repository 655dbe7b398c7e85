using System.Text;

namespace VolMgr.Commands.Runbooks;

/// <summary>
/// Finds the simple commands in a shell script, those inside of <c>$(...)</c> too, in the order in which they are
/// written. It knows quotes, comments, separators, assignments, redirections and here-documents (POSIX shell command
/// language); it expands nothing. Whatever the text, it ends and throws nothing.
/// </summary>
internal sealed class ShellReader
{
    private static readonly string[] Reserved =
        ["if", "then", "elif", "else", "fi", "while", "until", "do", "done", "{", "}", "!", "esac"];

    private readonly string text;
    private readonly List<ShellCommand> found = [];
    private readonly List<string> hereDocuments = [];
    private readonly List<ShellWord> words = [];
    private readonly StringBuilder word = new();
    private int at;
    private int line;
    private int commandLine;
    private bool hasWord;
    private bool isLiteral = true;
    private bool isTarget;

    private ShellReader(string text, int line)
    {
        this.text = text;
        this.line = line;
        commandLine = line;
    }

    /// <summary>The commands of a text whose first line has the given number.</summary>
    public static IReadOnlyList<ShellCommand> Read(string text, int firstLine = 1)
    {
        var reader = new ShellReader(text.ReplaceLineEndings("\n"), firstLine);
        reader.Run();
        return [.. reader.found.OrderBy(command => command.Line)];
    }

    private void Run()
    {
        while (at < text.Length)
        {
            char letter = text[at];
            switch (letter)
            {
                case '\\' when at + 1 < text.Length && text[at + 1] == '\n':
                    at += 2;
                    line++;
                    break;
                case '\\':
                    Append(at + 1 < text.Length ? text[at + 1] : '\\', isKnown: true);
                    at += 2;
                    break;
                case '\'':
                    Quoted();
                    break;
                case '"':
                    DoubleQuoted();
                    break;
                case '$' or '`':
                    Expansion();
                    break;
                case '#' when !hasWord:
                    at = EndOfLine(at);
                    break;
                case ' ' or '\t':
                    EndWord();
                    at++;
                    break;
                case '<' or '>':
                    Redirection();
                    break;
                case '\n':
                    EndCommand();
                    at++;
                    line++;
                    SkipHereDocuments();
                    commandLine = line;
                    break;
                case ';' or '|' or '&' or '(' or ')':
                    EndCommand();
                    at++;
                    break;
                default:
                    Append(letter, letter is not ('*' or '?'));
                    at++;
                    break;
            }
        }

        EndCommand();
    }

    private void Append(char letter, bool isKnown)
    {
        if (!hasWord && words.Count == 0)
        {
            commandLine = line;
        }

        hasWord = true;
        isLiteral &= isKnown;
        word.Append(letter);
    }

    private void Quoted()
    {
        hasWord = true;
        int end = text.IndexOf('\'', at + 1);
        end = end < 0 ? text.Length : end;
        string inner = text[(at + 1)..end];
        word.Append(inner);
        line += inner.Count(letter => letter == '\n');
        at = end + 1;
    }

    private void DoubleQuoted()
    {
        hasWord = true;
        at++;
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] is '$' or '`')
            {
                Expansion();
                continue;
            }

            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            line += text[at] == '\n' ? 1 : 0;
            word.Append(text[at++]);
        }

        at++;
    }

    /// <summary>Keeps an expansion as written, and reads the commands in it.</summary>
    private void Expansion()
    {
        int start = at;
        bool isTick = text[at] == '`';
        char open = isTick ? '`' : at + 1 < text.Length ? text[at + 1] : ' ';
        int end = isTick ? text.IndexOf('`', at + 1) : open is '(' or '{' ? EndOfNested(at + 1) : -1;
        if (end < 0)
        {
            Append(text[at++], isKnown: false);
            return;
        }

        bool isArithmetic = open == '(' && at + 2 < text.Length && text[at + 2] == '(';
        if (open != '{' && !isArithmetic)
        {
            found.AddRange(Read(text[(start + (isTick ? 1 : 2))..end], line));
        }

        hasWord = true;
        isLiteral = false;
        word.Append(text, start, end + 1 - start);
        line += text[start..end].Count(letter => letter == '\n');
        at = end + 1;
    }

    private int EndOfNested(int open)
    {
        char opening = text[open];
        char closing = opening == '(' ? ')' : '}';
        int depth = 0;
        for (int index = open; index < text.Length; index++)
        {
            if (text[index] == '\'' && text.IndexOf('\'', index + 1) is > 0 and var quote)
            {
                index = quote;
            }
            else if (text[index] == opening)
            {
                depth++;
            }
            else if (text[index] == closing && --depth == 0)
            {
                return index;
            }
        }

        return -1;
    }

    private void Redirection()
    {
        bool isHere = text[at] == '<' && at + 1 < text.Length && text[at + 1] == '<';
        if (hasWord && word.ToString().All(char.IsAsciiDigit))
        {
            (hasWord, isLiteral) = (false, true);
            word.Clear();
        }

        EndWord();
        while (at < text.Length && text[at] is '<' or '>' or '&' or '|' or '-')
        {
            at++;
        }

        isTarget = true;
        if (isHere)
        {
            int end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            hereDocuments.Add(text[at..end].Trim('\'', '"'));
        }
    }

    private void SkipHereDocuments()
    {
        foreach (string mark in hereDocuments)
        {
            while (at < text.Length)
            {
                int end = EndOfLine(at);
                bool isEnd = text[at..end].TrimStart('\t') == mark;
                at = Math.Min(end + 1, text.Length);
                line++;
                if (isEnd)
                {
                    break;
                }
            }
        }

        hereDocuments.Clear();
    }

    private int EndOfLine(int from) => text.IndexOf('\n', from) is >= 0 and var end ? end : text.Length;

    private void EndWord()
    {
        if (hasWord && isTarget)
        {
            isTarget = false;
        }
        else if (hasWord && !(words.Count == 0 && (Reserved.Contains(word.ToString()) || IsAssignment())))
        {
            words.Add(new ShellWord(word.ToString(), isLiteral));
        }

        word.Clear();
        (hasWord, isLiteral) = (false, true);
    }

    private bool IsAssignment()
    {
        int equals = word.ToString().IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && word.ToString(0, equals).All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
    }

    private void EndCommand()
    {
        EndWord();
        isTarget = false;
        if (words.Count > 0)
        {
            found.Add(new ShellCommand(commandLine, [.. words]));
        }

        words.Clear();
    }
}
