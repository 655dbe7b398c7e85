using VolMgr.Blocks;
using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Hosts;

namespace VolMgr.Commands.Vxdisk;

/// <summary><c>vxdisk -o thin list</c>: what thin LUNs are long, and what their arrays keep for them.</summary>
internal static class VxdiskThin
{
    private static readonly int[] Widths = [18, 12, 18, 15, 12];

    /// <summary>Lists the thin devices, or those that are named by device, disk or disk group.</summary>
    public static async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Options.Has('e') || invocation.Options.Has('s') || invocation.Options.Has('g')
            || invocation.UseOptions.ContainsKey("alldgs"))
        {
            return await invocation.MisusedAsync("-e, -g, -s and -o alldgs do not apply to -o thin");
        }

        IReadOnlyList<DiskDevice> thin = [.. invocation.Context.Host.Disks.Where(disk => disk.Node.IsThin)];
        List<string> missing = [.. invocation.Operands.Where(name => !thin.Any(disk => IsNamed(disk, name)))];
        List<string> lines = invocation.Options.Has('q')
            ? [] : [PaddedRow.Of(Widths, "DEVICE", "SIZE(mb)", "PHYS_ALLOC(mb)", "GROUP", "TYPE", "RECLAIM_CMD")];
        foreach (DiskDevice disk in thin.Where(disk => invocation.Operands.Count == 0
            || invocation.Operands.Any(name => IsNamed(disk, name))))
        {
            lines.Add(PaddedRow.Of(
                Widths, disk.Name, $"{disk.Node.Length >> 20}", await AllocatedAsync(disk),
                disk.IsImported ? disk.GroupName : "-", "thinrclm", "UNMAP"));
        }

        if (missing.Count < invocation.Operands.Count || invocation.Operands.Count == 0)
        {
            await invocation.AnswerAsync(lines);
        }

        return await invocation.ForEachAsync(missing, name => Task.FromResult<Outcome>(
            new Refusal(ErrorCode.NotFound, $"{name}: No thin disk, and no disk group with one")));
    }

    private static bool IsNamed(DiskDevice disk, string name) =>
        disk.Name == name || (disk.IsImported && (disk.DiskMediaName == name || disk.GroupName == name));

    /// <summary>MiB of the LUN that are no hole, begun ones counted; a dash where nothing answers.</summary>
    private static async Task<string> AllocatedAsync(DiskDevice disk)
    {
        long allocated = 0;
        for (long offset = 0; offset < disk.Node.Length;)
        {
            ExtentReply extent = await ExtentOperations.NextExtentAsync(
                disk.Node.Device, offset, disk.Node.Length - offset, CancellationToken.None);
            if (extent.Status != IoStatus.Success)
            {
                return "-";
            }

            allocated += extent.Kind == ExtentKind.Hole ? 0 : extent.Length;
            offset += extent.Length;
        }

        return $"{(allocated + (1 << 20) - 1) >> 20}";
    }
}
