using System.CommandLine.Parsing;
using System.Globalization;

namespace VolMgr.Cli.Verbs;

/// <summary>Refuses numbers that an option does not take.</summary>
internal static class OptionRange
{
    /// <summary>Both ends are fine. What is no number is left to the parser, which says so.</summary>
    public static void Check(OptionResult result, double least, double most)
    {
        if (result.Tokens is [{ Value: { } text }]
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && !(value >= least && value <= most))
        {
            result.AddError(string.Create(
                CultureInfo.InvariantCulture, $"{result.Option.Name} takes {least} to {most}, not {text}"));
        }
    }
}
