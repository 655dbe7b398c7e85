using System.Globalization;
using VolMgr.Commands.Text;
using VolMgr.Volumes;
using VolMgr.Volumes.Configuration;
using VolMgr.Volumes.Groups;

namespace VolMgr.Commands.Vxsnap;

/// <summary><c>vxsnap list</c>: prepared volumes and their detached plexes, with what these have missed (vxvm.md
/// 5.15).</summary>
internal static class VxsnapList
{
    private static readonly int[] Widths = [11, 6, 5, 9, 8, 9, 16, 15];

    /// <summary>Options and verb.</summary>
    public static Verb Verb { get; } = new("list", "[-g diskgroup] [-v] [-x] list [volume...]", "gvx", RunAsync);

    private static async Task<int> RunAsync(Invocation invocation)
    {
        Outcome<DiskGroup> group = invocation.Group();
        if (!group.IsDone)
        {
            return await invocation.RefuseAsync(group.Refusal);
        }

        GroupConfiguration all = group.Value.Current;
        List<string> missing = [.. invocation.Operands.Where(name => all.FindVolume(name) is null)];
        if (missing.Count > 0)
        {
            return await invocation.ForEachAsync(
                missing, name => Task.FromResult<Outcome>(Refusals.NoRecord(name)));
        }

        List<string> rows =
        [
            PaddedRow.Of(Widths,
                "NAME", "DG", "OBJTYPE", "SNAPTYPE", "PARENT", "PARENTDG", "SNAPDATE", "CHANGE_DATA", "SYNCED_DATA"),
        ];
        foreach (VolumeRecord volume in all.Dcos.Values
            .Select(dco => all.VolumeAbove(dco.VolumeId) ?? all.Volumes[dco.VolumeId]).DistinctBy(volume => volume.Id)
            .Where(volume => invocation.Operands.Count == 0 || invocation.Operands.Contains(volume.Name))
            .OrderBy(volume => volume.Name, StringComparer.Ordinal))
        {
            rows.Add(PaddedRow.Of(
                Widths, volume.Name, group.Value.Name, "vol", "-", "-", "-", "-", "-",
                $"{Length(volume.Length)} (100%)"));
            rows.AddRange(all.VolumesBelow(volume.Id).Prepend(volume.Id).SelectMany(all.DataPlexesOf)
                .Where(plex => plex.DetachMap is not null)
                .Select(plex => Row(group.Value, all.Volumes[plex.VolumeId!.Value], plex)));
        }

        return await invocation.AnswerAsync(rows);
    }

    private static string Row(DiskGroup group, VolumeRecord volume, PlexRecord plex)
    {
        string changed = group.MissedBytes(plex.Name) is { } bytes
            ? $"{Length(bytes)} ({(100.0 * bytes / volume.Length).ToString("0.#", CultureInfo.InvariantCulture)}%)"
            : "-";
        return PaddedRow.Of(
            Widths, plex.Name, group.Name, "plex", "detmir", volume.Name, group.Name, "-", changed, "-");
    }

    private static string Length(long bytes) => bytes switch
    {
        >= 1L << 30 when bytes % (1L << 30) == 0 => $"{bytes >> 30}G",
        >= 1L << 20 when bytes % (1L << 20) == 0 => $"{bytes >> 20}M",
        _ => $"{bytes >> 10}K",
    };
}
