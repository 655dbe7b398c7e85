using VolMgr.Commands.Views;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxprint;

/// <summary>
/// The search expressions of <c>-e</c>: comparisons of a field with a value, joined by <c>&amp;&amp;</c>, <c>||</c>,
/// <c>!</c> and parentheses. A single equals sign is the same as two; <c>~</c> and <c>!~</c> match a regular
/// expression between slashes; lengths may have a unit.
/// <code>
/// pl_subdisk.sd_dm_name == "datadg01" &amp;&amp; !(v_len &gt; 10g)      sd_da_name ~ /^emc0/
/// </code>
/// </summary>
internal sealed class SearchExpression
{
    private readonly Func<GroupView, PrintItem, bool> test;

    private SearchExpression(Func<GroupView, PrintItem, bool> test) => this.test = test;

    /// <summary>Reads an expression.</summary>
    public static Outcome<SearchExpression> Parse(string text)
    {
        Reader reader = new(text);
        Outcome<Func<GroupView, PrintItem, bool>> read = reader.Either();
        return !read.IsDone ? read.Refusal
            : reader.IsAtEnd ? new SearchExpression(read.Value)
            : reader.Unexpected();
    }

    /// <summary>Whether the record satisfies it.</summary>
    public bool Matches(GroupView group, PrintItem item) => test(group, item);

    /// <summary>Recursive descent; a deep nest is refused.</summary>
    private sealed class Reader(string text)
    {
        private const int DeepestNest = 50;

        private static readonly string[] Signs = ["==", "!=", "<=", ">=", "!~", "=", "<", ">", "~"];

        private int at;
        private int depth;

        public bool IsAtEnd
        {
            get
            {
                SkipBlanks();
                return at == text.Length;
            }
        }

        public Refusal Unexpected() => new(
            ErrorCode.Syntax,
            at < text.Length ? $"-e: Syntax error at '{text[at..]}'" : $"-e: {text}: Unexpected end of expression");

        public Outcome<Func<GroupView, PrintItem, bool>> Either() =>
            Joined(Both, "||", (left, right) => (group, item) => left(group, item) || right(group, item));

        private Outcome<Func<GroupView, PrintItem, bool>> Both() =>
            Joined(Single, "&&", (left, right) => (group, item) => left(group, item) && right(group, item));

        private Outcome<Func<GroupView, PrintItem, bool>> Joined(
            Func<Outcome<Func<GroupView, PrintItem, bool>>> part,
            string sign,
            Func<Func<GroupView, PrintItem, bool>, Func<GroupView, PrintItem, bool>, Func<GroupView, PrintItem, bool>>
                join)
        {
            Outcome<Func<GroupView, PrintItem, bool>> left = part();
            while (left.IsDone && Take(sign))
            {
                Outcome<Func<GroupView, PrintItem, bool>> right = part();
                left = right.IsDone ? join(left.Value, right.Value) : right;
            }

            return left;
        }

        private Outcome<Func<GroupView, PrintItem, bool>> Single()
        {
            if (++depth > DeepestNest)
            {
                return new Refusal(ErrorCode.Syntax, "-e: Expression is nested too deeply");
            }

            Outcome<Func<GroupView, PrintItem, bool>> read = Nested();
            depth--;
            return read;
        }

        private Outcome<Func<GroupView, PrintItem, bool>> Nested()
        {
            if (Take("!"))
            {
                Outcome<Func<GroupView, PrintItem, bool>> inner = Single();
                return inner.IsDone
                    ? (Func<GroupView, PrintItem, bool>)((group, item) => !inner.Value(group, item)) : inner;
            }

            if (Take("("))
            {
                Outcome<Func<GroupView, PrintItem, bool>> inner = Either();
                return !inner.IsDone || Take(")") ? inner : Unexpected();
            }

            return Comparison();
        }

        private Outcome<Func<GroupView, PrintItem, bool>> Comparison()
        {
            SkipBlanks();
            int start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.'))
            {
                at++;
            }

            if (at == start)
            {
                return Unexpected();
            }

            Outcome<RecordPath> path = RecordPath.Parse(text[start..at]);
            if (!path.IsDone)
            {
                return path.Refusal;
            }

            string sign = Signs.FirstOrDefault(Take) ?? "";
            if (sign.Length == 0)
            {
                return Compared(path.Value, value => value is not ("" or "-" or "off"));
            }

            Outcome<Func<string, bool>> comparison = ComparedValue.Parse(sign, Operand());
            return comparison.IsDone ? Compared(path.Value, comparison.Value) : comparison.Refusal;
        }

        private static Outcome<Func<GroupView, PrintItem, bool>> Compared(RecordPath path, Func<string, bool> test) =>
            (Func<GroupView, PrintItem, bool>)((group, item) => path.Values(group, item).Any(test));

        private string Operand()
        {
            SkipBlanks();
            if (at < text.Length && text[at] is '"' or '\'' or '/')
            {
                int end = text.IndexOf(text[at], at + 1);
                end = end < 0 ? text.Length : end;
                string quoted = text[(at + 1)..end];
                at = Math.Min(end + 1, text.Length);
                return quoted;
            }

            int start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('&' or '|' or ')' or '('))
            {
                at++;
            }

            return text[start..at];
        }

        private bool Take(string sign)
        {
            SkipBlanks();
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) != 0)
            {
                return false;
            }

            at += sign.Length;
            return true;
        }

        private void SkipBlanks()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }
    }
}
