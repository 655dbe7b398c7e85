using System.Globalization;
using VolMgr.Cli.Labs;
using VolMgr.Movers.Hypervisors;
using VolMgr.Movers.Moves;

namespace VolMgr.Cli.Estates;

/// <summary>What a move did, in words.</summary>
internal static class MoveText
{
    /// <summary>Phases with their times, passes, what the guest felt, what to do next.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="title">What was moved where, and how.</param>
    /// <param name="began">When.</param>
    /// <param name="report">What the mover says.</param>
    public static async Task WriteAsync(TextWriter output, string title, DateTimeOffset began, MoveReport report)
    {
        await output.WriteLineAsync(title);
        foreach (MovePhase phase in report.Phases)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{began + phase.Begin:HH:mm:ss.fff} {phase.Took.TotalSeconds,9:0.000} s  ")
                + $"{phase.Name}: {phase.Detail}");
        }

        foreach (CopyPass pass in report.Passes)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"pass {pass.Number}: {LabDescription.Size(pass.Bytes)} in {pass.Took.TotalSeconds:0.000} s")
                + (pass.IsStunned ? ", the guest stood still" : ""));
        }

        await output.WriteLineAsync(report.Result switch
        {
            MoveResult.Moved => $"moved: {LabDescription.Size(report.BytesMoved)} written, "
                + $"{LabDescription.Size(report.BytesMirrored)} of it mirrored; the guest stood still "
                + string.Create(CultureInfo.InvariantCulture, $"{report.Stun.TotalMilliseconds:0} ms"),
            MoveResult.Refused => $"refused: {report.Reason}",
            MoveResult.Failed => $"failed: {report.Reason}",
            MoveResult.Cancelled => "cancelled: everything is where it was",
        });
        await output.WriteLineAsync($"next: {report.Next}");
    }

    /// <summary>What stands against a move, with a remedy each; and the rules that were asked.</summary>
    public static async Task<int> WriteAsync(
        TextWriter output, IReadOnlyList<string> rules, IReadOnlyList<MoveRefusal> refusals)
    {
        foreach (string rule in rules)
        {
            MoveRefusal? refusal = refusals.FirstOrDefault(each => each.Rule == rule);
            await output.WriteLineAsync(refusal is null ? $"ok       {rule}" : $"refused  {rule}: {refusal}");
        }

        await output.WriteLineAsync(refusals.Count == 0 ? "nothing stands against it; nothing was changed"
            : $"{refusals.Count} of {rules.Count} rules refuse it; nothing was changed");
        return refusals.Count == 0 ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    /// <summary>The exit code of a move.</summary>
    public static int ExitCode(MoveResult result) => result switch
    {
        MoveResult.Moved => ExitCodes.Done,
        MoveResult.Refused => ExitCodes.Refused,
        MoveResult.Failed => ExitCodes.CheckFailed,
        MoveResult.Cancelled => ExitCodes.Interrupted,
    };
}
