using System.Text.RegularExpressions;
using VolMgr.Commands.Parsing;
using VolMgr.Volumes;

namespace VolMgr.Commands.Vxprint;

/// <summary>The right side of a comparison in <c>-e</c>. Where both sides are lengths they are compared as numbers of
/// sectors, else as text.</summary>
internal static class ComparedValue
{
    /// <summary>The test for a sign and a value.</summary>
    public static Outcome<Func<string, bool>> Parse(string sign, string value)
    {
        if (sign is "~" or "!~")
        {
            try
            {
                Regex pattern = new(value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                return (Func<string, bool>)(text => pattern.IsMatch(text) == (sign == "~"));
            }
            catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
            {
                return new Refusal(ErrorCode.Syntax, $"-e: /{value}/: Not a regular expression");
            }
        }

        return (Func<string, bool>)(text => sign switch
        {
            "==" or "=" => Compare(text, value) == 0,
            "!=" => Compare(text, value) != 0,
            "<" => Compare(text, value) < 0,
            "<=" => Compare(text, value) <= 0,
            ">" => Compare(text, value) > 0,
            _ => Compare(text, value) >= 0,
        });
    }

    private static int Compare(string left, string right) =>
        Sizes.Parse(left) is { IsDone: true } one && Sizes.Parse(right) is { IsDone: true } other
            ? one.Value.CompareTo(other.Value)
            : string.CompareOrdinal(left, right);
}
