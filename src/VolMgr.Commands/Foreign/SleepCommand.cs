using System.Globalization;

namespace VolMgr.Commands.Foreign;

/// <summary><c>sleep NUMBER[smhd]...</c>: waits by the clock of the host, which in a virtual-time lab goes on at
/// once.</summary>
internal static class SleepCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        if (arguments.Count == 0)
        {
            return await ForeignCommands.RefuseAsync(context, "sleep", "missing operand", 1);
        }

        TimeSpan total = TimeSpan.Zero;
        foreach (string word in arguments)
        {
            if (Parse(word) is not { } time)
            {
                return await ForeignCommands.RefuseAsync(context, "sleep", $"invalid time interval '{word}'", 1);
            }

            total = total + time < Longest ? total + time : Longest;
        }

        try
        {
            await context.Host.Engine.DelayAsync(total, context.Interrupted);
            return 0;
        }
        catch (OperationCanceledException)
        {
            return Waiting.InterruptedCode;
        }
    }

    private static TimeSpan? Parse(string word)
    {
        int unit = word.Length == 0 ? 0 : word[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => 0,
        };
        string digits = unit == 0 ? word : word[..^1];
        bool isNumber = double.TryParse(
            digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count);
        return !isNumber || !double.IsFinite(count) ? null
            : count * Math.Max(unit, 1) >= Longest.TotalSeconds ? Longest
            : TimeSpan.FromSeconds(count * Math.Max(unit, 1));
    }
}
