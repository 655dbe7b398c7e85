using System.Globalization;
using System.Text;
using VolMgr.Migration;

namespace VolMgr.Cli.Migrate;

/// <summary>Plans and reports as plain text.</summary>
internal static class MigrateText
{
    public static string Of(MigrationPlan plan)
    {
        StringBuilder text = new();
        Append(text, $"Migration of disk group {plan.Request.DiskGroup} to {plan.Request.To}; nothing was changed");
        Append(text, $"");
        Append(text, $"Volumes");
        foreach (PlexMove move in plan.Moves)
        {
            string disks = string.Join(' ', move.TargetDisks);
            Append(
                text, $"  {move.Volume}: {move.OldPlex} -> {move.NewPlex} on {disks}, {move.Bytes >> 20} MiB at most");
        }

        Append(text, $"Disks");
        foreach (TargetDisk disk in plan.Targets)
        {
            string what = disk.NeedsInitialising ? "initialise and add" : "add";
            Append(text, $"  {disk.Device}: {what} as {disk.Media}, {disk.Length >> 20} MiB");
        }

        foreach (string disk in plan.LeavingDisks)
        {
            Append(text, $"  {disk}: leaves the group");
        }

        Append(text, $"Space");
        Append(text, $"  {plan.BytesAtMost >> 20} MiB to copy at most, holes are skipped");
        Append(
            text,
            $"  host file system: needs {plan.HostBytesNeeded >> 20} MiB at most, {plan.HostBytesFree >> 20} MiB free");
        Append(text, $"Risks");
        foreach (MigrationRisk risk in plan.Risks)
        {
            Append(text, $"  {risk.Severity}{(risk.IsNoGo ? ", no-go" : "")}: {risk.Subject}: {risk.Fact}");
        }

        if (plan.Risks.Count == 0)
        {
            Append(text, $"  none found");
        }

        Append(text, $"Steps");
        foreach (PlannedStep step in plan.Steps)
        {
            Append(text, $"  {step.Phase,-10} {step.Command}");
        }

        return text.ToString();
    }

    public static string Of(MigrationStatusReply reply)
    {
        StringBuilder text = new();
        Append(text, $"State: {reply.State}{(reply.IsPaused ? " (paused)" : "")}");
        foreach (JournalStep step in reply.Steps)
        {
            Append(text, $"  {step.Seconds,8:F2} s  {step.What}");
        }

        foreach ((string plex, double share) in reply.Copies)
        {
            Append(text, $"  {plex}: {share:P0}");
        }

        Append(
            text,
            $"{reply.BytesCopied >> 20} MiB copied, {reply.BytesSkipped >> 20} MiB of holes skipped");
        return text.ToString();
    }

    private static void Append(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
